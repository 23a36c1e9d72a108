"""Reads and writes the records of the desk. A write is guarded by what was read, as every decision is."""

from typing import TypeVar

from gateway.model.desk import DeskInvitation, DeskLogin, DeskSession
from gateway.store.records.desk import DESK_INVITATIONS, DESK_LOGINS, DESK_SESSIONS
from gateway.store.records.kind import SealedKind
from gateway.store.store import Store
from gateway.store.transaction import Transaction

T = TypeVar("T")


class DeskRecords:
    """The records of the desk in one store."""

    def __init__(self, store: Store):
        self._store = store
        self._vault = store.vault

    def read_login(self, staff_id: str) -> DeskLogin | None:
        return self._read(DESK_LOGINS, staff_id)

    def read_session(self, session_id: str) -> DeskSession | None:
        return self._read(DESK_SESSIONS, session_id)

    def read_invitation(self, code: str) -> DeskInvitation | None:
        return self._read(DESK_INVITATIONS, code)

    def session_digest(self, session_id: str) -> bytes:
        return DESK_SESSIONS.hashed(self._vault, session_id)

    def recovery_hash(self, code: str) -> bytes:
        return self._vault.digest("desk recovery code", code.encode())

    def replace_login(self, old: DeskLogin | None, new: DeskLogin, transaction: Transaction | None = None) -> bool:
        """Write a login, and whatever else the transaction has. Return False if the login is not `old` any more."""
        transaction = transaction or Transaction()
        raw = self._raw(DESK_LOGINS, new.staff_id)
        if (self._open(DESK_LOGINS, new.staff_id, raw) if raw else None) != old:
            return False
        transaction.require(DESK_LOGINS.key(DESK_LOGINS.hashed(self._vault, new.staff_id)), raw)
        self._write(transaction, DESK_LOGINS, new.staff_id, new)
        return self._store.commit(transaction)

    def write_session(self, transaction: Transaction, session_id: str, session: DeskSession) -> None:
        self._write(transaction, DESK_SESSIONS, session_id, session)

    def touch_session(self, session_id: str, session: DeskSession) -> None:
        """Write a session that is there. One that ended meanwhile stays ended."""
        raw = self._raw(DESK_SESSIONS, session_id)
        if raw is None:
            return
        transaction = Transaction()
        transaction.require(DESK_SESSIONS.key(self.session_digest(session_id)), raw)
        self._write(transaction, DESK_SESSIONS, session_id, session)
        self._store.commit(transaction)

    def delete_session(self, transaction: Transaction, session_id: str) -> None:
        transaction.write("DEL", DESK_SESSIONS.key(self.session_digest(session_id)))

    def write_invitation(self, code: str, invitation: DeskInvitation) -> None:
        transaction = Transaction()
        self._write(transaction, DESK_INVITATIONS, code, invitation)
        self._store.commit(transaction)

    def use_invitation(self, transaction: Transaction, code: str, invitation: DeskInvitation) -> bool:
        """Let the transaction through only while the invitation is this one, and delete it there."""
        key, raw = DESK_INVITATIONS.key(DESK_INVITATIONS.hashed(self._vault, code)), self._raw(DESK_INVITATIONS, code)
        if raw is None or self._open(DESK_INVITATIONS, code, raw) != invitation:
            return False
        transaction.require(key, raw)
        transaction.write("DEL", key)
        return True

    def _raw(self, kind: SealedKind[T], name: str) -> bytes | None:
        found: bytes | None = self._store.connection.execute("GET", kind.key(kind.hashed(self._vault, name)))
        return found

    def _open(self, kind: SealedKind[T], name: str, raw: bytes) -> T:
        return kind.open(self._vault, raw, kind.key(kind.hashed(self._vault, name)))

    def _read(self, kind: SealedKind[T], name: str) -> T | None:
        raw = self._raw(kind, name)
        return self._open(kind, name, raw) if raw else None

    def _write(self, transaction: Transaction, kind: SealedKind[T], name: str, value: T) -> None:
        key = kind.key(kind.hashed(self._vault, name))
        times = self._store.settings.times if kind.lifetime.longest_s else None
        expiry = kind.lifetime.expiry_arguments(value, times)
        transaction.write("SET", key, kind.seal(self._vault, value, key), *expiry)

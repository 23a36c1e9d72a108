"""Logging in at the desk, sessions, and invitations. Every refusal looks the same to whoever is refused."""

import secrets
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.crypto.vault import Vault
from gateway.desk import one_time_codes, passwords
from gateway.errors import BadInput
from gateway.model.codes import random_digits
from gateway.model.desk import (
    INVITATION_S,
    RECOVERY_CODES,
    DeskInvitation,
    DeskLogin,
    DeskSession,
    may_use_desk,
)
from gateway.model.names import normalise_name
from gateway.model.staff import Staff
from gateway.store.desk_records import DeskRecords
from gateway.store.store import Store
from gateway.store.transaction import Transaction

INVITATION_DIGITS = 18
RECOVERY_DIGITS = 10
TOUCH_INTERVAL_S = 60
"""A session is written again at most once in so many seconds."""


@dataclass(frozen=True)
class SignedIn:
    """A person with an open session."""

    staff: Staff
    session_id: str
    session: DeskSession


class Access:
    """Decides which person is at the desk. Times are Unix seconds by Redis' clock."""

    def __init__(self, store: Store):
        self._store, self._records = store, DeskRecords(store)

    def log_in(self, name: str, password: str, code: str) -> str | None:
        """Return the id of a new session, or None.

        The code is checked first, and the password only after a valid code. So a stranger without the code can
        neither use up the tries of a person nor make the machine hash passwords.
        """
        now, login = int(self._store.now()), self._find_login(name)
        if login is None:
            return None
        known = self._with_code_used(login, code, now)
        if known is None or known.must_wait(now):
            return None
        if not passwords.is_password(password, known.password_hash):
            self._records.replace_login(login, known.with_wrong_password(now))
            return None
        return self._open_session(login, known, now, Transaction())

    def find_session(self, session_id: str, is_own_request: bool = True) -> SignedIn | None:
        """Return the person of an open session. `is_own_request`: whether the request keeps the session open."""
        session, now = self._records.read_session(session_id) if session_id else None, int(self._store.now())
        if session is None or not session.is_open(now):
            return None
        login, staff = self._records.read_login(session.staff_id), self._find_staff(session.staff_id)
        if login is None or staff is None or self._records.session_digest(session_id) not in login.sessions:
            return None
        if is_own_request and now - session.last >= TOUCH_INTERVAL_S:
            session = replace(session, last=now)
            self._records.touch_session(session_id, session)
        return SignedIn(staff, session_id, session)

    def end_session(self, person: SignedIn) -> None:
        login, transaction = self._records.read_login(person.staff.id), Transaction()
        if login is not None:
            self._records.delete_session(transaction, person.session_id)
            self._records.replace_login(
                login, login.without_session(self._records.session_digest(person.session_id)), transaction
            )

    def invite(self, staff: Staff) -> str:
        """Return a code of 18 digits for a member of staff, valid for a day. An earlier login stays until it is used.

        Raises BadInput for a person who cannot be at the desk.
        """
        if not may_use_desk(staff):
            raise BadInput(f"{staff.name} cannot use the desk: only active staff with another role than clinic can")
        code = random_digits(INVITATION_DIGITS)
        until = int(self._store.now()) + INVITATION_S
        self._records.write_invitation(code, DeskInvitation(staff.id, until))
        return code

    def take_invitation(self, code: str, password: str) -> DeskInvitation | None:
        """Keep the password and a new secret for one-time codes with the invitation, and return it; None if it ended.

        Raises BadInput for a password that is too weak.
        """
        found = self._valid_invitation(code)
        staff = self._find_staff(found.staff_id) if found else None
        if found is None or staff is None:
            return None
        if passwords.is_too_weak(password, staff.name):
            raise BadInput("the password is too weak")
        taken = replace(found, password_hash=passwords.hash_password(password), code_secret=one_time_codes.new_secret())
        self._records.write_invitation(code, taken)
        return taken

    def find_taken_invitation(self, code: str) -> DeskInvitation | None:
        """Return an invitation whose person has chosen a password."""
        found = self._valid_invitation(code)
        return found if found and found.password_hash else None

    def accept_invitation(self, code: str, one_time_code: str) -> tuple[str, list[str]] | None:
        """Make the login after the first one-time code. Return a session's id and the recovery codes, or None."""
        found, now = self.find_taken_invitation(code), int(self._store.now())
        step = one_time_codes.accepted_step(found.code_secret, one_time_code, 0, now) if found else None
        transaction = Transaction()
        if found is None or step is None or not self._records.use_invitation(transaction, code, found):
            return None
        recovery_codes = [random_digits(RECOVERY_DIGITS) for _ in range(RECOVERY_CODES)]
        hashes = tuple(map(self._records.recovery_hash, recovery_codes))
        login = DeskLogin(found.staff_id, found.password_hash, found.code_secret, step, hashes)
        session_id = self._open_session(self._records.read_login(found.staff_id), login, now, transaction)
        return (session_id, recovery_codes) if session_id else None

    def _valid_invitation(self, code: str) -> DeskInvitation | None:
        found = self._records.read_invitation(code)
        return found if found and found.until > self._store.now() else None

    def _open_session(self, old: DeskLogin | None, login: DeskLogin, now: int, transaction: Transaction) -> str | None:
        session_id = secrets.token_urlsafe(32)
        session = DeskSession(login.staff_id, now, now, secrets.token_bytes(32))
        self._records.write_session(transaction, session_id, session)
        changed = login.with_session(self._records.session_digest(session_id))
        return session_id if self._records.replace_login(old, changed, transaction) else None

    def _with_code_used(self, login: DeskLogin, code: str, now: int) -> DeskLogin | None:
        """Return the login after this one-time or recovery code; None for a wrong or a used one."""
        step = one_time_codes.accepted_step(login.code_secret, code, login.last_step, now)
        if step is not None:
            return replace(login, last_step=step)
        used = self._records.recovery_hash(code)
        if used not in login.recovery_hashes:
            return None
        return replace(login, recovery_hashes=tuple(one for one in login.recovery_hashes if one != used))

    def _find_login(self, name: str) -> DeskLogin | None:
        wanted = normalise_name(name)
        people = (p for p in self._store.read_world().roster.people if normalise_name(p.name) == wanted)
        staff = next(filter(may_use_desk, people), None)
        return self._records.read_login(staff.id) if staff else None

    def _find_staff(self, staff_id: str) -> Staff | None:
        found = self._store.read_world().roster.by_id(staff_id)
        return found if found and may_use_desk(found) else None


def desk_path(vault: Vault) -> str:
    """Return the first part of every path of the desk. It follows from a key that no rotation changes."""
    return vault.area_digest(b"the desk's path").hex()[:12]

"""What people left for their safety, read and written outside of their own turns: by jobs, and for others' lists."""

from collections.abc import Sequence

import msgspec

from gateway.actions.apply import write_safe_call, write_safety_profile, write_sos
from gateway.crypto.secrets import contact_tag, safety_tag
from gateway.crypto.vault import Purpose, Vault
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.transaction import Transaction
from gateway.store.turn import unpack_contact_requests, unpack_safe_call, unpack_safety_profile, unpack_sos


class SafetyRecords:
    """Each `save_` is guarded by the sealed form that was read."""

    def __init__(self, connection: Connection, vault: Vault, times: Times):
        self._connection, self._vault, self._times = connection, vault, times

    def has_agreed_contact(self, number: Number) -> bool:
        """Did this phone's owner agree to be told about somebody, and not say STOP since?"""
        return self.read_contact_requests(number)[1].has_accepted

    def read_contact_requests(self, number: Number) -> tuple[bytes | None, ContactRequests]:
        """Who asked this phone, and the record's sealed form, which guards its next write."""
        raw = self._connection.execute("GET", keys.contact_requests(contact_tag(self._vault, number)))
        return raw, unpack_contact_requests(self._vault, raw)

    def has_running_safe_call(self, number: Number) -> bool:
        """Did this phone's owner leave a note, and is not back, nor seems to be?"""
        tag = safety_tag(self._vault, number)
        outing = unpack_safe_call(self._vault, self._connection.execute("HGET", keys.safe_calls(tag), tag))
        return outing is not None and not outing.looks_ended

    def save_contact_requests(
        self, transaction: Transaction, number: Number, contact_requests: ContactRequests, raw: bytes | None
    ) -> None:
        """Where nobody is left in it, it goes."""
        key = keys.contact_requests(contact_tag(self._vault, number))
        transaction.require(key, raw)
        transaction.replicate = True
        if contact_requests.owners:
            sealed = self._vault.seal(msgspec.msgpack.encode(contact_requests), "trust")
            transaction.write("SET", key, sealed, "EX", self._times.safety_profile)
        else:
            transaction.write("DEL", key)

    def read_safety_profile_of(self, owner: bytes) -> tuple[bytes, bytes | None, SafetyProfile | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        tag = safety_tag(self._vault, self._vault.number(owner, Purpose.SAFETY))
        return tag, *self.read_safety_profile(tag)

    def read_safety_profile(self, tag: bytes) -> tuple[bytes | None, SafetyProfile | None]:
        """What stands under this tag, and its sealed form, which guards its next write."""
        raw = self._connection.execute("GET", keys.safety_profile(tag))
        return raw, unpack_safety_profile(self._vault, raw)

    def save_safety_profile(
        self, transaction: Transaction, tag: bytes, safety_profile: SafetyProfile | None, raw: bytes | None
    ) -> None:
        """`care` None: it is forgotten."""
        write_safety_profile(transaction, self._vault, tag, safety_profile, raw, self._times.safety_profile)

    def read_safe_call_of(self, owner: bytes) -> tuple[bytes, bytes | None, SafeCall | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        tag = safety_tag(self._vault, self._vault.number(owner, Purpose.SAFETY))
        raw = self._connection.execute("HGET", keys.safe_calls(tag), tag)
        return tag, raw, unpack_safe_call(self._vault, raw)

    def save_safe_call(
        self, transaction: Transaction, tag: bytes, safe_call: SafeCall | None, raw: bytes | None
    ) -> None:
        """`outing` None: the note is wiped."""
        write_safe_call(transaction, self._vault, tag, safe_call, raw)

    def read_sos_of(self, owner: bytes) -> tuple[bytes, bytes | None, Sos | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        return self.read_sos_of_all([owner])[0]

    def read_sos_of_all(self, owners: Sequence[bytes]) -> list[tuple[bytes, bytes | None, Sos | None]]:
        """The same of several, in one question."""
        tags = [safety_tag(self._vault, self._vault.number(owner, Purpose.SAFETY)) for owner in owners]
        found = self._connection.execute("MGET", *map(keys.sos, tags))
        return [(tag, raw, unpack_sos(self._vault, raw)) for tag, raw in zip(tags, found, strict=True)]

    def read_sos_by_code(self, code: str) -> Sos | None:
        tag = self._connection.execute("HGET", keys.SOS_TAGS_BY_CODE, code)
        return unpack_sos(self._vault, self._connection.execute("GET", keys.sos(tag))) if tag else None

    def save_sos(self, transaction: Transaction, tag: bytes, sos: Sos | None, raw: bytes | None) -> None:
        """`sos` None: it is forgotten."""
        write_sos(transaction, self._vault, tag, sos, raw, self._times.sos)

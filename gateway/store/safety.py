"""Sealed records of callers, read and written outside of the caller's own turn."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from gateway.crypto.vault import Purpose, Vault
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.duress import TrueAccount
from gateway.model.listed_sos import ListedSos
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store import keys, open_sos
from gateway.store.connection import Connection
from gateway.store.record_io import open_if_readable, open_record, put_record, read_command, write_record
from gateway.store.records.callers import (
    CONTACT_REQUESTS,
    DEPARTED_CONTACTS,
    SAFE_CALLS,
    SAFETY_PROFILES,
    SOS,
    TRUE_ACCOUNTS,
)
from gateway.store.records.kind import CallerRecord
from gateway.store.transaction import Transaction

T = TypeVar("T")


class SafetyRecords:
    """`read`, `read_of` and `save` take any kind of caller record; the other methods name one kind."""

    def __init__(self, connection: Connection, vault: Vault, times: Times):
        self._connection, self._vault, self._times = connection, vault, times
        self._open_sos = open_sos.OpenSosList(vault)

    def read(self, kind: CallerRecord[T], tag: bytes) -> tuple[bytes | None, T | None]:
        """Return the stored form under this tag, which guards the next write, and its content."""
        stored = self._connection.execute(*read_command(kind, tag))
        return stored, open_record(kind, self._vault, tag, stored)

    def read_of(self, kind: CallerRecord[T], owner: bytes) -> tuple[bytes, bytes | None, T | None]:
        """Return the tag, the stored form and the content. `owner`: the token of the kind's purpose."""
        return self.read_of_all(kind, [owner])[0]

    def read_of_all(self, kind: CallerRecord[T], owners: Sequence[bytes]) -> list[tuple[bytes, bytes | None, T | None]]:
        """Return the same for several owners, read in one round trip."""
        tags = [kind.tag(self._vault, self._vault.number(owner, kind.purpose or Purpose.SAFETY)) for owner in owners]
        found = self._connection.batch([read_command(kind, tag) for tag in tags])
        return [(tag, raw, open_record(kind, self._vault, tag, raw)) for tag, raw in zip(tags, found, strict=True)]

    def save(
        self, kind: CallerRecord[T], transaction: Transaction, tag: bytes, value: T | None, stored: bytes | None
    ) -> None:
        """Write the record if it is the stored form that was read; None deletes it."""
        write_record(transaction, self._vault, self._times, kind, tag, value, stored)

    def has_agreed_contact(self, number: Number) -> bool:
        """Whether this phone's owner agreed to be somebody's contact and has not sent STOP since."""
        return self.read_contact_requests(number)[1].has_accepted

    def read_contact_requests(self, number: Number) -> tuple[bytes | None, ContactRequests]:
        """Return the stored form, which guards the next write, and the requests to this phone."""
        found = self.read(CONTACT_REQUESTS, CONTACT_REQUESTS.tag(self._vault, number))
        return found[0], found[1] or ContactRequests()

    def save_contact_requests(
        self, transaction: Transaction, number: Number, contact_requests: ContactRequests, raw: bytes | None
    ) -> None:
        """Write the requests to this phone; a record without owners is deleted."""
        transaction.replicate = True
        self.save(CONTACT_REQUESTS, transaction, CONTACT_REQUESTS.tag(self._vault, number), contact_requests, raw)

    def read_departed_contact(self, number: Number) -> ContactRequests:
        """Return the requests from before this phone's STOP whose owners' lists are not updated yet."""
        return self.read(DEPARTED_CONTACTS, DEPARTED_CONTACTS.tag(self._vault, number))[1] or ContactRequests()

    def delete_departed_contact(self, transaction: Transaction, number: Number) -> None:
        tag = DEPARTED_CONTACTS.tag(self._vault, number)
        put_record(transaction, self._vault, self._times, DEPARTED_CONTACTS, tag, None)

    def has_running_safe_call(self, number: Number) -> bool:
        """Whether a safe call of this phone runs."""
        return self.read(SAFE_CALLS, SAFE_CALLS.tag(self._vault, number))[1] is not None

    def read_safety_profile_of(self, owner: bytes) -> tuple[bytes, bytes | None, SafetyProfile | None]:
        return self.read_of(SAFETY_PROFILES, owner)

    def read_profile_to_notify(self, owner: bytes) -> SafetyProfile | None:
        """Return the profile whose contacts are notified.

        Under duress it is the true one, and has the contacts of the account as it looks too.
        """
        _tag, _raw, shown = self.read_safety_profile_of(owner)
        _tag, _raw, account = self.read_true_account(owner)
        if account is None:
            return shown
        true = account.safety_profile
        known = {contact.token for contact in true.contacts}
        added = tuple(contact for contact in shown.contacts if contact.token not in known) if shown else ()
        return replace(true, contacts=(*true.contacts, *added), arrest_message=_arrest_message(shown, true))

    def read_true_account(self, owner: bytes) -> tuple[bytes, bytes | None, TrueAccount | None]:
        """Return the copy of an account under duress."""
        return self.read_of(TRUE_ACCOUNTS, owner)

    def read_safety_profile(self, tag: bytes) -> tuple[bytes | None, SafetyProfile | None]:
        return self.read(SAFETY_PROFILES, tag)

    def save_safety_profile(
        self, transaction: Transaction, tag: bytes, safety_profile: SafetyProfile | None, raw: bytes | None
    ) -> None:
        self.save(SAFETY_PROFILES, transaction, tag, safety_profile, raw)

    def read_safe_call_of(self, owner: bytes) -> tuple[bytes, bytes | None, SafeCall | None]:
        return self.read_of(SAFE_CALLS, owner)

    def save_safe_call(
        self, transaction: Transaction, tag: bytes, safe_call: SafeCall | None, raw: bytes | None
    ) -> None:
        self.save(SAFE_CALLS, transaction, tag, safe_call, raw)

    def read_sos_of(self, owner: bytes) -> tuple[bytes, bytes | None, Sos | None]:
        return self.read_of(SOS, owner)

    def read_sos_of_all(self, owners: Sequence[bytes]) -> list[tuple[bytes, bytes | None, Sos | None]]:
        return self.read_of_all(SOS, owners)

    def read_sos(self, tag: bytes) -> tuple[bytes | None, Sos | None]:
        return self.read(SOS, tag)

    def count_open_sos(self) -> int:
        return int(self._connection.execute("ZCARD", keys.OPEN_SOS))

    def read_tags_over(self, count: int) -> list[bytes]:
        """Return the tags of the open SOS after the first `count` of the list."""
        if self.count_open_sos() <= count:
            return []
        return [listed.tag for _member, listed in self._read_list()[count:]]

    def read_first_sos(self) -> list[Sos]:
        """Return the first open SOS of the list."""
        tags = [listed.tag for _member, listed in self._read_list()[: open_sos.MAX_LISTED_SOS]]
        found = self._connection.batch([read_command(SOS, tag) for tag in tags]) if tags else []
        opened = (open_if_readable(SOS, self._vault, keys.sos(tag), raw) for tag, raw in zip(tags, found, strict=True))
        return [sos for sos in opened if sos]

    def find_listed(self, tag: bytes) -> list[bytes]:
        """Return the members of the list with this tag."""
        return [member for member, listed in self._read_list() if listed.tag == tag]

    def _read_list(self) -> list[tuple[bytes, ListedSos]]:
        return self._open_sos.sort(self._connection.execute(*open_sos.listing_command()))

    def read_sos_by_code(self, code: str) -> Sos | None:
        [command] = open_sos.read_tags_by_code(self._vault, [code])
        tags = open_sos.OpenSosList(self._vault).first_tags(self._connection.execute(*command))
        sos = self.read(SOS, tags[0])[1] if tags else None
        return sos if sos and sos.code == code else None

    def save_sos(self, transaction: Transaction, tag: bytes, sos: Sos | None, raw: bytes | None) -> None:
        self.save(SOS, transaction, tag, sos, raw)


def _arrest_message(shown: SafetyProfile | None, true: SafetyProfile) -> str:
    return (shown.arrest_message if shown else "") or true.arrest_message

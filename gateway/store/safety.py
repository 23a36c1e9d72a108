"""What people left for their safety, read and written outside of their own turns: by jobs, and for others' lists."""

from collections.abc import Sequence

import msgspec

from gateway.model.care import Care, Trust
from gateway.model.outing import Outing
from gateway.model.sos import Sos
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store import keys
from gateway.store.change import Change
from gateway.store.connection import Connection
from gateway.store.turn import care_tag, trust_tag, unpack_care, unpack_outing, unpack_sos, unpack_trust
from gateway.store.writer import write_care, write_outing, write_sos
from gateway.vault import Purpose, Vault


class Safety:
    """Each `save_` is guarded by the sealed form that was read."""

    def __init__(self, connection: Connection, vault: Vault, times: Times):
        self._connection, self._vault, self._times = connection, vault, times

    def trusted(self, number: Number) -> bool:
        """Did this phone's owner agree to be told about somebody, and not say STOP since?"""
        return self.trust(number)[1].agreed

    def trust(self, number: Number) -> tuple[bytes | None, Trust]:
        """Who asked this phone, and the record's sealed form, which guards its next write."""
        raw = self._connection.call("GET", keys.trust(trust_tag(self._vault, number)))
        return raw, unpack_trust(self._vault, raw)

    def out(self, number: Number) -> bool:
        """Did this phone's owner leave a note, and is not back, nor seems to be?"""
        tag = care_tag(self._vault, number)
        outing = unpack_outing(self._vault, self._connection.call("HGET", keys.outings(tag), tag))
        return outing is not None and not outing.over

    def save_trust(self, change: Change, number: Number, trust: Trust, raw: bytes | None) -> None:
        """Where nobody is left in it, it goes."""
        key = keys.trust(trust_tag(self._vault, number))
        change.expect(key, raw)
        change.lasting = True
        if trust.owners:
            sealed = self._vault.seal(msgspec.msgpack.encode(trust), "trust")
            change.write("SET", key, sealed, "EX", self._times.care)
        else:
            change.write("DEL", key)

    def care_of(self, owner: bytes) -> tuple[bytes, bytes | None, Care | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        tag = care_tag(self._vault, self._vault.number(owner, Purpose.SAFETY))
        return tag, *self.care(tag)

    def care(self, tag: bytes) -> tuple[bytes | None, Care | None]:
        """What stands under this tag, and its sealed form, which guards its next write."""
        raw = self._connection.call("GET", keys.care(tag))
        return raw, unpack_care(self._vault, raw)

    def save_care(self, change: Change, tag: bytes, care: Care | None, raw: bytes | None) -> None:
        """`care` None: it is forgotten."""
        write_care(change, self._vault, tag, care, raw, self._times.care)

    def outing_of(self, owner: bytes) -> tuple[bytes, bytes | None, Outing | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        tag = care_tag(self._vault, self._vault.number(owner, Purpose.SAFETY))
        raw = self._connection.call("HGET", keys.outings(tag), tag)
        return tag, raw, unpack_outing(self._vault, raw)

    def save_outing(self, change: Change, tag: bytes, outing: Outing | None, raw: bytes | None) -> None:
        """`outing` None: the note is wiped."""
        write_outing(change, self._vault, tag, outing, raw)

    def sos_of(self, owner: bytes) -> tuple[bytes, bytes | None, Sos | None]:
        """By its owner's token of purpose safety: the tag, the sealed form, and what it says."""
        return self.sos_of_all([owner])[0]

    def sos_of_all(self, owners: Sequence[bytes]) -> list[tuple[bytes, bytes | None, Sos | None]]:
        """The same of several, in one question."""
        tags = [care_tag(self._vault, self._vault.number(owner, Purpose.SAFETY)) for owner in owners]
        found = self._connection.call("MGET", *map(keys.sos, tags))
        return [(tag, raw, unpack_sos(self._vault, raw)) for tag, raw in zip(tags, found, strict=True)]

    def sos_by_code(self, code: str) -> Sos | None:
        tag = self._connection.call("HGET", keys.CALLS, code)
        return unpack_sos(self._vault, self._connection.call("GET", keys.sos(tag))) if tag else None

    def save_sos(self, change: Change, tag: bytes, sos: Sos | None, raw: bytes | None) -> None:
        """`sos` None: it is forgotten."""
        write_sos(change, self._vault, tag, sos, raw, self._times.sos)

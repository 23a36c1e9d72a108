"""A few thousand sealed records that every process keeps in memory and reads again when their version moves."""

import logging
import secrets
from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from gateway.errors import BadInput
from gateway.store.change import Change
from gateway.vault import Vault

log = logging.getLogger("mwavuli.store")
T = TypeVar("T")
VERSION_BYTES = 8


class Shelf(Generic[T]):
    """One Redis hash, `name`, of field -> sealed record; `ver:{name}` names its state.

    `items` and `raw` are replaced, never changed: who holds them holds one moment.
    """

    def __init__(self, name: str, kind: type[T], vault: Vault):
        self.name = name
        self.version: bytes | None = b"unread"
        self.items: Mapping[bytes, T] = {}
        self.raw: Mapping[bytes, bytes] = {}
        self._vault = vault
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._encode = msgspec.msgpack.Encoder().encode

    def take(self, version: bytes | None, raw: Mapping[bytes, bytes]) -> None:
        """These are the records now; only those that changed are opened."""
        fresh: dict[bytes, T] = {}
        for field, sealed in raw.items():
            if self.raw.get(field) == sealed and field in self.items:
                fresh[field] = self.items[field]
                continue
            try:
                fresh[field] = self._open(sealed)
            except (BadInput, msgspec.DecodeError):  # one damaged record must not close the doors
                log.error("one record of %s cannot be opened", self.name)
        self.raw, self.items, self.version = raw, fresh, version

    def get(self, field: bytes) -> T | None:
        return self.items.get(field)

    def put(self, change: Change, field: bytes, item: T) -> None:
        """Write one record, if it still is what it was in the world that the change was decided on."""
        change.expect_field(self.name, field, change.seen.get(self.name, self.raw).get(field))
        change.write("HSET", self.name, field, self.sealed(item))
        self.touch(change)

    def drop(self, change: Change, field: bytes) -> None:
        change.write("HDEL", self.name, field)
        self.touch(change)

    def touch(self, change: Change) -> None:
        change.write(*touched(self.name))

    def sealed(self, item: T) -> bytes:
        return self._vault.seal(self._encode(item), self.name)

    def _open(self, raw: bytes) -> T:
        return self._decode(self._vault.open(raw, self.name))


def touched(name: str) -> tuple[str, str, bytes]:
    """A version never used before: a count would come round again after a failover to a copy that lagged behind."""
    return "SET", f"ver:{name}", secrets.token_bytes(VERSION_BYTES)

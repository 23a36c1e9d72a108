"""A few thousand sealed records that every process keeps in memory and reads again when their version moves."""

import logging
import secrets
from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store.transaction import Transaction

log = logging.getLogger("mwavuli.store")
T = TypeVar("T")
VERSION_BYTES = 8


class CachedTable(Generic[T]):
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

    def replace_records(self, version: bytes | None, raw: Mapping[bytes, bytes]) -> None:
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

    def put(self, transaction: Transaction, field: bytes, item: T) -> None:
        """Write one record, if it still is what it was in the world that the change was decided on."""
        transaction.require_field(self.name, field, transaction.sealed_records.get(self.name, self.raw).get(field))
        transaction.write("HSET", self.name, field, self.seal(item))
        self.bump_version(transaction)

    def delete(self, transaction: Transaction, field: bytes) -> None:
        transaction.write("HDEL", self.name, field)
        self.bump_version(transaction)

    def bump_version(self, transaction: Transaction) -> None:
        transaction.write(*bump_version_command(self.name))

    def seal(self, item: T) -> bytes:
        return self._vault.seal(self._encode(item), self.name)

    def _open(self, raw: bytes) -> T:
        return self._decode(self._vault.open(raw, self.name))


def bump_version_command(name: str) -> tuple[str, str, bytes]:
    """A version never used before: a count would come round again after a failover to a copy that lagged behind."""
    return "SET", f"ver:{name}", secrets.token_bytes(VERSION_BYTES)

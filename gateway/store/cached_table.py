"""A table of a few thousand sealed records in the memory of every process, read again when its version changes."""

import logging
import secrets
from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store.records.kind import TableKind
from gateway.store.records.tables import VERSIONS
from gateway.store.transaction import Transaction

log = logging.getLogger("mwavuli.store")
T = TypeVar("T")
VERSION_BYTES = 8


class CachedTable(Generic[T]):
    """The hash of one `TableKind`: field -> sealed record. Its version names its state.

    `items` and `raw` are replaced, never changed, so a reference to them is a snapshot.
    """

    def __init__(self, kind: TableKind[T], vault: Vault):
        self.name = kind.name
        self._kind = kind
        self.version: bytes | None = b"unread"
        self.items: Mapping[bytes, T] = {}
        self.raw: Mapping[bytes, bytes] = {}
        self._vault = vault

    def replace_records(self, version: bytes | None, raw: Mapping[bytes, bytes]) -> None:
        """Replace the records by those that were read; only changed records are opened."""
        fresh: dict[bytes, T] = {}
        for field, sealed in raw.items():
            if self.raw.get(field) == sealed and field in self.items:
                fresh[field] = self.items[field]
                continue
            try:
                fresh[field] = self._kind.open(self._vault, sealed, self.name.encode(), field)
            except (BadInput, msgspec.DecodeError):  # one damaged record must not stop the service
                log.error("one record of %s cannot be opened", self.name)
        self.raw, self.items, self.version = raw, fresh, version

    def get(self, field: bytes) -> T | None:
        return self.items.get(field)

    def put(self, transaction: Transaction, field: bytes, item: T) -> None:
        """Write one record, guarded by its sealed form in the snapshot on which the change was decided."""
        transaction.require_field(self.name, field, transaction.sealed_records.get(self.name, self.raw).get(field))
        transaction.write("HSET", self.name, field, self.seal(field, item))
        self.bump_version(transaction)

    def delete(self, transaction: Transaction, field: bytes) -> None:
        transaction.write("HDEL", self.name, field)
        self.bump_version(transaction)

    def bump_version(self, transaction: Transaction) -> None:
        transaction.write(*bump_version_command(self.name))

    def seal(self, field: bytes, item: T) -> bytes:
        return self._kind.seal(self._vault, item, self.name.encode(), field)


def bump_version_command(name: str) -> tuple[str, bytes, bytes]:
    """Return the command that sets a version never used before.

    A count would repeat after a failover to a replica that lagged behind.
    """
    return "SET", VERSIONS.key(name), secrets.token_bytes(VERSION_BYTES)

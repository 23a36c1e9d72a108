"""A table of a few thousand sealed records in the memory of every process, read again when its version changes."""

import logging
import secrets
import time
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
COUNT_BYTES = 4
SEAL_TAG_BYTES = 16
FAILOVER_MAY_LOSE_S = 600
"""A change that a process verified longer ago is on the replicas, so no failover undoes it."""


class CachedTable(Generic[T]):
    """The hash of one `TableKind`: field -> sealed record. Its version names its state.

    `items` are by name, `raw` by field: a field may be the hash of a name (`TableKind.name_of`). Both are replaced,
    never changed, so a reference to them is a snapshot.

    The version of an authenticated table contains a count of its changes and a digest of all its records. Where the
    digest does not fit, a process accepts only the records that it verified before: without the key, nobody can put a
    removed or older record back. Neither does it accept an older state, unless a failover may have lost the newer one.
    """

    def __init__(self, kind: TableKind[T], vault: Vault):
        self.name = kind.name
        self._kind = kind
        self.version: bytes | None = b"unread"
        self.items: Mapping[bytes, T] = {}
        self.raw: Mapping[bytes, bytes] = {}
        self.vault = vault
        self._names: Mapping[bytes, bytes] = {}
        """The name of each record by its field."""
        self._count, self._counted_at = 0, 0.0
        """The count of changes as last verified, and when it was first seen (monotonic seconds)."""

    def replace_records(self, version: bytes | None, raw: Mapping[bytes, bytes]) -> None:
        """Replace the records by those that were read; only changed records are opened."""
        raw = self._verified(version, raw)
        fresh: dict[bytes, T] = {}
        names: dict[bytes, bytes] = {}
        for field, sealed in raw.items():
            name = self._names.get(field)
            if name is not None and self.raw.get(field) == sealed:
                fresh[name], names[field] = self.items[name], name
                continue
            try:
                item = self._kind.open(self.vault, sealed, self.name.encode(), field)
            except (BadInput, msgspec.DecodeError):  # one damaged record must not stop the service
                log.error("one record of %s cannot be opened", self.name)
                continue
            name = names[field] = self._kind.name_of(item) if self._kind.name_of else field
            fresh[name] = item
        self.raw, self.items, self._names, self.version = raw, fresh, names, version

    def _verified(self, version: bytes | None, raw: Mapping[bytes, bytes]) -> Mapping[bytes, bytes]:
        if not self._kind.is_authenticated:
            return raw
        if is_authentic(self.vault, self.name, version, raw) and self._is_current(change_count(version)):
            return raw
        log.error("%s was changed without the key: records that were not verified before are refused", self.name)
        return {field: sealed for field, sealed in raw.items() if self.raw.get(field) == sealed}

    def _is_current(self, count: int) -> bool:
        """Whether this state is newer than the verified one, or may be all that a failover left."""
        if count == self._count:
            return True
        is_current = count > self._count or time.monotonic() - self._counted_at < FAILOVER_MAY_LOSE_S
        if is_current:
            self._count, self._counted_at = count, time.monotonic()
        return is_current

    def field(self, name: bytes) -> bytes:
        """Return the field of the record with this name."""
        return self._kind.hashed(self.vault, name.decode()) if self._kind.name_of else name

    def get(self, name: bytes) -> T | None:
        return self.items.get(name)

    def put(self, transaction: Transaction, name: bytes, item: T) -> None:
        """Write one record, guarded by its sealed form in the snapshot on which the change was decided."""
        field = self.field(name)
        rows, sealed = self._rows(transaction), self.seal(field, item)
        transaction.require_field(self.name, field, transaction.sealed_records.get(self.name, self.raw).get(field))
        transaction.write("HSET", self.name, field, sealed)
        transaction.changed_tables[self.name] = {**rows, field: sealed}
        self.bump_version(transaction)

    def delete(self, transaction: Transaction, name: bytes) -> None:
        field = self.field(name)
        transaction.write("HDEL", self.name, field)
        transaction.changed_tables[self.name] = {
            f: sealed for f, sealed in self._rows(transaction).items() if f != field
        }
        self.bump_version(transaction)

    def bump_version(self, transaction: Transaction) -> None:
        if not self._kind.is_authenticated:
            transaction.write(*bump_version_command(self.name))
            return
        transaction.require_table(self.name)
        versions = transaction.sealed_records.get(VERSIONS.name, {})
        last = versions.get(self.name.encode(), self.version)
        transaction.write(*authenticate_command(self.vault, self.name, self._rows(transaction), last))

    def _rows(self, transaction: Transaction) -> Mapping[bytes, bytes]:
        """Return the records as this transaction leaves them."""
        if not self._kind.is_authenticated:
            return {}
        return transaction.changed_tables.get(self.name, transaction.sealed_records.get(self.name, self.raw))

    def seal(self, field: bytes, item: T) -> bytes:
        return self._kind.seal(self.vault, item, self.name.encode(), field)


def bump_version_command(name: str) -> tuple[str, bytes, bytes]:
    """Return the command that sets a version never used before.

    A count would repeat after a failover to a replica that lagged behind.
    """
    return "SET", VERSIONS.key(name), secrets.token_bytes(VERSION_BYTES)


def authenticate_command(
    vault: Vault, name: str, rows: Mapping[bytes, bytes], last: bytes | None
) -> tuple[str, bytes, bytes]:
    """Return the command that sets a version never used before, with the digest of all records.

    `last`: the version that it follows.
    """
    count = (change_count(last) + 1).to_bytes(COUNT_BYTES, "big")
    version = count + secrets.token_bytes(VERSION_BYTES - COUNT_BYTES)
    return "SET", VERSIONS.key(name), version + _digest_rows(vault, name, version, rows)


def change_count(version: bytes | None) -> int:
    """Return how many changes led to this version of an authenticated table."""
    return int.from_bytes(version[:COUNT_BYTES], "big") if version else 0


def is_authentic(vault: Vault, name: str, version: bytes | None, rows: Mapping[bytes, bytes]) -> bool:
    """Whether a process with the key wrote exactly these records under this version."""
    if version is None:
        return not rows
    head, digest = version[:VERSION_BYTES], version[VERSION_BYTES:]
    return secrets.compare_digest(digest, _digest_rows(vault, name, head, rows))


def _digest_rows(vault: Vault, name: str, version: bytes, rows: Mapping[bytes, bytes]) -> bytes:
    """Return the digest of the fields and of the authentication tags that end the seals."""
    marks = (field + sealed[-SEAL_TAG_BYTES:] for field, sealed in sorted(rows.items()))
    return vault.digest(f"table:{name}", version + b"".join(len(mark).to_bytes(2, "big") + mark for mark in marks))

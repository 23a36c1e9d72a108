"""Reads all records of one kind, for commands and backups; a turn reads those of one caller only."""

from collections.abc import Iterator
from typing import Any

from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records.kind import CallerRecord, RecordKind, SealedKind, TableKind

Row = tuple[bytes, bytes]


class RecordScan:
    def __init__(self, connection: Connection):
        self._connection = connection

    def read_all(self, kind: RecordKind) -> Iterator[Row]:
        """Return every record of a kind: field or tag, and value."""
        if isinstance(kind, TableKind) or not isinstance(kind, SealedKind):
            yield from self._connection.hgetall(kind.name).items()
            return
        for key in self._scan(kind):
            if isinstance(kind, CallerRecord) and kind.is_bucketed:
                yield from self._connection.hgetall(key).items()
            elif value := self._connection.execute("GET", key):
                yield key.removeprefix(kind.key("")), value

    def read_stored(self, kind: CallerRecord[Any], tag: bytes) -> bytes | None:
        """Return the stored form of one record that has a key of its own."""
        found: bytes | None = self._connection.execute("GET", kind.key(tag))
        return found

    def read_area_tokens(self, area: str) -> Iterator[bytes]:
        """Return the tokens of the subscribers of an area."""
        for byte in range(256):
            yield from self._connection.execute("HKEYS", keys.area_subscribers(area, bytes([byte])))

    def _scan(self, kind: RecordKind) -> Iterator[bytes]:
        cursor: bytes | int = 0
        while True:
            cursor, found = self._connection.execute("SCAN", cursor, "MATCH", kind.key("*"), "COUNT", 1000)
            yield from set(found)
            if int(cursor) == 0:
                return

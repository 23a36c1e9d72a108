"""Writes that happen together, or not at all if what they rest on has moved since it was read."""

from collections.abc import Mapping
from typing import Any

from gateway.store import keys
from gateway.store.records.tables import VERSIONS

Argument = bytes | str | int | float
MAX_ATTEMPTS = 32
"""how often something is decided anew because another commit came between; more than threads can cross at once"""

LEADING_DELETE = (2, "DEL", keys.ABSENT_KEY)
"""Redis refuses a script for want of memory only until its first write, and a deletion it never refuses"""


class Transaction:
    """Collects guards and writes; `Store.commit` runs them in one script. `bells`: lanes to ring once it stands.

    `seen`: the sealed records, by shelf, of the moment on which this change is decided; they guard its writes.
    Under "ver": the shelves' versions of that moment.
    """

    def __init__(self, sealed_records: Mapping[str, Mapping[bytes, bytes]] | None = None) -> None:
        self.sealed_records = sealed_records or {}
        self._guards: list[Argument] = []
        self._writes: list[Argument] = []
        self._guard_count = 0
        self.lanes_to_notify: set[str] = set()
        self.replicate = False
        """consent, or a decision about a warning: a replica should have it before anybody is told"""
        self.must_replicate = False
        """somebody leaves: a replica must have it before she is told"""
        self.adds_data = False
        """more people, more records: refused by a Redis whose memory is full, where everything else still goes"""

    def require(self, key: Argument, value: bytes | None) -> None:
        """The string at this key is still this, or still absent."""
        self._add_guard(("GET", key), value)

    def require_field(self, key: Argument, field: Argument, value: bytes | None) -> None:
        """The field of this hash is still this, or still absent."""
        self._add_guard(("HGET", key, field), value)

    def require_row(self, table: str, field: bytes) -> None:
        """Let the commit through only while the row of a table is what the decision was taken on."""
        self.require_field(table, field, self.sealed_records.get(table, {}).get(field))

    def require_score(self, key: Argument, member: Argument, score: int) -> None:
        """The member of this sorted set still has this score."""
        self._add_guard(("ZSCORE", key, member), b"%d" % score)

    def require_table(self, name: str) -> None:
        """Nothing on this shelf has changed: for what rests on a record not being there."""
        self.require(VERSIONS.key(name), self.sealed_records.get(VERSIONS.name, {}).get(name.encode()))

    def _add_guard(self, command: tuple[Argument, ...], value: bytes | None) -> None:
        self._guard_count += 1
        self._guards += [len(command), *command, b"-" if value is None else b"=" + value]

    def write(self, *command: Argument) -> None:
        """Any Redis command that writes."""
        self._writes += [len(command), *command]

    def schedule(self, lane: str, item: Argument, at: float) -> None:
        """Put an item on a lane, due at Unix seconds, and ring for it."""
        self.write("ZADD", keys.due(lane), int(at * 1000), item)
        self.lanes_to_notify.add(lane)

    def schedule_rewrite(self, now: float) -> None:
        """What is deleted here leaves Redis' own file soon (`keys.REWRITE_WITHIN`)."""
        self.write("ZADD", keys.due("bulk"), "NX", int((now + keys.REWRITE_WITHIN_S) * 1000), "rewrite")

    def arguments(self) -> list[Any]:
        writes = self._writes if self.adds_data else [*LEADING_DELETE, *self._writes]
        return [self._guard_count, *self._guards, *writes]

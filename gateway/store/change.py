"""Writes that happen together, or not at all if what they rest on has moved since it was read."""

from collections.abc import Mapping
from typing import Any

from gateway.store import keys

Word = bytes | str | int | float
TRIES = 32
"""how often something is decided anew because another commit came between; more than threads can cross at once"""

OPENING = (2, "DEL", keys.NOTHING)
"""Redis refuses a script for want of memory only until its first write, and a deletion it never refuses"""


class Change:
    """Collects guards and writes; `Store.commit` runs them in one script. `bells`: lanes to ring once it stands.

    `seen`: the sealed records, by shelf, of the moment on which this change is decided; they guard its writes.
    Under "ver": the shelves' versions of that moment.
    """

    def __init__(self, seen: Mapping[str, Mapping[bytes, bytes]] | None = None) -> None:
        self.seen = seen or {}
        self._guards: list[Word] = []
        self._writes: list[Word] = []
        self._guarded = 0
        self.bells: set[str] = set()
        self.lasting = False
        """consent, or a decision about a warning: a replica should have it before anybody is told"""
        self.leaving = False
        """somebody leaves: a replica must have it before she is told"""
        self.growing = False
        """more people, more records: refused by a Redis whose memory is full, where everything else still goes"""

    def expect(self, key: Word, value: bytes | None) -> None:
        """The string at this key is still this, or still absent."""
        self._guard(("GET", key), value)

    def expect_field(self, key: Word, field: Word, value: bytes | None) -> None:
        """The field of this hash is still this, or still absent."""
        self._guard(("HGET", key, field), value)

    def expect_score(self, key: Word, member: Word, score: int) -> None:
        """The member of this sorted set still has this score."""
        self._guard(("ZSCORE", key, member), b"%d" % score)

    def expect_shelf(self, name: str) -> None:
        """Nothing on this shelf has changed: for what rests on a record not being there."""
        self.expect(f"ver:{name}", self.seen.get("ver", {}).get(name.encode()))

    def _guard(self, words: tuple[Word, ...], value: bytes | None) -> None:
        self._guarded += 1
        self._guards += [len(words), *words, b"-" if value is None else b"=" + value]

    def write(self, *words: Word) -> None:
        """Any Redis command that writes."""
        self._writes += [len(words), *words]

    def due(self, lane: str, item: Word, at: float) -> None:
        """Put an item on a lane, due at Unix seconds, and ring for it."""
        self.write("ZADD", f"due:{lane}", int(at * 1000), item)
        self.bells.add(lane)

    def rewrite(self, now: float) -> None:
        """What is deleted here leaves Redis' own file soon (`keys.REWRITE_WITHIN`)."""
        self.write("ZADD", "due:bulk", "NX", int((now + keys.REWRITE_WITHIN) * 1000), "rewrite")

    def words(self) -> list[Any]:
        writes = self._writes if self.growing else [*OPENING, *self._writes]
        return [self._guarded, *self._guards, *writes]

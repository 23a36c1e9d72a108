"""Writes that are made together, or not at all if a record that they depend on has changed since it was read."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from gateway.model.message import Lane
from gateway.model.task import ServiceTask
from gateway.store import keys
from gateway.store.item_names import ItemName
from gateway.store.records.tables import VERSIONS

Argument = bytes | str | int | float
MAX_ATTEMPTS = 32
"""How often a decision is made again after a concurrent commit; more than the threads that can conflict at once."""

LEADING_DELETE = (2, "DEL", keys.ABSENT_KEY)
"""Redis refuses a script for lack of memory only before its first write, and never refuses a deletion."""


DUE_STEP_S = 60


def round_up(at: float) -> int:
    """Return the next whole minute (Unix seconds)."""
    return -(-int(at) // DUE_STEP_S) * DUE_STEP_S


class Transaction:
    """Collects guards and writes; `Store.commit` runs them in one script.

    `lanes_to_notify`: lanes whose workers are notified after the commit. `sealed_records`: the records by table at the
    moment of the decision, which guard its writes; under the name of `VERSIONS` the versions of the tables.
    `second_fraction`: the part of a second after the whole second of the decision, 0 to 1.
    """

    def __init__(
        self, sealed_records: Mapping[str, Mapping[bytes, bytes]] | None = None, second_fraction: float = 0.0
    ) -> None:
        self.sealed_records = sealed_records or {}
        self.second_fraction = second_fraction
        self._texts_by_phone: Counter[int] = Counter()
        self._guards: list[Argument] = []
        self._writes: list[Argument] = []
        self._guard_count = 0
        self.lanes_to_notify: set[str] = set()
        self.changed_tables: dict[str, Mapping[bytes, bytes]] = {}
        """The records of authenticated tables as this transaction leaves them."""
        self.replicate = False
        """Whether a replica should have this consent or decision about an alert before the caller is informed."""
        self.must_replicate = False
        """Whether a replica must have the change before the caller is informed, because the caller leaves."""
        self.adds_data = False
        """Whether people or records are added. A Redis whose memory is full refuses only such a commit."""

    def require(self, key: Argument, value: bytes | None) -> None:
        """Let the commit through only while the string at this key is this value, or absent."""
        self._add_guard(("GET", key), value)

    def require_field(self, key: Argument, field: Argument, value: bytes | None) -> None:
        """Let the commit through only while the field of this hash is this value, or absent."""
        self._add_guard(("HGET", key, field), value)

    def require_row(self, table: str, field: bytes) -> None:
        """Let the commit through only while the row of a table is the one on which the decision was made."""
        self.require_field(table, field, self.sealed_records.get(table, {}).get(field))

    def require_score(self, key: Argument, member: Argument, score: int) -> None:
        """Let the commit through only while the member of this sorted set has this score."""
        self._add_guard(("ZSCORE", key, member), b"%d" % score)

    def require_none_between(self, key: Argument, first: bytes, last: bytes) -> None:
        """Let the commit through only while this sorted set has no member between these, in lexical order."""
        self._add_guard(("ZLEXCOUNT", key, first, last), b"0")

    def require_table(self, name: str) -> None:
        """Let the commit through only while the table is unchanged, for a decision that depends on an absent record."""
        self.require(VERSIONS.key(name), self.sealed_records.get(VERSIONS.name, {}).get(name.encode()))

    def _add_guard(self, command: tuple[Argument, ...], value: bytes | None) -> None:
        self._guard_count += 1
        self._guards += [len(command), *command, b"-" if value is None else b"=" + value]

    def write(self, *command: Argument) -> None:
        """Add a command that writes."""
        self._writes += [len(command), *command]

    def schedule(self, lane: Lane, item: bytes, at: float) -> None:
        """Put an item on a lane, due at Unix seconds, and notify the lane's worker."""
        self.write("ZADD", keys.due(lane), int(at * 1000), ItemName(item))
        self.lanes_to_notify.add(lane)

    def schedule_text(self, lane: Lane, item: bytes, phone: int, now: int) -> None:
        """Put a text on a lane, due at once. `now`: the whole second of the decision.

        Texts to one phone leave by due time. So it is exact to the microsecond, and later for each further text.
        """
        due_ms = now * 1000 + self.second_fraction * 1000 + self._texts_by_phone[phone] / 1000
        self._texts_by_phone[phone] += 1
        self.write("ZADD", keys.due(lane), f"{due_ms:.3f}", ItemName(item))
        self.lanes_to_notify.add(lane)

    def schedule_later(self, lane: Lane, item: bytes, at: float) -> None:
        """Schedule an item for a distant time, rounded up to a whole minute.

        So the due time does not show the second at which a person dialled.
        """
        self.schedule(lane, item, round_up(at))

    def schedule_if_absent(self, lane: Lane, item: bytes, at: float) -> None:
        """Put an item on a lane, due at Unix seconds, unless the lane has it already. Notify no worker."""
        self.write("ZADD", keys.due(lane), "NX", int(at * 1000), ItemName(item))

    def schedule_no_later(self, lane: Lane, item: bytes, at: float) -> None:
        """Put an item on a lane as `schedule` does, unless the lane has it for an earlier time."""
        self.write("ZADD", keys.due(lane), "LT", int(at * 1000), ItemName(item))
        self.lanes_to_notify.add(lane)

    def unschedule(self, lane: Lane, item: bytes) -> None:
        """Take an item off a lane."""
        self.write("ZREM", keys.due(lane), ItemName(item))

    def schedule_rewrite(self, now: float) -> None:
        """Schedule the rewrite of the append-only file within `keys.REWRITE_INTERVAL_S`; it removes deleted records."""
        self.schedule_if_absent(Lane.BULK, ServiceTask.REWRITE_APPEND_ONLY_FILE.item(), now + keys.REWRITE_INTERVAL_S)

    def arguments(self, seal_item: Callable[[bytes], bytes]) -> list[Any]:
        """Return the arguments of `lua/commit.lua`. `seal_item` seals the name of a work item."""
        writes = [seal_item(word) if isinstance(word, ItemName) else word for word in self._writes]
        return [self._guard_count, *self._guards, *(() if self.adds_data else LEADING_DELETE), *writes]

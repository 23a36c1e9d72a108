"""What is to be done and when: one sorted set a lane. RQ is only the bell; this is the mailbox."""

import random
from collections.abc import Iterable

import msgspec

from gateway.errors import StoreUnavailable
from gateway.store.connection import Connection
from gateway.store.records.service import ATTEMPTS, BREAKERS, CLAIMS, CLOCK, DUE, STARTED
from gateway.store.transaction import Transaction

MAX_PAUSE_S = 30
"""seconds between two tries of what keeps failing"""

SHIFT_WINDOW_S = 600
"""seconds; longer than any lease, any pause between tries, and a verifier's time to answer"""
SHIFT_ONCE_WITHIN_S = 60


class WorkItem(msgspec.Struct, frozen=True):
    """Something due, claimed until `lease` (milliseconds of Redis' clock). `takes`: 1 the first time."""

    lane: str
    name: bytes
    claims: int
    lease_until_ms: int

    @property
    def task(self) -> str:
        return self.name.split(b":", 1)[0].decode()

    @property
    def payload(self) -> bytes:
        return self.name.split(b":", 1)[1] if b":" in self.name else b""

    def arguments(self) -> list[str]:
        return self.payload.decode().split(":")


class WorkQueue:
    """Claims carry a lease; who dies holding one leaves it to be taken up again."""

    def __init__(self, connection: Connection, lease_s: int):
        self._connection = connection
        self._lease_ms = lease_s * 1000
        self._unconfirmed_starts: dict[bytes, int] = {}
        """items begun by us, for all we know, and never gone on with: Redis fell silent; with their lease's end"""

    def claim(self, lane: str, count: int) -> list[WorkItem]:
        """At most `count` items that are due, oldest first; nothing that sends while the lane rests."""
        got = self._connection.run_script(
            "claim_items", [DUE.key(lane), CLAIMS.key(lane), BREAKERS.key(lane)], [self._lease_ms, count]
        )
        return [WorkItem(lane, *got[i : i + 3]) for i in range(0, len(got), 3)]

    def schedule_if_absent(self, lane: str, item: str, delay_s: float) -> None:
        """Make an item due in a while, unless it stands on the lane already."""
        self._connection.execute("ZADD", DUE.key(lane), "NX", int((self._connection.now() + delay_s) * 1000), item)

    def mark_started(self, item: WorkItem) -> bool:
        """Just before what must not happen twice; False where somebody died after this very word.

        Where Redis' answer is lost, nothing was done: whoever asks again, under this lease or the next, may go on.
        """
        words = [item.name, item.lease_until_ms, self._unconfirmed_starts.get(item.name, 0)]
        try:
            free = bool(self._connection.run_script("mark_started", [STARTED.key(item.lane)], words))
        except StoreUnavailable:
            self._unconfirmed_starts[item.name] = item.lease_until_ms
            raise
        self._unconfirmed_starts.pop(item.name, None)
        return free

    def finish(self, item: WorkItem, blocking_set: bytes = b"") -> bool:
        """Finish an item; False where its lease had passed to somebody else, or it was made due anew meanwhile.

        `unless`: a sorted set; while something stands in it, the item stays, due at once.
        """
        return self._finish_or_reschedule(item, "", blocking_set=blocking_set)

    def finish_in(self, transaction: Transaction, item: WorkItem, delay_s: float, now: float) -> None:
        """Finish an item, or put it off, together with what a change writes, and only while the lease holds."""
        transaction.require_score(DUE.key(item.lane), item.name, item.lease_until_ms)
        for kind in (CLAIMS, STARTED):
            transaction.write("HDEL", kind.key(item.lane), item.name)
        if delay_s:
            transaction.write("ZADD", DUE.key(item.lane), int((now + delay_s) * 1000), item.name)
        else:
            transaction.write("ZREM", DUE.key(item.lane), item.name)
            transaction.write("HDEL", ATTEMPTS.key(item.lane), item.name)

    def has_lease(self, item: WorkItem) -> bool:
        """Does the lease still hold?"""
        score = self._connection.execute("ZSCORE", DUE.key(item.lane), item.name)
        return score is not None and int(score) == item.lease_until_ms

    def reschedule(self, item: WorkItem, delay_s: float) -> bool:
        """Put an item off."""
        return self._finish_or_reschedule(item, str(int(delay_s * 1000)))

    def renew_lease(self, item: WorkItem) -> WorkItem:
        """Hold an item for another lease; where it has passed to somebody else, what was held stays void."""
        until = int(
            self._connection.run_script(
                "renew_lease", [DUE.key(item.lane)], [item.name, item.lease_until_ms, self._lease_ms]
            )
        )
        return msgspec.structs.replace(item, lease_until_ms=until or item.lease_until_ms)

    def back_off(self, item: WorkItem) -> float:
        """Put an item off for longer each time, with jitter; returns the pause in seconds."""
        pause = self._next_pause_s(item)
        self._finish_or_reschedule(item, str(int(pause * 1000)))
        return pause

    def retry_after_failure(self, item: WorkItem) -> None:
        """As `back_off`, but whoever takes it next must look after what was begun, as after a death."""
        self._finish_or_reschedule(item, str(int(self._next_pause_s(item) * 1000)), keep_started=True)

    def _next_pause_s(self, item: WorkItem) -> float:
        times = int(self._connection.execute("HINCRBY", ATTEMPTS.key(item.lane), item.name, 1))
        pause: float = min(MAX_PAUSE_S, 2**times) * random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        return pause

    def _finish_or_reschedule(
        self, item: WorkItem, delay_ms: str, keep_started: bool = False, blocking_set: bytes = b""
    ) -> bool:
        keys = [kind.key(item.lane) for kind in (DUE, CLAIMS, STARTED, ATTEMPTS)]
        keys += [blocking_set] if blocking_set else []
        return bool(
            self._connection.run_script(
                "finish_item", keys, [item.name, item.lease_until_ms, delay_ms, int(keep_started)]
            )
        )

    def shift_due_times(self, lanes: Iterable[str], shift_s: float) -> int:
        """Redis' clock went back by so much: what was due, or was to be SOON, comes due as before. Returns how many.

        For the first who asks in REWOUND seconds, where there are two clocks.
        """
        where = [CLOCK.key("rewound"), *(DUE.key(lane) for lane in lanes)]
        return int(
            self._connection.run_script(
                "shift_due_times", where, [int(shift_s * 1000), SHIFT_WINDOW_S * 1000, SHIFT_ONCE_WITHIN_S]
            )
        )

    def has_due_items(self, lane: str) -> bool:
        """Is anything due now?"""
        now = int(self._connection.now() * 1000)
        return bool(self._connection.execute("ZCOUNT", DUE.key(lane), "-inf", now))

    def count_items(self, lane: str) -> int:
        """How many items stand on the lane, due or not."""
        return int(self._connection.execute("ZCARD", DUE.key(lane)))

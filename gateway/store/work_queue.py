"""The work queue: one sorted set of items for each lane, by due time. RQ only notifies the workers."""

import random
from collections.abc import Iterable

import msgspec

from gateway.crypto.vault import Vault
from gateway.errors import BadInput, StoreUnavailable
from gateway.model.task import Task, task_of
from gateway.store.connection import Connection
from gateway.store.item_names import open_item, seal_item
from gateway.store.records.service import ATTEMPTS, BREAKERS, CLAIMS, CLOCK, DUE, STARTED
from gateway.store.transaction import Transaction, round_up

DISTANT_S = 3600
"""A due time that is further away is rounded up to a whole minute."""
MAX_PAUSE_S = 30
"""The longest pause between two attempts."""

SHIFT_WINDOW_S = 600
"""Longer than any lease, any pause between attempts, and a verifier's time to answer."""
SHIFT_ONCE_WITHIN_S = 60


class WorkItem(msgspec.Struct, frozen=True):
    """An item claimed until `lease_until_ms` of Redis' clock. `claims`: 1 the first time.

    `name` is empty for an item that was made without the key.
    """

    lane: str
    name: bytes
    stored: bytes
    """The name as Redis has it."""
    claims: int
    lease_until_ms: int

    @property
    def task(self) -> Task | None:
        """The item's task, or None where no task of this release has that name."""
        return task_of(self.name)

    @property
    def payload(self) -> bytes:
        return self.name.split(b":", 1)[1] if b":" in self.name else b""

    def arguments(self) -> list[str]:
        return self.payload.decode().split(":")


class WorkQueue:
    """Claims carry a lease. After the lease of a dead worker ends, its item is claimed again."""

    def __init__(self, connection: Connection, vault: Vault, lease_s: int):
        self._connection, self._vault = connection, vault
        self._lease_ms = lease_s * 1000
        self._unconfirmed_starts: dict[bytes, int] = {}
        """The ends of the leases of items that this process may have marked as started before a reply was lost."""

    def claim(self, lane: str, count: int) -> list[WorkItem]:
        """Claim at most `count` due items, oldest first. While the lane pauses, no item that sends is claimed."""
        reply = self._connection.run_script(
            "claim_items", [DUE.key(lane), CLAIMS.key(lane), BREAKERS.key(lane)], [self._lease_ms, count]
        )
        return [WorkItem(lane, self._open(reply[i]), *reply[i : i + 3]) for i in range(0, len(reply), 3)]

    def _open(self, stored: bytes) -> bytes:
        try:
            return open_item(self._vault, stored)
        except BadInput:
            return b""

    def schedule_if_absent(self, lane: str, item: bytes, delay_s: float) -> None:
        """Make an item due after `delay_s` seconds, unless it is on the lane."""
        due_ms = int((self._connection.now() + delay_s) * 1000)
        self._connection.execute("ZADD", DUE.key(lane), "NX", due_ms, seal_item(self._vault, item))

    def mark_started(self, item: WorkItem) -> bool:
        """Mark an item as started before a step that must not happen twice; return False where another worker did.

        After a lost reply the step was not done, so this process may mark again, under this lease or the next.
        """
        arguments = [item.stored, item.lease_until_ms, self._unconfirmed_starts.get(item.stored, 0)]
        try:
            is_free = bool(self._connection.run_script("mark_started", [STARTED.key(item.lane)], arguments))
        except StoreUnavailable:
            self._unconfirmed_starts[item.stored] = item.lease_until_ms
            raise
        self._unconfirmed_starts.pop(item.stored, None)
        return is_free

    def finish(self, item: WorkItem, blocking_set: bytes = b"") -> bool:
        """Finish an item; return False where its lease passed to another worker, or its due time was changed meanwhile.

        While the sorted set `blocking_set` is not empty, the item stays and is due at once.
        """
        return self._finish_or_reschedule(item, "", blocking_set=blocking_set)

    def finish_in(self, transaction: Transaction, item: WorkItem, delay_s: float, now: float) -> None:
        """Finish or reschedule an item in the transaction, which then commits only while the lease is valid."""
        transaction.require_score(DUE.key(item.lane), item.stored, item.lease_until_ms)
        for kind in (CLAIMS, STARTED):
            transaction.write("HDEL", kind.key(item.lane), item.stored)
        if delay_s:
            due = round_up(now + delay_s) if delay_s >= DISTANT_S else now + delay_s
            transaction.write("ZADD", DUE.key(item.lane), int(due * 1000), item.stored)
        else:
            transaction.write("ZREM", DUE.key(item.lane), item.stored)
            transaction.write("HDEL", ATTEMPTS.key(item.lane), item.stored)

    def has_lease(self, item: WorkItem) -> bool:
        """Whether the lease is valid."""
        score = self._connection.execute("ZSCORE", DUE.key(item.lane), item.stored)
        return score is not None and int(score) == item.lease_until_ms

    def reschedule(self, item: WorkItem, delay_s: float) -> bool:
        """Reschedule an item."""
        return self._finish_or_reschedule(item, str(int(delay_s * 1000)))

    def renew_lease(self, item: WorkItem) -> WorkItem:
        """Extend the lease and return the item. If the lease passed to another worker, its end stays unchanged."""
        until = int(
            self._connection.run_script(
                "renew_lease", [DUE.key(item.lane)], [item.stored, item.lease_until_ms, self._lease_ms]
            )
        )
        return msgspec.structs.replace(item, lease_until_ms=until or item.lease_until_ms)

    def back_off(self, item: WorkItem) -> float:
        """Reschedule an item for longer each time, with jitter; return the pause in seconds."""
        pause = self._next_pause_s(item)
        self._finish_or_reschedule(item, str(int(pause * 1000)))
        return pause

    def retry_after_failure(self, item: WorkItem) -> None:
        """Reschedule as `back_off` does, and keep the mark that it was started, as after the death of a worker."""
        self._finish_or_reschedule(item, str(int(self._next_pause_s(item) * 1000)), keep_started=True)

    def _next_pause_s(self, item: WorkItem) -> float:
        attempts = int(self._connection.execute("HINCRBY", ATTEMPTS.key(item.lane), item.stored, 1))
        pause: float = min(MAX_PAUSE_S, 2**attempts) * random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        return pause

    def _finish_or_reschedule(
        self, item: WorkItem, delay_ms: str, keep_started: bool = False, blocking_set: bytes = b""
    ) -> bool:
        keys = [kind.key(item.lane) for kind in (DUE, CLAIMS, STARTED, ATTEMPTS)]
        keys += [blocking_set] if blocking_set else []
        return bool(
            self._connection.run_script(
                "finish_item", keys, [item.stored, item.lease_until_ms, delay_ms, int(keep_started)]
            )
        )

    def shift_due_times(self, lanes: Iterable[str], shift_s: float) -> int:
        """Shift the due times of due or nearly due items after Redis' clock went back; return the number of items.

        Of two schedulers, only the first within SHIFT_ONCE_WITHIN_S shifts.
        """
        redis_keys = [CLOCK.key("rewound"), *(DUE.key(lane) for lane in lanes)]
        return int(
            self._connection.run_script(
                "shift_due_times", redis_keys, [int(shift_s * 1000), SHIFT_WINDOW_S * 1000, SHIFT_ONCE_WITHIN_S]
            )
        )

    def has_due_items(self, lane: str) -> bool:
        """Whether an item is due now."""
        now_ms = self._connection.now() * 1000
        return bool(self._connection.execute("ZCOUNT", DUE.key(lane), "-inf", now_ms))

    def count_items(self, lane: str) -> int:
        """Return how many items are on the lane, due or not."""
        return int(self._connection.execute("ZCARD", DUE.key(lane)))

"""Wake-ups for workers: an entry in a lane's RQ queue that means "handle what is due".

A wake-up that is lost or sent twice changes nothing: the scheduler sends another one while items are due.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from gateway.model.message import Lane
from gateway.store.commands import RedisError
from gateway.store.records.service import NOTIFIED
from jobs.lane_queue import LaneQueue

LANES = tuple(lane.value for lane in Lane)
DEBOUNCE_S = 5
"""seconds in which a lane that was notified is not notified again"""


class Notifier:
    """Notifies the workers of lanes. `connection` is RQ's own."""

    def __init__(self, connection: Any):
        self._connection = connection
        self._queues = {lane: LaneQueue(lane, connection) for lane in LANES}

    def notify(self, lanes: Iterable[str]) -> None:
        """Wake the workers of these lanes. Where this fails, the scheduler finds the due items."""
        for lane in lanes:
            try:
                if self._connection.set(NOTIFIED.key(lane), 1, nx=True, ex=DEBOUNCE_S):
                    self.enqueue(lane)
            except RedisError:
                continue

    def enqueue(self, lane: str) -> None:
        """Enqueue the lane's job, even if one is there already."""
        self._queues[lane].enqueue_wake_up()

    def reset(self, lanes: Iterable[str]) -> None:
        """Let these lanes be notified again, whatever the time."""
        for lane in lanes:
            self.clear(lane)

    def clear(self, lane: str) -> None:
        """Note that a worker is awake: an item that becomes due from now on needs a new wake-up."""
        with suppress(RedisError):  # the key expires
            self._connection.delete(NOTIFIED.key(lane))

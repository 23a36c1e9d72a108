"""The bell: an RQ job that carries a lane's name and means *do what is due*. A lost or doubled one changes nothing."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from rq import Queue
from rq.serializers import JSONSerializer

from gateway.store.commands import RedisError
from gateway.store.records.service import NOTIFIED

LANES = ("alerts", "messages", "bulk")
JOB_PATH = "jobs.dispatch.work"
DEBOUNCE_S = 5
"""seconds in which a lane that was rung is not rung again"""
FAILED_JOB_TTL_S = 3600


class Notifier:
    """Rings lanes. `connection` is RQ's own."""

    def __init__(self, connection: Any):
        self._connection = connection
        self._queues = {lane: lane_queue(lane, connection) for lane in LANES}

    def notify(self, lanes: Iterable[str]) -> None:
        """Wake the workers of these lanes. What fails here is found by the clock."""
        for lane in lanes:
            try:
                if self._connection.set(NOTIFIED.key(lane), 1, nx=True, ex=DEBOUNCE_S):
                    self.enqueue(lane)
            except RedisError:
                continue

    def enqueue(self, lane: str) -> None:
        """Put the job on the queue, whether or not one is there."""
        self._queues[lane].enqueue(
            JOB_PATH, lane, description=lane, result_ttl=0, failure_ttl=FAILED_JOB_TTL_S, job_timeout=120
        )

    def reset(self, lanes: Iterable[str]) -> None:
        """Bells can be rung again, whatever the time."""
        for lane in lanes:
            self.clear(lane)

    def clear(self, lane: str) -> None:
        """A worker is awake: what becomes due from now on needs a new bell."""
        with suppress(RedisError):  # it falls silent by itself
            self._connection.delete(NOTIFIED.key(lane))


def lane_queue(lane: str, connection: Any) -> Queue:
    return Queue(lane, connection=connection, serializer=JSONSerializer)

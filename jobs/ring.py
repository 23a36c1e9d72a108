"""The bell: an RQ job that carries a lane's name and means *do what is due*. A lost or doubled one changes nothing."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from rq import Queue
from rq.serializers import JSONSerializer

from gateway.store.connection import RedisError

LANES = ("alerts", "messages", "bulk")
JOB = "jobs.lanes.work"
QUIET = 5
"""seconds in which a lane that was rung is not rung again"""
FAILURE_KEPT = 3600


class Bell:
    """Rings lanes. `connection` is RQ's own."""

    def __init__(self, connection: Any):
        self._connection = connection
        self._queues = {lane: queue(lane, connection) for lane in LANES}

    def ring(self, lanes: Iterable[str]) -> None:
        """Wake the workers of these lanes. What fails here is found by the clock."""
        for lane in lanes:
            try:
                if self._connection.set(f"bell:{lane}", 1, nx=True, ex=QUIET):
                    self.toll(lane)
            except RedisError:
                continue

    def toll(self, lane: str) -> None:
        """Put the job on the queue, whether or not one is there."""
        self._queues[lane].enqueue(JOB, lane, description=lane, result_ttl=0, failure_ttl=FAILURE_KEPT, job_timeout=120)

    def loosen(self, lanes: Iterable[str]) -> None:
        """Bells can be rung again, whatever the time."""
        for lane in lanes:
            self.heard(lane)

    def heard(self, lane: str) -> None:
        """A worker is awake: what becomes due from now on needs a new bell."""
        with suppress(RedisError):  # it falls silent by itself
            self._connection.delete(f"bell:{lane}")


def queue(lane: str, connection: Any) -> Queue:
    return Queue(lane, connection=connection, serializer=JSONSerializer)

"""The RQ queue of one lane. Redis holds data, not code: nothing that a queue names is imported or called.

A worker can do one thing: handle what is due in its own lane. An entry of the queue wakes it and says no more. An entry
that is not exactly such a wake-up was written by another program, and is dropped.
"""

import json
import zlib
from collections.abc import Sequence
from typing import Any

from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

JOB_PATH = "jobs.dispatch.work_lane"
WAKE_UP_TTL_S = 3600
"""After this time Redis forgets a wake-up that no worker took; the scheduler sends others."""
PLAIN_FIELDS = frozenset(
    (b"created_at", b"data", b"description", b"enqueued_at", b"origin", b"result_ttl", b"status", b"timeout", b"ttl")
)
"""The fields of a wake-up. RQ keeps callbacks, dependents, retries, webhooks and metadata in other fields."""


class LaneEntry(Job):
    """An entry that a worker took. It is built here: nothing of it comes from Redis but the answer to one question."""

    is_wake_up = False


class LaneQueue(Queue):
    """A queue for the wake-ups of the lane of its name."""

    def __init__(self, lane: str, connection: Any, **_options: Any):
        super().__init__(lane, connection=connection, serializer=JSONSerializer)

    def enqueue_wake_up(self) -> None:
        self.enqueue(JOB_PATH, self.name, description=self.name, result_ttl=0, ttl=WAKE_UP_TTL_S)

    def drop_foreign_keys(self, connection: Any) -> int:
        """Delete values of another type in the place of RQ's keys, which would end a worker. Return how many."""
        types = {self.key: b"list", "rq:queues": b"set", "rq:workers": b"set", f"rq:workers:{self.name}": b"set"}
        wrong = [key for key, kind in types.items() if connection.type(key) not in (kind, b"none")]
        return int(connection.delete(*wrong)) if wrong else 0

    @classmethod
    def dequeue_any(  # type: ignore[override]  # with no options
        cls, queues: Any, timeout: int | None, connection: Any, **_options: Any
    ) -> Any:
        """Take the next entry, delete its job, and return it with its queue. RQ's own method would restore the job.

        Raises DequeueTimeout where none comes in time.
        """
        (queue,) = queues
        popped = cls.lpop([queue.key], timeout, connection=connection)
        if popped is None:
            return None
        entry = LaneEntry(connection=connection, serializer=JSONSerializer)
        entry.is_wake_up = queue.is_wake_up(_take_job(connection, popped[1]))
        return entry, queue

    def is_wake_up(self, fields: Any) -> bool:
        """Whether this job is one that `enqueue_wake_up` wrote. A job that Redis forgot is one that was not taken."""
        if not isinstance(fields, dict):
            return False
        filled = {name for name, value in fields.items() if value}
        return not fields or (
            filled <= PLAIN_FIELDS
            and fields.get(b"origin") == self.name.encode()
            and _inflate(fields.get(b"data", b""), len(self._job_data)) == self._job_data
        )

    @property
    def _job_data(self) -> bytes:
        return json.dumps((JOB_PATH, None, (self.name,), {})).encode()


def _take_job(connection: Any, job_id: bytes) -> object:
    """Delete a job and return its fields, or an error where the key holds something else."""
    key = Job.redis_job_namespace_prefix.encode() + job_id
    answers: Sequence[object] = connection.pipeline().hgetall(key).delete(key).execute(raise_on_error=False)
    return answers[0]


def _inflate(data: bytes, limit: int) -> bytes:
    """Return the inflated data, and at most one byte more than `limit`; empty where the data are no zlib stream."""
    try:
        return zlib.decompressobj().decompress(data, limit + 1)
    except zlib.error:
        return b""

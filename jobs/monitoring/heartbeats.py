"""Whether the scheduler, the workers and a monitor are alive: for `mwavuli check`, `/ready` and the metrics."""

import os
import socket
from collections.abc import Iterable
from typing import Any

from rq import Worker

from gateway.errors import StoreUnavailable
from gateway.store.connection import Connection, RedisError
from jobs.notify import LANES, lane_queue

SCHEDULER_KEY = "clock:seen"
SCHEDULER_TTL_S = 60
"""a scheduler without a beat for this long counts as absent"""
MONITOR_KEY = "clock:watched"
MONITOR_TTL_S = 3600


def record_scheduler_beat(connection: Connection) -> None:
    """Note that the scheduler is alive. It calls this at every sweep."""
    connection.execute("SET", SCHEDULER_KEY, 1, "EX", SCHEDULER_TTL_S)


def is_scheduler_alive(connection: Connection) -> bool:
    return bool(connection.execute("EXISTS", SCHEDULER_KEY))


def scheduler_age_s(connection: Connection) -> float:
    """Return the seconds since the last beat of a scheduler, at most SCHEDULER_TTL_S."""
    left = int(connection.execute("PTTL", SCHEDULER_KEY)) / 1000
    return SCHEDULER_TTL_S - max(0.0, left)


def record_monitor_request(connection: Connection) -> None:
    """Note that a monitor asked how the service is."""
    connection.execute("SET", MONITOR_KEY, 1, "EX", MONITOR_TTL_S)


def is_monitored(connection: Connection) -> bool:
    """Whether a monitor asked `/ready` or `/metrics` lately."""
    return bool(connection.execute("EXISTS", MONITOR_KEY))


def unserved_lanes(connection: Connection) -> list[str]:
    """Return the lanes without a worker."""
    return [lane for lane, workers in count_workers(connection.create_rq_client()).items() if not workers]


def count_workers(client: Any) -> dict[str, int]:
    """Return the number of workers of each lane. `client` is RQ's own. Raises StoreUnavailable.

    A worker that was killed on another machine counts for some minutes.
    """
    try:
        return {lane: _count_alive(Worker.all(queue=lane_queue(lane, client), connection=client)) for lane in LANES}
    except RedisError as error:
        raise StoreUnavailable(f"Redis: {type(error).__name__}") from None


def _count_alive(workers: Iterable[Any]) -> int:
    here = socket.gethostname()
    return sum(worker.hostname != here or _process_exists(worker.pid) for worker in workers)


def _process_exists(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

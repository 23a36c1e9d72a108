"""Who is at work: for `mwavuli check`, `/ready` and the metrics."""

import os
import socket
from collections.abc import Iterable
from typing import Any

from rq import Worker

from gateway.errors import StoreUnavailable
from gateway.store.commands import RedisError
from gateway.store.connection import Connection
from jobs.notify import LANES, lane_queue

SCHEDULER_KEY = "clock:seen"
SCHEDULER_TTL_S = 60
"""a clock that was not seen for so long is not there"""
MONITOR_KEY = "clock:watched"
MONITOR_TTL_S = 3600


def record_scheduler_beat(connection: Connection) -> None:
    """Said by the clock at every sweep."""
    connection.execute("SET", SCHEDULER_KEY, 1, "EX", SCHEDULER_TTL_S)


def is_scheduler_alive(connection: Connection) -> bool:
    return bool(connection.execute("EXISTS", SCHEDULER_KEY))


def scheduler_age_s(connection: Connection) -> float:
    """Seconds since a clock was last seen; CLOCK_SECONDS stands for that long and longer."""
    left = int(connection.execute("PTTL", SCHEDULER_KEY)) / 1000
    return SCHEDULER_TTL_S - max(0.0, left)


def record_monitor_request(connection: Connection) -> None:
    """Said whenever somebody asks how the service is."""
    connection.execute("SET", MONITOR_KEY, 1, "EX", MONITOR_TTL_S)


def is_monitored(connection: Connection) -> bool:
    """Does anybody ask, by `/ready` or `/metrics`?"""
    return bool(connection.execute("EXISTS", MONITOR_KEY))


def unserved_lanes(connection: Connection) -> list[str]:
    """Lanes without a worker."""
    return [lane for lane, workers in count_workers(connection.create_rq_client()).items() if not workers]


def count_workers(client: Any) -> dict[str, int]:
    """Workers of each lane. One killed on another machine counts as there for some minutes. `client`: RQ's own."""
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

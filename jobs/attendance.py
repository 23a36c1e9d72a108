"""Who is at work: for `mwavuli check`, `/ready` and the metrics."""

import os
import socket
from collections.abc import Iterable
from typing import Any

from rq import Worker

from gateway.errors import StoreAway
from gateway.store.connection import Connection, RedisError
from jobs.ring import LANES, queue

CLOCK = "clock:seen"
CLOCK_SECONDS = 60
"""a clock that was not seen for so long is not there"""
WATCHED = "clock:watched"
WATCHED_SECONDS = 3600


def clock_was_here(connection: Connection) -> None:
    """Said by the clock at every sweep."""
    connection.call("SET", CLOCK, 1, "EX", CLOCK_SECONDS)


def clock_seen(connection: Connection) -> bool:
    return bool(connection.call("EXISTS", CLOCK))


def clock_age(connection: Connection) -> float:
    """Seconds since a clock was last seen; CLOCK_SECONDS stands for that long and longer."""
    left = int(connection.call("PTTL", CLOCK)) / 1000
    return CLOCK_SECONDS - max(0.0, left)


def was_watched(connection: Connection) -> None:
    """Said whenever somebody asks how the service is."""
    connection.call("SET", WATCHED, 1, "EX", WATCHED_SECONDS)


def watched(connection: Connection) -> bool:
    """Does anybody ask, by `/ready` or `/metrics`?"""
    return bool(connection.call("EXISTS", WATCHED))


def unserved_lanes(connection: Connection) -> list[str]:
    """Lanes without a worker."""
    return [lane for lane, workers in at_work(connection.for_rq()).items() if not workers]


def at_work(client: Any) -> dict[str, int]:
    """Workers of each lane. One killed on another machine counts as there for some minutes. `client`: RQ's own."""
    try:
        return {lane: _at_work(Worker.all(queue=queue(lane, client), connection=client)) for lane in LANES}
    except RedisError as error:
        raise StoreAway(f"Redis: {type(error).__name__}") from None


def _at_work(workers: Iterable[Any]) -> int:
    here = socket.gethostname()
    return sum(worker.hostname != here or _there(worker.pid) for worker in workers)


def _there(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

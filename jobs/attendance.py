"""Who is at work: for `mwavuli check`."""

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


def clock_was_here(connection: Connection) -> None:
    """Said by the clock at every sweep."""
    connection.call("SET", CLOCK, 1, "EX", CLOCK_SECONDS)


def clock_seen(connection: Connection) -> bool:
    return bool(connection.call("EXISTS", CLOCK))


def unserved_lanes(connection: Connection) -> list[str]:
    """Lanes without a worker. One killed on another machine counts as there for some minutes."""
    client = connection.for_rq()
    try:
        return [lane for lane in LANES if not _any_at_work(Worker.all(queue=queue(lane, client), connection=client))]
    except RedisError as error:
        raise StoreAway(f"Redis: {type(error).__name__}") from None


def _any_at_work(workers: Iterable[Any]) -> bool:
    here = socket.gethostname()
    return any(worker.hostname != here or _there(worker.pid) for worker in workers)


def _there(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""Whether the scheduler, the workers and a monitor are alive: for `mwavuli check`, `/ready` and the metrics."""

import os
import socket
from collections.abc import Iterable
from typing import Any

from rq import Worker

from gateway.errors import StoreUnavailable
from gateway.store.commands import RedisError
from jobs.notify import LANES, lane_queue


def unserved_lanes(client: Any) -> list[str]:
    """Return the lanes without a worker. `client`: RQ's own."""
    return [lane for lane, workers in count_workers(client).items() if not workers]


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

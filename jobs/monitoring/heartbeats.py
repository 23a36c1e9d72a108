"""Whether the scheduler, the workers and a monitor are alive: for `mwavuli check`, `/ready` and the metrics."""

import os
import socket
from collections.abc import Iterable
from typing import Any

from rq import Worker
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from gateway.errors import StoreUnavailable
from gateway.store.commands import RedisError
from jobs.notify import LANES


def unserved_lanes(client: Any) -> list[str]:
    """Return the lanes without a worker. `client`: RQ's own."""
    return [lane for lane, workers in count_workers(client).items() if not workers]


def count_workers(client: Any) -> dict[str, int]:
    """Return the number of workers of each lane. `client` is RQ's own. Raises StoreUnavailable.

    A worker that was killed on another machine counts for some minutes.
    """
    try:
        return {lane: sum(_is_alive(client, key) for key in _worker_keys(client, lane)) for lane in LANES}
    except RedisError as error:
        raise StoreUnavailable(f"Redis: {type(error).__name__}") from None


def _worker_keys(client: Any, lane: str) -> Iterable[bytes]:
    """Return the keys of the workers that registered on a lane. RQ's own method would restore them as objects."""
    keys: Iterable[bytes] = client.smembers(WORKERS_BY_QUEUE_KEY % lane)
    return [key for key in keys if key.startswith(Worker.redis_worker_namespace_prefix.encode())]


def _is_alive(client: Any, key: bytes) -> bool:
    hostname, pid = client.hmget(key, "hostname", "pid")
    return bool(hostname) and (hostname.decode(errors="replace") != socket.gethostname() or _process_exists(pid))


def _process_exists(pid: bytes | None) -> bool:
    """Whether a process of this machine has this id; False for a text that is none."""
    try:
        os.kill(int(pid or 0), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True

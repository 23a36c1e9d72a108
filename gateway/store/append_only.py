"""Redis' append-only file: what was deleted stays in it until it is rewritten."""

import time
from collections.abc import Callable

from gateway.errors import StoreAway
from gateway.store.connection import Connection, RedisError

LOOK = 0.1
"""seconds"""
LONGEST = 300
"""seconds that a rewrite may take"""


def rewrite(connection: Connection) -> bool:
    """Rewrite it and wait for the end; False where this Redis keeps none. Raises StoreAway where that fails."""
    if _told(connection).get("aof_enabled") != "1":
        return False
    _until(lambda: _begun(connection))
    _until(lambda: not _under_way(_told(connection)))
    if _told(connection).get("aof_last_bgrewrite_status") != "ok":
        raise StoreAway("Redis could not rewrite its append-only file; its log says why")
    return True


def _begun(connection: Connection) -> bool:
    """One that runs already has read what was there before: another follows it."""
    if _under_way(_told(connection)):
        return False
    try:
        connection.redis.bgrewriteaof()
    except RedisError:
        return False
    return True


def _under_way(told: dict[str, str]) -> bool:
    return "1" in (told.get("aof_rewrite_in_progress"), told.get("aof_rewrite_scheduled"))


def _told(connection: Connection) -> dict[str, str]:
    answer = connection.call("INFO", "persistence")
    text = answer.decode() if isinstance(answer, bytes) else str(answer)
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not true():
        if time.monotonic() > end:
            raise StoreAway("Redis does not finish rewriting its append-only file")
        time.sleep(LOOK)

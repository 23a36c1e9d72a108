"""Redis' append-only file: deleted records stay in it until it is rewritten."""

import time
from collections.abc import Callable

from gateway.errors import StoreUnavailable
from gateway.store.commands import RedisError
from gateway.store.connection import Connection

POLL_INTERVAL_S = 0.1
MAX_REWRITE_S = 300


def rewrite(connection: Connection) -> bool:
    """Rewrite the file and wait for the end; return False where Redis has no such file. Raises StoreUnavailable."""
    if _read_info(connection).get("aof_enabled") != "1":
        return False
    _wait_until(lambda: _start_rewrite(connection))
    _wait_until(lambda: not _is_rewriting(_read_info(connection)))
    if _read_info(connection).get("aof_last_bgrewrite_status") != "ok":
        raise StoreUnavailable("Redis could not rewrite its append-only file; its log says why")
    return True


def _start_rewrite(connection: Connection) -> bool:
    """Start a rewrite; return False where one runs, because that one may have read deleted records already."""
    if _is_rewriting(_read_info(connection)):
        return False
    try:
        connection.redis.bgrewriteaof()
    except RedisError:
        return False
    return True


def _is_rewriting(info: dict[str, str]) -> bool:
    return "1" in (info.get("aof_rewrite_in_progress"), info.get("aof_rewrite_scheduled"))


def _read_info(connection: Connection) -> dict[str, str]:
    answer = connection.execute("INFO", "persistence")
    text = answer.decode() if isinstance(answer, bytes) else str(answer)
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + MAX_REWRITE_S
    while not condition():
        if time.monotonic() > end:
            raise StoreUnavailable("Redis does not finish rewriting its append-only file")
        time.sleep(POLL_INTERVAL_S)

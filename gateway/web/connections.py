"""Limits on connections: how many there are, and how long each may take for a request and its answer."""

import asyncio
import resource
from typing import Protocol

from gateway.web import counters

RESERVED_FILES = 128
"""open files that connections leave to Redis, logs, and connections that were accepted in the same round"""
MIN_CONNECTIONS = 16
SWEEP_INTERVAL_S = 1.0


class Connection(Protocol):
    """An open connection."""

    @property
    def waits_for_client(self) -> bool:
        """Whether no request is being answered: the client is silent, or has sent a part of a request."""

    def abort(self) -> None:
        """Close it at once."""


class ConnectionLimiter:
    """Closes what is too slow. For a new connection above the limit, closes the oldest that waits for its client."""

    def __init__(self, max_connections: int, timeout_s: float):
        self._max = min(max_connections, max(MIN_CONNECTIONS, _max_open_files() - RESERVED_FILES))
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._since: dict[Connection, float] = {}
        """the time of the connection or of its last answer; the oldest comes first"""
        self._sweep()

    def add(self, connection: Connection) -> bool:
        """Return False where there is no room, because all connections are being answered."""
        if len(self._since) >= self._max and not self._make_room():
            counters.CUT_CONNECTIONS.labels("full").inc()
            return False
        self.restart(connection)
        return True

    def restart(self, connection: Connection) -> None:
        """Give a connection the whole time again: an answer is complete."""
        self._since.pop(connection, None)
        self._since[connection] = self._loop.time()

    def remove(self, connection: Connection) -> None:
        self._since.pop(connection, None)

    def _make_room(self) -> bool:
        oldest = next((each for each in self._since if each.waits_for_client), None)
        if oldest is not None:
            self._cut(oldest, "full")
        return oldest is not None

    def _sweep(self) -> None:
        before = self._loop.time() - self._timeout_s
        while self._since and (oldest := next(iter(self._since))) and self._since[oldest] < before:
            self._cut(oldest, "slow")
        self._loop.call_later(SWEEP_INTERVAL_S, self._sweep)

    def _cut(self, connection: Connection, reason: str) -> None:
        self.remove(connection)
        counters.CUT_CONNECTIONS.labels(reason).inc()
        connection.abort()


def raise_max_open_files(wanted: int) -> None:
    """Let this process open as many files as the system allows it, at most `wanted` and the reserve."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = wanted + RESERVED_FILES
    limit = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _max_open_files() -> int:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 20 if soft == resource.RLIM_INFINITY else soft

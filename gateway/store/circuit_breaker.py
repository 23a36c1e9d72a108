"""The circuit breaker: lanes pause while no network takes texts, or while another lane goes first.

All workers share its state.

A failure count grows with each failure in a row, and the first request that a network takes deletes it. After a pause
one request probes the network, and the other requests wait for its result.
"""

import random
import time
from collections.abc import Mapping

from gateway.model.message import Lane
from gateway.store.connection import Connection
from gateway.store.records.service import BREAKERS, FAILOVER_TTL_S, FAILOVERS, FAILURE_TTL_S, FAILURES

PROBE_MS = 3000
"""The time for which other requests wait for the probe."""
CLEAR_CACHE_S = 0.1
"""For this time a worker that found no failure does not check again; the yielding lane always checks."""
YIELDING_LANE = Lane.BULK
YIELD_MS = 2000
"""Longer than one chunk of an alert takes."""
PauseRange = tuple[float, float]
"""The first and the longest pause, in seconds; each pause is twice the one before."""


class CircuitBreaker:
    def __init__(self, connection: Connection, lanes: tuple[str, ...] = tuple(Lane)):
        self._connection = connection
        self._lanes = lanes
        self._last_clear = dict.fromkeys(lanes, 0.0)
        """When this process last found each lane without failure, by its monotonic clock."""
        self._is_tripped = True
        """Whether there was a failure, as far as this process knows."""

    def request_delay_s(self, lane: str) -> float:
        """Return 0 if a request may be sent, otherwise the seconds for which the lane pauses."""
        now = time.monotonic()
        if lane != YIELDING_LANE and now - self._last_clear[lane] < CLEAR_CACHE_S:
            return 0
        left, self._is_tripped = self._connection.run_script(
            "allow_request", [BREAKERS.key(lane), FAILURES.key()], [PROBE_MS]
        )
        if not self._is_tripped:
            self._last_clear[lane] = now
        return int(left) / 1000

    def remaining_pause_s(self, lane: str) -> float:
        """Return the seconds for which this lane pauses; 0 if it does not."""
        return max(0, int(self._connection.execute("PTTL", BREAKERS.key(lane)))) / 1000

    def yield_bulk_lane(self) -> None:
        """Pause the bulk lane for a moment, because urgent texts are being sent."""
        self._connection.run_script("yield_lane", [BREAKERS.key(YIELDING_LANE)], [YIELD_MS])

    def trip(self, lane: str, pauses: Mapping[str, PauseRange]) -> int:
        """Pause all lanes after a request of this lane that no network took, each for its own pause, with jitter.

        Return the number of failures in a row; 0 where another request had reported this failure.
        """
        jitter = random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        pauses_ms = [int(seconds * 1000 * jitter) for name in self._lanes for seconds in pauses[name]]
        self._last_clear, self._is_tripped = dict.fromkeys(self._lanes, 0.0), True
        redis_keys = [FAILURES.key(), BREAKERS.key(lane), *(BREAKERS.key(name) for name in self._lanes)]
        return int(self._connection.run_script("trip_breaker", redis_keys, [FAILURE_TTL_S, *pauses_ms]))

    def reset(self) -> None:
        """End all pauses after a network took a request."""
        if self._is_tripped:
            self._connection.execute("DEL", FAILURES.key(), *(BREAKERS.key(name) for name in self._lanes))
            self._is_tripped = False

    def mark_failed_over(self) -> None:
        """Note that one of several networks fails."""
        self._connection.execute("SET", FAILOVERS.key(), 1, "EX", FAILOVER_TTL_S)

    def clear_failover(self) -> None:
        """Note that the network takes texts again."""
        self._connection.execute("DEL", FAILOVERS.key())

    def is_failed_over(self) -> bool:
        return bool(self._connection.execute("EXISTS", FAILOVERS.key()))

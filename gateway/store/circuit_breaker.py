"""Lanes that rest: because the network takes nothing, found out by one call and known to all workers; or to give way.

`rest:{lane}` stands while the lane rests; `trouble` counts how often in a row, and goes with the first call that is
taken. While there is trouble and a rest is over, one call tries again and the others wait for what it finds out.
"""

import random
import time
from collections.abc import Mapping

from gateway.store.connection import Connection
from gateway.store.records.service import BREAKERS, FAILOVER_TTL_S, FAILOVERS, FAILURE_TTL_S, FAILURES

PROBE_MS = 3000
"""milliseconds in which the others wait for the one that tries"""
CLEAR_CACHE_S = 0.1
"""seconds for which a worker that found no trouble does not look again; one whose lane gives way always looks"""
YIELDING_LANE = "bulk"
YIELD_MS = 2000
"""milliseconds for which a lane yields: longer than a chunk of a warning takes"""
PauseRange = tuple[float, float]
"""the first pause and the longest, in seconds; between them each is twice the one before"""


class CircuitBreaker:
    def __init__(self, connection: Connection, lanes: tuple[str, ...] = ("alerts", "messages", "bulk")):
        self._connection = connection
        self._lanes = lanes
        self._last_clear = dict.fromkeys(lanes, 0.0)
        """when each lane was last found free of trouble, by this process' own running clock"""
        self._is_tripped = True
        """was there trouble, for all this process knows?"""

    def request_delay_s(self, lane: str) -> float:
        """May a call go out? 0: yes; else the seconds for which the lane rests yet."""
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
        """Seconds for which this lane rests yet; 0 if it does not."""
        return max(0, int(self._connection.execute("PTTL", BREAKERS.key(lane)))) / 1000

    def yield_bulk_lane(self) -> None:
        """Something that cannot wait is on its way: what nobody waits for rests for a moment."""
        self._connection.run_script("yield_lane", [BREAKERS.key(YIELDING_LANE)], [YIELD_MS])

    def trip(self, lane: str, pauses: Mapping[str, PauseRange]) -> int:
        """A call of this lane was not taken: all lanes rest, each for its own pause, with jitter.

        Returns how often this was so in a row; 0 where another call had found it out before.
        """
        jitter = random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        words = [int(seconds * 1000 * jitter) for name in self._lanes for seconds in pauses[name]]
        self._last_clear, self._is_tripped = dict.fromkeys(self._lanes, 0.0), True
        where = [FAILURES.key(), BREAKERS.key(lane), *(BREAKERS.key(name) for name in self._lanes)]
        return int(self._connection.run_script("trip_breaker", where, [FAILURE_TTL_S, *words]))

    def reset(self) -> None:
        """A call was taken."""
        if self._is_tripped:
            self._connection.execute("DEL", FAILURES.key(), *(BREAKERS.key(name) for name in self._lanes))
            self._is_tripped = False

    def mark_failed_over(self) -> None:
        """One of several networks fails, as some process found out."""
        self._connection.execute("SET", FAILOVERS.key(), 1, "EX", FAILOVER_TTL_S)

    def clear_failover(self) -> None:
        """It carries texts again."""
        self._connection.execute("DEL", FAILOVERS.key())

    def is_failed_over(self) -> bool:
        return bool(self._connection.execute("EXISTS", FAILOVERS.key()))

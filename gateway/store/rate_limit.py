"""A network's rate, shared by all workers and counted in segments: who comes later waits until what was taken before
has left. A share of it is kept for what is urgent: the rest may not use that share even while it is idle.
"""

import time
from collections.abc import Callable

from gateway.settings import RATED_PROVIDERS
from gateway.settings import Sending as Rates
from gateway.store.connection import Connection
from gateway.store.records.service import RATE_LIMITS


class RateLimiter:
    """The rates of all networks, each by the name of its line."""

    def __init__(self, connection: Connection, rates: Rates, sleep: Callable[[float], None] = time.sleep):
        self._connection = connection
        self._rates = rates
        self._sleep = sleep

    def acquire(self, provider: str, segments: int, is_urgent: bool) -> None:
        """Take room for so many segments, and come back when they may leave."""
        own = self._rates.rate_limit_for(provider)
        if not own.rate:
            return
        if not is_urgent:
            self._sleep(self._reserve_s(RATE_LIMITS.key(provider, "others"), segments / (own.rate * (1 - own.reserve))))
        self._sleep(self._reserve_s(RATE_LIMITS.key(provider, "all"), segments / own.rate))

    def reset(self) -> None:
        """Redis' clock went back: nobody waits for the hour that it showed."""
        self._connection.execute(
            "DEL", *(RATE_LIMITS.key(line, whose) for line in RATED_PROVIDERS for whose in ("all", "others"))
        )

    def _reserve_s(self, name: bytes, duration_s: float) -> float:
        """Seconds until the network is free, after which it is busy for so many more."""
        return int(self._connection.run_script("reserve_rate", [name], [int(duration_s * 1000)])) / 1000

"""A network's rate in segments, shared by all workers: a request waits until all earlier requests are sent.

A share of the rate is reserved for urgent texts. Other texts do not use that share even while no urgent text is sent.
"""

import time
from collections.abc import Callable

from gateway.settings import RATED_PROVIDERS, Sending as Rates
from gateway.store.connection import Connection
from gateway.store.records.service import RATE_LIMITS


class RateLimiter:
    """The rates of all networks, by the name of the provider."""

    def __init__(self, connection: Connection, rates: Rates, sleep: Callable[[float], None] = time.sleep):
        self._connection = connection
        self._rates = rates
        self._sleep = sleep

    def acquire(self, provider: str, segments: int, is_urgent: bool) -> None:
        """Reserve room for the segments, and return when they may be sent."""
        limit = self._rates.rate_limit_for(provider)
        if not limit.rate:
            return
        if not is_urgent:
            self._sleep(
                self._reserve_s(RATE_LIMITS.key(provider, "others"), segments / (limit.rate * (1 - limit.reserve)))
            )
        self._sleep(self._reserve_s(RATE_LIMITS.key(provider, "all"), segments / limit.rate))

    def reset(self) -> None:
        """Delete all reservations, after Redis' clock went back."""
        self._connection.execute(
            "DEL", *(RATE_LIMITS.key(provider, share) for provider in RATED_PROVIDERS for share in ("all", "others"))
        )

    def _reserve_s(self, name: bytes, duration_s: float) -> float:
        """Reserve `duration_s`; return the seconds until the network is free."""
        return int(self._connection.run_script("reserve_rate", [name], [int(duration_s * 1000)])) / 1000

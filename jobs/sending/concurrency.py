"""How many provider calls one worker makes at once.

A worker that dies leaves its calls unknown, and idle threads cost time. So there are few calls while the network
answers at once, and more, up to the setting, only as it gets slower.
"""

MIN_CONCURRENCY = 3
"""one is being claimed and one written while the network answers the third"""
TARGET_REQUESTS_PER_S = 40
"""the target: two calls at once reach it at 50 ms a call, eight at 200 ms"""
SMOOTHING_WEIGHT = 0.3
"""the weight of the newest call in the running mean"""


class ConcurrencyLimit:
    """Grows with the duration of calls, from `MIN_CONCURRENCY` to `maximum`, the setting."""

    def __init__(self, maximum: int):
        self._maximum = maximum
        self._mean_s = 0.0

    @property
    def limit(self) -> int:
        """How many calls may be made at once now."""
        return min(self._maximum, max(MIN_CONCURRENCY, round(self._mean_s * TARGET_REQUESTS_PER_S)))

    def observe(self, duration_s: float) -> None:
        """Take the duration of a finished call into account."""
        self._mean_s += (duration_s - self._mean_s) * SMOOTHING_WEIGHT

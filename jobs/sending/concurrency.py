"""How many provider calls are under way at once in one worker.

Who dies in a call leaves it unknown, and threads that wait for nothing take each other's time: so there are few while
the network answers at once, and more, up to the setting, only as it gets slower.
"""

MIN_CONCURRENCY = 3
"""one is claimed and one written down while the third is under way"""
TARGET_REQUESTS_PER_S = 40
"""that are aimed at: at 50 ms a call two are enough, at 200 ms it takes eight"""
SMOOTHING_WEIGHT = 0.3
"""of the newest call in the running mean"""


class ConcurrencyLimit:
    """`most`: the setting."""

    def __init__(self, maximum: int):
        self._maximum = maximum
        self._mean_s = 0.0

    @property
    def limit(self) -> int:
        """Calls at once just now."""
        return min(self._maximum, max(MIN_CONCURRENCY, round(self._mean_s * TARGET_REQUESTS_PER_S)))

    def observe(self, duration_s: float) -> None:
        """A call has come back after so long."""
        self._mean_s += (duration_s - self._mean_s) * SMOOTHING_WEIGHT

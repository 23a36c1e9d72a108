"""How many provider calls are under way at once in one worker.

Who dies in a call leaves it unknown, and threads that wait for nothing take each other's time: so there are few while
the network answers at once, and more, up to the setting, only as it gets slower.
"""

FEWEST = 3
"""one is claimed and one written down while the third is under way"""
CALLS_A_SECOND = 40
"""that are aimed at: at 50 ms a call two are enough, at 200 ms it takes eight"""
WEIGHT = 0.3
"""of the newest call in the running mean"""


class Flight:
    """`most`: the setting."""

    def __init__(self, most: int):
        self._most = most
        self._mean = 0.0

    @property
    def places(self) -> int:
        """Calls at once just now."""
        return min(self._most, max(FEWEST, round(self._mean * CALLS_A_SECOND)))

    def took(self, seconds: float) -> None:
        """A call has come back after so long."""
        self._mean += (seconds - self._mean) * WEIGHT

"""How many provider calls are under way at once in one worker.

Who dies in a call leaves it unknown, and threads that wait for nothing take each other's time: so there are few while
the network answers at once, and more, up to the setting, only as it gets slower.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

FEWEST = 2
"""one is written down while the other is under way"""
CALLS_A_SECOND = 40
"""that are aimed at: at 50 ms a call two are enough, at 200 ms it takes eight"""
WEIGHT = 0.3
"""of the newest call in the running mean"""


class Flight:
    def __init__(self, most: int):
        self._most = most
        self._free = threading.Condition()
        self._under_way = 0
        self._mean = 0.0
        """seconds a call"""

    @property
    def most(self) -> int:
        """Calls at once just now."""
        return min(self._most, max(FEWEST, round(self._mean * CALLS_A_SECOND)))

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place, hold it for one call."""
        with self._free:
            self._free.wait_for(lambda: self._under_way < self.most)
            self._under_way += 1
        started = time.monotonic()
        try:
            yield
        finally:
            with self._free:
                self._under_way -= 1
                self._mean += (time.monotonic() - started - self._mean) * WEIGHT
                self._free.notify_all()

"""A network's rate, shared by all workers and counted in segments: who comes later waits until what was taken before
has left. A share of it is kept for what is urgent: the rest may not use that share even while it is idle.
"""

import time
from collections.abc import Callable

from gateway.settings import LINES
from gateway.settings import Pace as Rates
from gateway.store.connection import Connection


class Pace:
    """The rates of all networks, each by the name of its line."""

    def __init__(self, connection: Connection, rates: Rates, sleep: Callable[[float], None] = time.sleep):
        self._connection = connection
        self._rates = rates
        self._sleep = sleep

    def wait(self, line: str, segments: int, urgent: bool) -> None:
        """Take room for so many segments, and come back when they may leave."""
        own = self._rates.of(line)
        if not own.rate:
            return
        if not urgent:
            self._sleep(self._taken(f"pace:{line}:others", segments / (own.rate * (1 - own.reserve))))
        self._sleep(self._taken(f"pace:{line}:all", segments / own.rate))

    def begin_anew(self) -> None:
        """Redis' clock went back: nobody waits for the hour that it showed."""
        self._connection.call("DEL", *(f"pace:{line}:{whose}" for line in LINES for whose in ("all", "others")))

    def _taken(self, name: str, seconds: float) -> float:
        """Seconds until the network is free, after which it is busy for so many more."""
        return int(self._connection.run("pace", [name], [int(seconds * 1000)])) / 1000

"""The network's rate, shared by all workers and counted in segments: who comes later waits until what was taken
before has left. A share of it is kept for what is urgent: the rest may not use that share even while it is idle.
"""

import time
from collections.abc import Callable

from gateway.store.connection import Connection


class Pace:
    """`rate`: segments a second, 0 for no limit. `reserve`: the share of it, under 1, that only urgent ones have."""

    def __init__(
        self, connection: Connection, rate: float, reserve: float, sleep: Callable[[float], None] = time.sleep
    ):
        self._connection = connection
        self._rates = {"pace:all": rate, "pace:others": rate * (1 - reserve)}
        self._sleep = sleep

    def wait(self, segments: int, urgent: bool) -> None:
        """Take room for so many segments, and come back when they may leave."""
        for name in ("pace:all",) if urgent else ("pace:others", "pace:all"):
            if rate := self._rates[name]:
                self._sleep(self._taken(name, segments / rate))

    def begin_anew(self) -> None:
        """Redis' clock went back: nobody waits for the hour that it showed."""
        self._connection.call("DEL", *self._rates)

    def _taken(self, name: str, seconds: float) -> float:
        """Seconds until the network is free, after which it is busy for so many more."""
        return int(self._connection.run("pace", [name], [int(seconds * 1000)])) / 1000

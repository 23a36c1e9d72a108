"""Lanes that rest: because the network takes nothing, found out by one call and known to all workers; or to give way.

`rest:{lane}` stands while the lane rests; `trouble` counts how often in a row, and goes with the first call that is
taken. While there is trouble and a rest is over, one call tries again and the others wait for what it finds out.
"""

import random
import time
from collections.abc import Mapping

from gateway.store.connection import Connection

TRY = 3000
"""milliseconds in which the others wait for the one that tries"""
HANDED = 600
"""seconds after which a network that nobody found failing again is no alarm any more"""
GLANCE = 0.1
"""seconds for which a worker that found no trouble does not look again; one whose lane gives way always looks"""
GIVES_WAY = "bulk"
YIELDED = 2000
"""milliseconds for which a lane yields: longer than a chunk of a warning takes"""
REMEMBERED = 3600
"""seconds after which trouble that nobody met again is forgotten"""
Pause = tuple[float, float]
"""the first pause and the longest, in seconds; between them each is twice the one before"""


class Rests:
    def __init__(self, connection: Connection, lanes: tuple[str, ...] = ("alerts", "messages", "bulk")):
        self._connection = connection
        self._lanes = lanes
        self._looked = dict.fromkeys(lanes, 0.0)
        """when each lane was last found free of trouble, by this process' own running clock"""
        self._troubled = True
        """was there trouble, for all this process knows?"""

    def enter(self, lane: str) -> float:
        """May a call go out? 0: yes; else the seconds for which the lane rests yet."""
        now = time.monotonic()
        if lane != GIVES_WAY and now - self._looked[lane] < GLANCE:
            return 0
        left, self._troubled = self._connection.run("enter", [f"rest:{lane}", "trouble"], [TRY])
        if not self._troubled:
            self._looked[lane] = now
        return int(left) / 1000

    def left(self, lane: str) -> float:
        """Seconds for which this lane rests yet; 0 if it does not."""
        return max(0, int(self._connection.call("PTTL", f"rest:{lane}"))) / 1000

    def give_way(self) -> None:
        """Something that cannot wait is on its way: what nobody waits for rests for a moment."""
        self._connection.run("yield", [f"rest:{GIVES_WAY}"], [YIELDED])

    def begin(self, lane: str, pauses: Mapping[str, Pause]) -> int:
        """A call of this lane was not taken: all lanes rest, each for its own pause, with jitter.

        Returns how often this was so in a row; 0 where another call had found it out before.
        """
        jitter = random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        words = [int(seconds * 1000 * jitter) for name in self._lanes for seconds in pauses[name]]
        self._looked, self._troubled = dict.fromkeys(self._lanes, 0.0), True
        where = ["trouble", f"rest:{lane}", *(f"rest:{name}" for name in self._lanes)]
        return int(self._connection.run("rest", where, [REMEMBERED, *words]))

    def over(self) -> None:
        """A call was taken."""
        if self._troubled:
            self._connection.call("DEL", "trouble", *(f"rest:{name}" for name in self._lanes))
            self._troubled = False

    def handed_over(self) -> None:
        """One of several networks fails, as some process found out."""
        self._connection.call("SET", "handed", 1, "EX", HANDED)

    def taken_back(self) -> None:
        """It carries texts again."""
        self._connection.call("DEL", "handed")

    def is_handed_over(self) -> bool:
        return bool(self._connection.call("EXISTS", "handed"))

"""Clocks that jump. Everything that decides reads Redis' clock; the clock process holds that one, and its own host's,
against the one that cannot jump (monotonic), and says so when one of them does.

- This host's clock alone decides nothing: it dates the logs. An alarm, and nothing else.
- Redis' clock forward: what was to come is early, short-lived records end, warnings reach their hour. A lease may seem
  to have run out while somebody works under it: with one worker a lane nobody else takes it up.
- Redis' clock back: what was due would wait for as long. `rewind` makes it due at once, the bells are loosened and the
  network's pace is begun anew. Short-lived records live that much longer.
"""

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context
from jobs.ring import LANES

log = logging.getLogger("mwavuli.clock")


class Ahead(NamedTuple):
    """Seconds by which each clock is ahead of the one that cannot jump."""

    here: float
    redis: float


class Clocks:
    """Looks at each sweep. The alarm stands until all is as it was at first, or the clock process starts anew."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic):
        self._wall, self._steady = wall, steady
        self._first: Ahead | None = None
        self._last: Ahead | None = None
        self._wrong: bool | None = None

    def look(self, context: Context) -> None:
        """Raises StoreAway."""
        steady = self._steady()
        now = Ahead(self._wall() - steady, context.store.now() - steady)
        first, last = self._first or now, self._last or now
        tolerance = context.times.clock_off
        if last.redis - now.redis > tolerance:
            self._rewind(context, last.redis - now.redis)
        self._first, self._last = first, now
        moved = (now.here - first.here, now.redis - first.redis, now.here - now.redis)
        wrong = any(abs(seconds) > tolerance for seconds in moved[1:])
        if wrong != self._wrong:
            self._say(context, wrong, moved)
            self._wrong = wrong

    def _rewind(self, context: Context, seconds: float) -> None:
        items = context.store.due.rewind(LANES, seconds)
        context.bell.loosen(LANES)
        context.pace.begin_anew()
        log.error("Redis' clock went back by %.0f s: %d items are due as before", seconds, items)

    def _say(self, context: Context, wrong: bool, moved: tuple[float, float, float]) -> None:
        """Once for each change: two clock processes must not contradict each other at every sweep."""
        context.store.world()
        if wrong:
            log.error("clocks: this host's moved by %+.0f s, Redis' by %+.0f s, they are %+.0f s apart", *moved)
            alarm.sound(context, Cause.CLOCK)
        else:
            alarm.lower(context, Cause.CLOCK)

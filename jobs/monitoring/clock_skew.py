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

from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause
from jobs.notify import LANES

log = logging.getLogger("mwavuli.clock")


class ClockOffsets(NamedTuple):
    """Seconds by which each clock is ahead of the one that cannot jump."""

    host_s: float
    redis_s: float


class ClockSkewMonitor:
    """Looks at each sweep. The alarm stands until all is as it was at first, or the clock process starts anew."""

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic):
        self._wall, self._monotonic = wall, monotonic
        self._first: ClockOffsets | None = None
        self._last: ClockOffsets | None = None
        self._is_skewed: bool | None = None

    def check(self, context: JobContext) -> None:
        """Raises StoreAway."""
        steady = self._monotonic()
        now = ClockOffsets(self._wall() - steady, context.store.now() - steady)
        first, last = self._first or now, self._last or now
        tolerance = context.times.max_clock_skew
        if last.redis_s - now.redis_s > tolerance:
            self._handle_step_back(context, last.redis_s - now.redis_s)
        self._first, self._last = first, now
        moved = (now.host_s - first.host_s, now.redis_s - first.redis_s, now.host_s - now.redis_s)
        wrong = any(abs(seconds) > tolerance for seconds in moved[1:])
        if wrong != self._is_skewed:
            self._update_alarm(context, wrong, moved)
            self._is_skewed = wrong

    def _handle_step_back(self, context: JobContext, step_s: float) -> None:
        items = context.store.work_queue.shift_due_times(LANES, step_s)
        context.notifier.reset(LANES)
        context.rate_limiter.reset()
        log.error("Redis' clock went back by %.0f s: %d items are due as before", step_s, items)

    def _update_alarm(self, context: JobContext, is_skewed: bool, shifts_s: tuple[float, float, float]) -> None:
        """Once for each change: two clock processes must not contradict each other at every sweep."""
        context.store.read_world()
        if is_skewed:
            log.error("clocks: this host's moved by %+.0f s, Redis' by %+.0f s, they are %+.0f s apart", *shifts_s)
            alarms.raise_alarm(context, AlarmCause.CLOCK_SKEW)
        else:
            alarms.clear_alarms(context, AlarmCause.CLOCK_SKEW)

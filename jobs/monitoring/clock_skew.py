"""Clocks that jump. Every decision reads Redis' clock.

The scheduler compares Redis' clock and its host's clock with the monotonic clock, which cannot jump, and raises an
alarm when one of them jumps.

- The host's clock decides nothing and dates the logs. A jump only raises the alarm.
- Redis' clock forward: items are due early, short-lived records expire, alerts reach their hour. A lease may seem to
  have run out while its worker goes on. With one worker a lane, no other worker claims the item.
- Redis' clock back: due items would wait for the length of the jump. `shift_due_times` makes them due as before, lanes
  can be notified again, and the rate limit is reset. Short-lived records live that much longer.
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
    """Seconds by which each clock is ahead of the monotonic clock."""

    host_s: float
    redis_s: float


class ClockSkewMonitor:
    """Checks at each sweep. The alarm lasts until the clocks agree as at first, or until the scheduler starts again."""

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic):
        self._wall, self._monotonic = wall, monotonic
        self._first: ClockOffsets | None = None
        self._last: ClockOffsets | None = None
        self._is_skewed: bool | None = None

    def check(self, context: JobContext) -> None:
        """Compare the clocks with the first and the last check. Raises StoreUnavailable."""
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
        """Raise or clear the alarm once for each change, so that two schedulers do not contradict each other."""
        context.store.read_world()
        if is_skewed:
            log.error("clocks: this host's moved by %+.0f s, Redis' by %+.0f s, they are %+.0f s apart", *shifts_s)
            alarms.raise_alarm(context, AlarmCause.CLOCK_SKEW)
        else:
            alarms.clear_alarms(context, AlarmCause.CLOCK_SKEW)

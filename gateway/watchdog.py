"""End a process whose main loop stands still, so that its supervisor starts it again.

A thread observes the loop. It counts observations, not seconds, so a machine that slept or a process that was stopped
is not taken for a loop that stands still. The kernel's timer of processor time covers what a thread cannot: code that
never gives up the interpreter's lock, as a regular expression can.
"""

import logging
import os
import signal
import threading
import time

log = logging.getLogger("mwavuli.watchdog")

EXIT_STATUS = 70
OBSERVATIONS = 4
"""observations in a row without progress that end the process"""
LOG_TIMEOUT_S = 1.0
"""seconds; the loop may stand still because the log does"""


class Watchdog:
    """Ends this process after about `limit_s` seconds without a beat, unless the watched loop rests.

    The kernel ends it where it used twice as many seconds of processor time. Use it as a context manager around a
    stretch of work, or call `beat` in a loop.
    """

    def __init__(self, limit_s: float):
        self._limit_s, self._interval_s = limit_s, limit_s / OBSERVATIONS
        self._beats, self._is_watching = 0, False
        threading.Thread(target=self._observe, name="watchdog", daemon=True).start()

    @property
    def beat_interval_s(self) -> float:
        """Return how often a loop calls `beat`."""
        return min(1.0, self._interval_s / 2)

    def beat(self) -> None:
        """Note that the loop makes progress, and watch it from now on."""
        self._beats += 1
        self._is_watching = True
        signal.setitimer(signal.ITIMER_PROF, 2 * self._limit_s)

    def rest(self) -> None:
        """Stop watching until the next beat."""
        self._is_watching = False
        signal.setitimer(signal.ITIMER_PROF, 0)

    def __enter__(self) -> None:
        self.beat()

    def __exit__(self, *error: object) -> None:
        self.rest()

    def _observe(self) -> None:
        seen, still = -1, 0
        while still < OBSERVATIONS:
            began = time.monotonic()
            time.sleep(self._interval_s)
            was_stopped = time.monotonic() - began > 2 * self._interval_s
            still = still + 1 if self._is_watching and self._beats == seen and not was_stopped else 0
            seen = self._beats
        _end_process(self._limit_s)


def _end_process(limit_s: float) -> None:
    said = threading.Thread(target=log.critical, args=("no progress for %g s: the process ends", limit_s), daemon=True)
    said.start()
    said.join(LOG_TIMEOUT_S)
    os._exit(EXIT_STATUS)

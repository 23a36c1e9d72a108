"""Limit records that repeat, so that a stranger or a failure cannot fill the disk on which Redis writes too."""

import logging
import time

BURST = 20
"""records of one kind in one window that are written"""
WINDOW_S = 10.0
MAX_KINDS = 200
MAX_SUBJECT_CHARS = 60

Kind = tuple[str, int, type[BaseException] | None, str]
OTHER: Kind = ("", 0, None, "")
"""stands for all further kinds where there are too many"""


class RepeatFilter(logging.Filter):
    """Passes a burst of records of one kind, and counts further ones.

    The next record of this kind that is written has the count in its attribute `suppressed`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Kind, list[float]] = {}
        """by kind: when its window began, and how many records came since"""

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        window = self._window(_kind(record), now)
        if now - window[0] >= WINDOW_S:
            record.suppressed = max(0, int(window[1]) - BURST)
            window[:] = now, 0
        window[1] += 1
        return window[1] <= BURST

    def _window(self, kind: Kind, now: float) -> list[float]:
        if kind not in self._seen and len(self._seen) >= MAX_KINDS:
            self._seen = {each: window for each, window in self._seen.items() if now - window[0] < WINDOW_S}
            kind = kind if len(self._seen) < MAX_KINDS else OTHER
        return self._seen.setdefault(kind, [now, 0])


def _kind(record: logging.LogRecord) -> Kind:
    """Return the place in the code, the kind of error, and what failed, which many records have as their first word."""
    error = record.exc_info[0] if record.exc_info else None
    first = record.args[0] if isinstance(record.args, tuple) and record.args else ""
    return record.pathname, record.lineno, error, first[:MAX_SUBJECT_CHARS] if isinstance(first, str) else ""

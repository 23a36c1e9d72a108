"""Limit records that repeat, so that a stranger or a failure cannot fill the disk on which Redis writes too."""

import logging
import time

BURST = 20
"""records of one kind in one window that are written"""
WINDOW_S = 10.0
MAX_KINDS = 1000

Kind = tuple[str, int, type[BaseException] | None]


class RepeatFilter(logging.Filter):
    """Passes a burst of records from one place in the code with one kind of error, and counts further ones.

    The next record of this kind that is written has the count in its attribute `suppressed`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Kind, list[float]] = {}
        """by kind: when its window began, and how many records came since"""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = _kind(record)
        if kind not in self._seen and len(self._seen) >= MAX_KINDS:
            self._seen.clear()
        now = time.monotonic()
        window = self._seen.setdefault(kind, [now, 0])
        if now - window[0] >= WINDOW_S:
            record.suppressed = max(0, int(window[1]) - BURST)
            window[:] = now, 0
        window[1] += 1
        return window[1] <= BURST


def _kind(record: logging.LogRecord) -> Kind:
    error = record.exc_info[0] if record.exc_info else None
    return record.pathname, record.lineno, error

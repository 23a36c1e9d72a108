"""Opening hours of a week: `Mon-Fri 08:00-17:00; Sat 09:00-13:00`."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from gateway.errors import BadInput

DAY_MINUTES: Final = 24 * 60
WEEK_MINUTES: Final = 7 * DAY_MINUTES
_DAY_ABBREVIATIONS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENTRY: Final = re.compile(r"([a-z][a-z ,-]*?),?\s*([0-9][0-9:., -]*)")
_TIMES: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})\s*-\s*([0-9]{1,2})[:.]([0-9]{2})")
_FORMAT_HINT: Final = "hours are written as in Mon-Fri 08:00-17:00; Sat 09:00-13:00"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The opening hours of a place, in its local time. Public holidays are not considered.

    `edges` are minutes since Monday 00:00: opening, closing, opening and so on, in rising order, without overlaps.
    """

    text: str
    edges: tuple[int, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "WeeklyHours":
        """Read entries separated by `;`: days (`Mon`, `Mon-Fri`, `Sat,Sun`, `Daily`), then windows after commas.

        A window that ends at or before its start ends on the next day; the end may be 24:00. Raises BadInput.
        """
        windows = [window for entry in text.split(";") if entry.strip() for window in _parse_entry(entry)]
        if not windows:
            raise BadInput(_FORMAT_HINT)
        return cls(" ".join(text.split()), tuple(_merge_windows(windows)))

    def is_open_at(self, minute: int) -> bool:
        """Whether it is open at a minute of the week (see `minute_of_week`)."""
        return bisect_right(self.edges, minute) % 2 == 1

    def minutes_to_opening(self, minute: int) -> int:
        """Return the minutes from this minute of the week, at which it is closed, until the next opening."""
        later = bisect_right(self.edges, minute)
        return self.edges[later] - minute if later < len(self.edges) else self.edges[0] + WEEK_MINUTES - minute


def minute_of_week(local: datetime) -> int:
    """Return the minutes since Monday 00:00, local time."""
    return local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute


def add_minutes(local: datetime, minutes: int) -> datetime:
    """Return the full minute that is `minutes` after `local`, in local time."""
    return local.replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def _parse_entry(entry: str) -> Iterator[tuple[int, int]]:
    match = _ENTRY.fullmatch(entry.strip().lower().replace("–", "-"))
    if match is None:
        raise BadInput(_FORMAT_HINT)
    spans = [_parse_window(part) for part in match[2].split(",")]
    for day in _parse_days(match[1]):
        for start, end in spans:
            yield day * DAY_MINUTES + start, day * DAY_MINUTES + end


def _parse_days(text: str) -> list[int]:
    if text.strip() in ("daily", "every day"):
        return list(range(7))
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = _parse_day(first)
        found += [(start + i) % 7 for i in range((_parse_day(last) - start) % 7 + 1)] if last else [start]
    return found


def _parse_day(text: str) -> int:
    name = text.strip()
    if name[:3] not in _DAY_ABBREVIATIONS or not _DAY_NAMES[_DAY_ABBREVIATIONS.index(name[:3])].startswith(name):
        raise BadInput(_FORMAT_HINT)
    return _DAY_ABBREVIATIONS.index(name[:3])


def _parse_window(text: str) -> tuple[int, int]:
    match = _TIMES.fullmatch(text.strip())
    if match is None:
        raise BadInput(_FORMAT_HINT)
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= DAY_MINUTES or end > DAY_MINUTES or start == end or int(match[2]) > 59 or int(match[4]) > 59:
        raise BadInput(f"{_FORMAT_HINT}; times run from 00:00 to 24:00 and differ")
    return start, end if end > start else end + DAY_MINUTES


def _merge_windows(windows: Iterable[tuple[int, int]]) -> list[int]:
    pieces = [
        p for start, end in windows for p in ((start, min(end, WEEK_MINUTES)), (0, end - WEEK_MINUTES)) if p[0] < p[1]
    ]
    edges: list[int] = []
    for start, end in sorted(pieces):
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += [start, end]
    return edges

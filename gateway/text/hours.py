"""Prints days and opening hours in the reader's language. Staff type them in English, as `Mon-Fri 08:00-17:00`."""

import re
from typing import Final

from gateway.errors import BadInput
from gateway.model.hours import WeeklyHours
from gateway.text.translator import Translator

_LETTERS: Final = re.compile(r"every day|[a-z]+", re.IGNORECASE)
_ALL_DAYS: Final = ("daily", "every day")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_names(_: Translator) -> tuple[str, ...]:
    """Return the short names of the days, from Monday."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def format_weekly_hours(hours: WeeklyHours, _: Translator) -> str:
    """Return opening hours as they were typed, with the days in this language."""
    names = dict(zip(_DAYS, day_names(_), strict=True))
    # Translators: opening hours: `every day 08:00-17:00`.
    every_day = _("every day")
    return _LETTERS.sub(
        lambda found: every_day if found[0].lower() in _ALL_DAYS else names[found[0][:3].lower()], hours.text
    )


def format_typed_hours(text: str, _: Translator) -> str:
    """Return hours that staff typed in words of their own. Those in the known form have this language's days."""
    try:
        return format_weekly_hours(WeeklyHours.parse(text), _)
    except BadInput:
        return text

"""When a person answers at the hotline: no text promises an answer outside its hours."""

from datetime import datetime

from gateway.model.hours import WeeklyHours, add_minutes, minute_of_week
from gateway.text.translator import Translator
from gateway.text.wording import format_day_and_hour


def number_open_now(hotline: str, hours: WeeklyHours | None, local_time: datetime) -> str:
    """Return the number to call while a person answers there; empty outside the hours."""
    return hotline if hours is None or hours.is_open_at(minute_of_week(local_time)) else ""


def answers_from_text(hotline: str, hours: WeeklyHours | None, local_time: datetime, _: Translator) -> str:
    """Return from when a person answers; empty while the hotline is open, and where it has no hours."""
    minute = minute_of_week(local_time)
    if not hotline or hours is None or hours.is_open_at(minute):
        return ""
    opening = add_minutes(local_time, hours.minutes_to_opening(minute))
    return _("{hotline} answers from {when}.").format(hotline=hotline, when=format_day_and_hour(opening, _))

"""The hours in which texts that nobody waits for are not sent."""

from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _check_span(value: str) -> str:
    """Return the value. Raises ValueError."""
    if value:
        start, end = _parse_span(value)
        if start == end:
            raise ValueError("begins when it ends; none is written as nothing")
    return value


def _parse_span(value: str) -> tuple[time, time]:
    try:
        start, end = (datetime.strptime(part, "%H:%M").time() for part in value.split("-"))  # noqa: DTZ007  an hour of any day
    except ValueError:
        raise ValueError("hours are written as 21:00-08:00; none as nothing") from None
    return start, end


Span = Annotated[str, AfterValidator(_check_span)]


class Quiet(BaseModel):
    """When news and questions wait. Warnings and answers never wait, unless the receiver chose quiet hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    hours: Span = Field(
        "21:00-08:00", description="no news and no questions, in the time zone of the deployment; '': at any hour"
    )
    night_hours: Span = Field(
        "23:00-06:00", description="'no texts at night', for a subscriber who chooses that; '': not offered"
    )
    max_per_day: int = Field(1, ge=1, description="most news and questions to one person in 24 hours")
    max_age: int = Field(259200, ge=0, description="seconds after which an unsent one lapses")


def seconds_until_end(span: str, local_time: datetime) -> int:
    """Return the seconds until these hours end, at this local time; 0 outside of them."""
    if not span:
        return 0
    start, end = _parse_span(span)
    now = local_time.time()
    inside = start <= now < end if start < end else now >= start or now < end
    if not inside:
        return 0
    day = local_time.date() + timedelta(days=end <= now)
    until = datetime.combine(day, end, local_time.tzinfo)
    return max(1, int(until.timestamp() - local_time.timestamp()))

"""What a clinic's phone told us since the check: closed, out of stock, still true; and how visits there went."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from gateway.model.clinic import Clinic
from gateway.model.task import Task

DAY_S: Final = 86400
CHECK_LASTS_S: Final = 90 * DAY_S
"""after this time the clinic's nurse is asked whether all is still right"""
ANSWER_TIME_S: Final = 14 * DAY_S
"""after the question, until the clinic counts as listed only"""
DAY_BEGINS_H: Final = 6
"""the hour at which a clinic's day begins: what lasts until Monday ends then, and not in the night before"""
MAX_DAYS: Final = 60
"""the longest time for which one report counts"""
OUT_DAYS: Final = 7
"""how long something is out of stock where the report names no day"""
MIN_RATINGS: Final = 10
"""so many callers must have said how a visit went before it moves a place in the list"""
_KIND_SHARE, _UNKIND_SHARE = 0.8, 0.5


class ClinicTask(Task):
    """The tasks of clinics."""

    REVIEW_CLINICS = "review-clinics"
    NOTIFY_NURSES = "notify-nurses"
    NOTIFY_OF_NEW_PHONE = "notify-of-new-phone"


class ClinicState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of one clinic by its code. Times are Unix seconds."""

    code: str
    closed_until: int = 0
    out: Mapping[str, int] = {}
    """until when each need cannot be met, by the id of the need"""
    full: Mapping[str, int] = {}
    """until when there is no place for each need: a nurse answered a code so"""
    confirmed_at: int = 0
    """when a nurse last said that all is still right"""
    asked_at: int = 0
    """when the nurse was asked that; 0: no question is open"""
    has_lapsed: bool = False
    """nobody answered the question, so the clinic is no longer graded as checked"""
    kind_visits: int = 0
    unkind_visits: int = 0

    def is_closed(self, now: float) -> bool:
        return self.closed_until > now

    def out_until(self, need: str, now: float) -> int:
        """Return until when the clinic cannot meet this need; 0: it can."""
        until = self.out.get(need, 0)
        return until if until > now else 0

    def full_until(self, need: str, now: float) -> int:
        """Return until when there is no place for this need; 0: there may be one."""
        until = self.full.get(need, 0)
        return until if until > now else 0

    def with_places(self, need: str, until: int, now: int) -> "ClinicState":
        """Return the state after an answer to a code of this need: full until then, or 0 for a place."""
        still = {some: at for some, at in self.full.items() if at > now and some != need}
        return msgspec.structs.replace(self, full={**still, need: until} if until else still)

    def needs_out(self, now: float) -> dict[str, int]:
        """Return the needs that the clinic cannot meet now, and until when."""
        return {need: until for need, until in self.out.items() if until > now}

    def with_report(self, need: str, until: int, now: int) -> "ClinicState":
        """Return the state after a report: of one need, or of the whole clinic where `need` is empty.

        `until` 0: it is there again. A clinic that is open again has also answered the question about its check.
        """
        if need:
            still = {some: at for some, at in self.needs_out(now).items() if some != need}
            out = {**still, need: until} if until else still
            return msgspec.structs.replace(self.with_places(need, 0, now), out=out)
        if until:
            return msgspec.structs.replace(self, closed_until=until)
        return msgspec.structs.replace(self, closed_until=0, full={}, confirmed_at=now, asked_at=0, has_lapsed=False)

    def checked_at(self, clinic: Clinic) -> int:
        """Return when the clinic was last known to be as listed: checked by us, or confirmed by its nurse."""
        on = clinic.checked_on
        return max(self.confirmed_at, int(datetime(on.year, on.month, on.day).timestamp()) if on else 0)  # noqa: DTZ001

    @property
    def rating_rank(self) -> int:
        """Return 0 after many kind visits, 2 after many unkind ones, and 1 while few callers have said it."""
        told = self.kind_visits + self.unkind_visits
        if told < MIN_RATINGS:
            return 1
        share = self.kind_visits / told
        return 0 if share >= _KIND_SHARE else 2 if share < _UNKIND_SHARE else 1


def next_morning(local: datetime, days: int = 0) -> datetime:
    """Return the next beginning of a clinic's day, or the one `days` days after it."""
    morning = local.replace(hour=DAY_BEGINS_H, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=days + (morning <= local))


def next_morning_of(local: datetime, weekday: int) -> datetime:
    """Return the next beginning of a clinic's day on this day of the week (0: Monday)."""
    first = next_morning(local)
    return first + timedelta(days=(weekday - first.weekday()) % 7)

"""Clinics, as the directory knows them: without the phone number, but with whether there is one."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from gateway.model.helper import Cooperation
from gateway.model.hours import WeeklyHours, add_minutes, minute_of_week

Grade = Literal["listed", "checked"]


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic.

    `listed`: an address from a list. `checked`: a person of the organisation agreed with a named nurse.
    `open_24h` False with no `hours` means unknown, not closed. Latitude and longitude are degrees (WGS 84).
    """

    code: str
    name: str
    area_id: str
    latitude: float | None = None
    longitude: float | None = None
    open_24h: bool = False
    hours: WeeklyHours | None = None
    fee: str = ""
    languages: tuple[str, ...] = ()
    notes: str = ""
    services: frozenset[str] = frozenset()
    grade: Grade = "listed"
    checked_by: str = ""
    checked_on: date | None = None
    has_phone: bool = False
    police: Cooperation = Cooperation.UNKNOWN
    immigration: Cooperation = Cooperation.UNKNOWN
    is_doubtful: bool = False
    """Its list had coordinates that cannot be right: it may be elsewhere, and all others are offered first."""

    @property
    def is_checked(self) -> bool:
        return self.grade == "checked"

    def is_open_at(self, local: datetime) -> bool | None:
        """Whether it is open at this local time; None: its hours are not known."""
        if self.open_24h:
            return True
        return self.hours.is_open_at(minute_of_week(local)) if self.hours else None

    def next_opening(self, local: datetime) -> datetime | None:
        """Return the next opening time; None while it is open, or when its hours are not known."""
        if self.hours is None or self.is_open_at(local):
            return None
        return add_minutes(local, self.hours.minutes_to_opening(minute_of_week(local)))

    def as_checked(
        self,
        by: str,
        on: date,
        police: Cooperation = Cooperation.UNKNOWN,
        immigration: Cooperation = Cooperation.UNKNOWN,
    ) -> "Clinic":
        """Return the clinic graded *checked by us*, with its answers on working with police and immigration."""
        return replace(
            self, grade="checked", checked_by=by, checked_on=on, police=police, immigration=immigration, has_phone=True
        )

    def as_listed(self) -> "Clinic":
        """Return the clinic as an address from a list, without what was agreed with it."""
        unknown = Cooperation.UNKNOWN
        return replace(self, grade="listed", checked_by="", checked_on=None, police=unknown, immigration=unknown)

    def updated_from_import(self, existing: "Clinic") -> "Clinic":
        """Return this row of a new list with the data that no list has: grade, check, and a phone given to us."""
        return replace(
            self,
            grade=existing.grade,
            checked_by=existing.checked_by,
            checked_on=existing.checked_on,
            has_phone=self.has_phone or existing.has_phone,
            police=existing.police,
            immigration=existing.immigration,
        )

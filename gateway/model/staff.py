"""Staff: their roles, area and duty."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.model.hours import WeeklyHours, add_minutes, minute_of_week
from gateway.model.task import Task


class StaffTask(Task):
    """The tasks about staff."""

    NOTIFY_STAFF_LOCKED = "notify-staff-locked"
    NOTIFY_STAFF_STOPPED = "notify-staff-stopped"
    NOTIFY_STAFF_LEFT = "notify-staff-left"
    SEND_ACTIVATION = "send-activation"
    NOTIFY_STAFF_LOCKED_OUT = "notify-staff-locked-out"
    NOTIFY_STAFF_CHANGED = "notify-staff-changed"
    REQUEST_STAFF_VOICE = "request-staff-voice"
    """a change of a colleague waits for a second person"""
    NOTIFY_STAFF_CHANGE_DECLINED = "notify-staff-change-declined"
    NOTIFY_LOCKOUT_DOUBTED = "notify-lockout-doubted"


MAX_WRONG_PINS = 5
MAX_NURSES = 5
"""phones of one clinic, also those that have not answered yet, to which an admin's phone adds no more"""


class Role(StrEnum):
    SENDER = "sender"
    VERIFIER = "verifier"
    CLINIC = "clinic"
    RESPONDER = "responder"
    """answers calls for help"""
    ADVISER = "adviser"
    """answers callers' questions"""
    ADMIN = "admin"


VERIFIER_ROLES: Final = frozenset({Role.VERIFIER, Role.ADMIN})
NEEDED_ROLES: Final = VERIFIER_ROLES | {Role.RESPONDER}
"""Roles without which an area's reports and calls for help reach nobody."""
ANSWERING_ROLES: Final = frozenset({Role.ADVISER, Role.ADMIN})
"""Roles that answer callers' questions. Nobody may ask while no person has the role adviser."""
SENDER_ROLES: Final = VERIFIER_ROLES | {Role.SENDER}


CHANGEABLE_ROLES: Final = SENDER_ROLES | {Role.RESPONDER}
"""Roles that an admin gives and takes by phone. The role clinic needs a clinic."""
CHANGE_WAITS_S: Final = 86400
"""seconds for which a change of a colleague waits for a second person"""


class StaffChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an admin wants to change about a colleague, until a second person agrees."""

    by: str
    """the admin's staff id"""
    at: int
    roles: frozenset[Role]
    area: str
    active: bool

    def waits(self, now: int) -> bool:
        return now - self.at < CHANGE_WAITS_S


class Staff(msgspec.Struct, frozen=True, omit_defaults=True):
    """One phone with its roles. `id` is opaque and short; `token` is of purpose staff.

    All roles are valid in the same `area`; an empty area means everywhere. `clinic` is the code of the clinic for which
    a person with the role clinic answers.
    """

    id: str
    name: str
    roles: frozenset[Role]
    token: bytes
    area: str = ""
    clinic: str = ""
    lang: str = "en"
    active: bool = False
    is_silenced: bool = False
    """this phone sent STOP: it gets no texts, and counts as off duty"""
    activation_hash: bytes = b""
    """keyed hash of the code with which this phone must answer"""
    pin_hash: bytes = b""
    wrong_pins: int = 0
    locked_until: int = 0
    code_hashes: tuple[bytes, ...] = ()
    """keyed hashes of unused one-use codes"""
    duty_hours: str = ""
    """duty hours, as `Mon-Fri 18:00-06:00; Sat 09:00-13:00`; empty: none"""
    duty_override: bool | None = None
    """set by phone, on or off until changed; None: by the duty hours"""
    is_locked_out: bool = False
    """an admin took all rights from this phone, because it is lost or stolen; two people can let it back in"""
    locked_out_by: str = ""
    """staff id of the admin who did"""
    lockouts: tuple[int, ...] = ()
    """when this person locked others out alone, lately"""
    change: StaffChange | None = None
    """what an admin wants to change about this person"""

    def waiting_change(self, now: int) -> StaffChange | None:
        return self.change if self.change and self.change.waits(now) else None

    def after(self, change: StaffChange) -> "Staff":
        """Return the person as changed. A phone that is locked out keeps no one-use code."""
        return msgspec.structs.replace(
            self,
            roles=change.roles,
            area=change.area,
            active=change.active,
            is_locked_out=not change.active,
            locked_out_by="" if change.active else change.by,
            code_hashes=self.code_hashes if change.active else (),
            change=None,
        )

    @property
    def may_send(self) -> bool:
        return self.active and bool(self.roles & SENDER_ROLES)

    @property
    def may_verify(self) -> bool:
        return self.active and bool(self.roles & VERIFIER_ROLES)

    @property
    def gets_texts(self) -> bool:
        return self.active and not self.is_silenced

    @property
    def role_names(self) -> str:
        """The roles as an operator types and reads them: `sender, responder`."""
        return ", ".join(role for role in Role if role in self.roles)

    def is_locked(self, now: float) -> bool:
        return self.locked_until > now


class Roster(msgspec.Struct, frozen=True):
    """All staff at one moment."""

    by_token: Mapping[bytes, Staff]
    """by token of purpose staff"""

    @property
    def people(self) -> tuple[Staff, ...]:
        return tuple(self.by_token.values())

    def by_id(self, staff_id: str) -> Staff | None:
        return next((p for p in self.people if p.id == staff_id), None)

    def on_duty(self, people: "tuple[Staff, ...]", when: datetime) -> "tuple[Staff, ...]":
        """Return the people who are on duty. If no person has duty hours, only an override takes a person off duty."""
        any_hours = any(p.duty_hours for p in people)
        return tuple(p for p in people if _is_on_duty(p, when, any_hours))

    def next_on_duty(self, people: "tuple[Staff, ...]", when: datetime) -> datetime | None:
        """Return when the first of `people` comes on duty by duty hours; None where no person has duty hours."""
        minute = minute_of_week(when)
        waits = [WeeklyHours.parse(p.duty_hours).minutes_to_opening(minute) for p in people if p.duty_hours]
        return add_minutes(when, min(waits)) if waits else None

    def verifiers(self, areas: tuple[str, ...]) -> "tuple[Staff, ...]":
        """Return the verifiers who get texts and whose area is one of these ('' is everywhere)."""
        return tuple(p for p in self._reachable if p.may_verify and p.area in areas)

    def senders(self) -> "tuple[Staff, ...]":
        return tuple(p for p in self._reachable if p.may_send)

    def responders(self) -> "tuple[Staff, ...]":
        return tuple(p for p in self._reachable if Role.RESPONDER in p.roles)

    def advisers(self) -> "tuple[Staff, ...]":
        return tuple(p for p in self._reachable if Role.ADVISER in p.roles)

    def admins(self) -> "tuple[Staff, ...]":
        return tuple(p for p in self._reachable if Role.ADMIN in p.roles)

    def nurses(self, clinic: str) -> "tuple[Staff, ...]":
        return tuple(p for p in self._reachable if Role.CLINIC in p.roles and p.clinic == clinic)

    def phones_of(self, clinic: str) -> "tuple[Staff, ...]":
        """Return everybody with the role clinic there, active or not."""
        return tuple(p for p in self.people if Role.CLINIC in p.roles and p.clinic == clinic)

    @property
    def _reachable(self) -> "tuple[Staff, ...]":
        """The active people who did not send STOP: the methods above return only these, because they are texted."""
        return tuple(p for p in self.people if p.gets_texts)


def _is_on_duty(person: Staff, when: datetime, any_hours: bool) -> bool:
    if person.is_silenced:
        return False
    if person.duty_override is not None:
        return person.duty_override
    if person.duty_hours:
        return WeeklyHours.parse(person.duty_hours).is_open_at(minute_of_week(when))
    return not any_hours

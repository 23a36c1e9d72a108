"""Calls for help (SOS): the staff who were asked, the responders who come, and the stage."""

import secrets
from collections.abc import Iterable
from enum import Enum, StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.feature import Feature
from gateway.model.staff import Role, Staff
from gateway.model.task import Task

SOS_FEATURE = Feature("sos")
"""A caller calls for help, and responders on duty come."""


class SosTask(Task):
    """The tasks of calls for help."""

    ADVANCE_SOS = "sos"
    NOTIFY_RESPONDER_COMING = "notify-responder-coming"
    NOTIFY_RESPONDER_SOS_ENDED = "notify-responder-sos-ended"
    NOTIFY_CONTACTS_SOS_ENDED = "notify-contacts-sos-ended"


class SosTier(StrEnum):
    """The groups that are informed of a call for help, nearest first. The caller chooses them."""

    RESPONDERS = "responders"
    """responders on duty"""
    CONTACTS = "contacts"
    """the caller's contacts"""
    ORGANISATION = "organisation"
    """the organisation: verifiers and admins"""
    POLICE = "police"
    """phoned by responders, only where the deployment allows it and the caller chose so"""


DEFAULT_TIERS = (SosTier.RESPONDERS, SosTier.ORGANISATION)
"""the tiers of a caller who chose none"""


class SosStage(Enum):
    """The stage of a call for help. The value is in the sealed record."""

    RAISED = 0
    """no responder was asked yet"""
    ROUND_1_DONE = 1
    """responders on duty near the caller were asked, and more responders until there were two"""
    ROUND_2_DONE = 2
    """all responders were asked, and the contacts were texted"""
    ALL_ROUNDS_DONE = 3
    """the organisation was asked too; the call waits for an answer or for its end"""
    RENEWED = 8
    """a safe call ran out while this call was open: responders near, and those asked before, are asked once more"""
    HELPED = 20
    """a responder closed it, and the caller is about to get a text"""
    FALSE_ALARM = 21
    """a responder called it a false alarm, and the caller is about to get a text"""


_FROM_ANY_OPEN_STAGE = frozenset({SosStage.HELPED, SosStage.FALSE_ALARM})
TRANSITIONS: dict[SosStage, frozenset[SosStage]] = {
    SosStage.RAISED: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_1_DONE, SosStage.RENEWED},
    SosStage.ROUND_1_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_2_DONE, SosStage.RENEWED},
    SosStage.ROUND_2_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ALL_ROUNDS_DONE, SosStage.RENEWED},
    SosStage.ALL_ROUNDS_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ALL_ROUNDS_DONE, SosStage.RENEWED},
    SosStage.RENEWED: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_2_DONE, SosStage.RENEWED},
    SosStage.HELPED: frozenset(),
    SosStage.FALSE_ALARM: frozenset(),
}
"""the stages that may follow each stage"""

STAGE_AFTER_ROUND = {
    SosStage.RAISED: SosStage.ROUND_1_DONE,
    SosStage.ROUND_1_DONE: SosStage.ROUND_2_DONE,
    SosStage.ROUND_2_DONE: SosStage.ALL_ROUNDS_DONE,
    SosStage.ALL_ROUNDS_DONE: SosStage.ALL_ROUNDS_DONE,
    SosStage.RENEWED: SosStage.ROUND_2_DONE,
}
"""the stage of an open call after the round of its current stage was asked"""

MAX_DETAILS_CHARS = 240


class SosAnswer(StrEnum):
    """The answer of a responder."""

    COMING = "coming"
    FALSE_ALARM = "false"
    DONE = "done"


class Sos(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call for help, which is stored sealed. Times in Unix seconds."""

    code: str
    """four digits, the only part of the call in the texts to responders"""
    owner: bytes
    """the caller's token, of purpose SAFETY"""
    lang: str
    at: int
    areas: tuple[str, ...] = ()
    tiers: tuple[str, ...] = DEFAULT_TIERS
    details: str = ""
    """where the caller is, as the caller typed it; responders read it after their PIN"""
    passphrase: str = ""
    false_alarm_count: int = 0
    """the number of this caller's false alarms, which put the call lower on the list but never off it"""
    asked_staff: tuple[str, ...] = ()
    """ids of staff"""
    coming_staff: tuple[str, ...] = ()
    is_delayed: bool = False
    """the caller raised several calls lately, so no person is texted until `cancel_window` has passed"""
    stage: SosStage = SosStage.RAISED
    is_under_duress: bool = False
    """the second code was given: somebody else has the caller's phone"""
    is_hidden: bool = False
    """the caller's phone shows no call: it was raised by the second code, or seemed to be ended after it"""
    shown_before_pin_at: int = 0
    """when it was raised, or seemed to be, without the own PIN: a session before the PIN shows it. 0: it does not"""
    from_safe_call: bool = False
    """it was raised by a safe call that ran out, and ends with that safe call"""

    def with_details(self, details: str) -> "Sos":
        """Return this call with more details after the current details, cut to the last MAX_DETAILS_CHARS."""
        return replace(self, details=f"{self.details}; {details}".removeprefix("; ")[-MAX_DETAILS_CHARS:])

    def with_asked_staff(self, people: Iterable[Staff]) -> "Sos":
        """Return this call with these people after the staff asked so far."""
        return replace(self, asked_staff=tuple(dict.fromkeys((*self.asked_staff, *(person.id for person in people)))))

    def advance(self, to: SosStage) -> "Sos":
        """Return this call at stage `to`. Raises ValueError for a transition that `TRANSITIONS` lacks."""
        if to not in TRANSITIONS[self.stage]:
            raise ValueError(f"a call for help cannot go from {self.stage.name} to {to.name}")
        return replace(self, stage=to)

    @property
    def looks_ended(self) -> bool:
        """Whether the call looks ended on the caller's phone."""
        return self.is_closed or self.is_hidden

    @property
    def is_closed(self) -> bool:
        return self.stage in (SosStage.HELPED, SosStage.FALSE_ALARM)

    @property
    def contacts_notified(self) -> bool:
        """Whether the contacts were texted, and may get a text that the call has ended."""
        were_texted = self.stage not in (SosStage.RAISED, SosStage.ROUND_1_DONE)
        return SosTier.CONTACTS in self.tiers and were_texted and not self.is_under_duress

    def is_visible_to(self, staff: Staff) -> bool:
        """Whether this person may read the call. Responders read all calls, other staff those they were asked about."""
        return Role.RESPONDER in staff.roles or staff.id in self.asked_staff


def new_sos_code() -> str:
    return f"{1000 + secrets.randbelow(9000)}"

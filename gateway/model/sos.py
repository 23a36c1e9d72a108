"""Somebody calls for help: who was asked, who comes, and how it ended."""

import secrets
from enum import Enum, StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.staff import Role, Staff


class SosTier(StrEnum):
    """Who hears a call for help, from the inside out."""

    RESPONDERS = "peers"
    """responders on duty"""
    CONTACTS = "contacts"
    """those she trusts"""
    ORGANISATION = "house"
    """the organisation: verifiers and admins"""
    POLICE = "police"
    """only where the deployment allows it, and only if she chose so: responders ring them"""


DEFAULT_TIERS = (SosTier.RESPONDERS, SosTier.ORGANISATION)
"""of who chose nothing"""


class SosStage(Enum):
    """How far a call for help is. The value stands in the sealed record."""

    RAISED = 0
    """no responder was asked yet"""
    ROUND_1_DONE = 1
    """responders on duty near the caller were asked, and others until two were found"""
    ROUND_2_DONE = 2
    """all responders were asked, and the contacts were texted"""
    ALL_ROUNDS_DONE = 3
    """the organisation was asked too; the call waits for an answer or for its end"""
    RENEWED = 8
    """a safe call ran out while this call was open: everybody near and everybody asked before is asked once more"""
    DURESS = 9
    """somebody forced the caller to end it: everybody is asked at once"""
    HELPED = 20
    """a responder closed it, and the caller is about to get a text"""
    FALSE_ALARM = 21
    """a responder called it a false alarm, and the caller is about to get a text"""


_FROM_ANY_OPEN_STAGE = frozenset({SosStage.DURESS, SosStage.HELPED, SosStage.FALSE_ALARM})
TRANSITIONS: dict[SosStage, frozenset[SosStage]] = {
    SosStage.RAISED: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_1_DONE, SosStage.RENEWED},
    SosStage.ROUND_1_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_2_DONE, SosStage.RENEWED},
    SosStage.ROUND_2_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ALL_ROUNDS_DONE, SosStage.RENEWED},
    SosStage.ALL_ROUNDS_DONE: _FROM_ANY_OPEN_STAGE | {SosStage.ALL_ROUNDS_DONE, SosStage.RENEWED},
    SosStage.RENEWED: _FROM_ANY_OPEN_STAGE | {SosStage.ROUND_2_DONE, SosStage.RENEWED},
    SosStage.DURESS: _FROM_ANY_OPEN_STAGE | {SosStage.ALL_ROUNDS_DONE},
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
    SosStage.DURESS: SosStage.ALL_ROUNDS_DONE,
}
"""the stage of an open call once the round of its present stage was asked"""

MAX_DETAILS_CHARS = 240
"""characters"""


class SosAnswer(StrEnum):
    """What a responder says."""

    COMING = "coming"
    FALSE_ALARM = "false"
    DONE = "done"


class Sos(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call for help, sealed. Times in Unix seconds."""

    code: str
    """four digits: what responders are told of it, and all of it that is ever texted"""
    owner: bytes
    """her token of purpose safety"""
    lang: str
    at: int
    areas: tuple[str, ...] = ()
    tiers: tuple[str, ...] = DEFAULT_TIERS
    details: str = ""
    """where she is, as she typed it; behind responders' PIN"""
    passphrase: str = ""
    false_alarm_count: int = 0
    """how many of her calls were called false: it stands lower on the list, and is never left out"""
    asked_staff: tuple[str, ...] = ()
    """ids of staff"""
    coming_staff: tuple[str, ...] = ()
    is_delayed: bool = False
    """she called and took it back several times just now: nobody is texted before this one has stood for a while"""
    stage: SosStage = SosStage.RAISED
    is_under_duress: bool = False
    """it looks over on her phone: somebody made her end it"""
    is_raised_again: bool = False
    """she called anew after that, and her phone shows it"""
    from_safe_call: bool = False
    """it came of a note that she left, and ends when she is back"""

    def with_details(self, details: str) -> "Sos":
        """What she says, and her note, are read together; the latest where it is much."""
        return replace(self, details=f"{self.details}; {details}".removeprefix("; ")[-MAX_DETAILS_CHARS:])

    def advance(self, to: SosStage) -> "Sos":
        """Return this call at stage `to`. Raises ValueError for a transition that `TRANSITIONS` lacks."""
        if to not in TRANSITIONS[self.stage]:
            raise ValueError(f"a call for help cannot go from {self.stage.name} to {to.name}")
        return replace(self, stage=to)

    @property
    def looks_ended(self) -> bool:
        """Does it look over on her phone?"""
        return self.is_closed or (self.is_under_duress and not self.is_raised_again)

    @property
    def is_closed(self) -> bool:
        return self.stage in (SosStage.HELPED, SosStage.FALSE_ALARM)

    @property
    def contacts_notified(self) -> bool:
        """Do those she trusts know, and may they hear that it has ended?"""
        texted = self.stage not in (SosStage.RAISED, SosStage.ROUND_1_DONE)
        return SosTier.CONTACTS in self.tiers and texted and not self.is_under_duress

    def is_visible_to(self, staff: Staff) -> bool:
        """Responders read all of them; others those that they were asked about."""
        return Role.RESPONDER in staff.roles or staff.id in self.asked_staff


def new_sos_code() -> str:
    return f"{1000 + secrets.randbelow(9000)}"

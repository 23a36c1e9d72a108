"""Somebody calls for help: who was asked, who comes, and how it ended."""

import secrets
from enum import StrEnum

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
STAGE_DURESS = 9
"""the step that tells everybody that somebody made her end it"""
STAGE_RENEWED = 8
"""the step that asks everybody near and whoever was asked before: her note came to a call that ran"""
STAGE_HELPED, STAGE_FALSE_ALARM = 20, 21
"""the steps after which it is over: responders closed it, and she hears so"""


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
    stage: int = 0
    """how far it was passed on"""
    is_under_duress: bool = False
    """it looks over on her phone: somebody made her end it"""
    is_raised_again: bool = False
    """she called anew after that, and her phone shows it"""
    from_safe_call: bool = False
    """it came of a note that she left, and ends when she is back"""

    def with_details(self, details: str) -> "Sos":
        """What she says, and her note, are read together; the latest where it is much."""
        return replace(self, details=f"{self.details}; {details}".removeprefix("; ")[-MAX_DETAILS_CHARS:])

    @property
    def looks_ended(self) -> bool:
        """Does it look over on her phone?"""
        return self.is_closed or (self.is_under_duress and not self.is_raised_again)

    @property
    def is_closed(self) -> bool:
        return self.stage in (STAGE_HELPED, STAGE_FALSE_ALARM)

    @property
    def contacts_notified(self) -> bool:
        """Do those she trusts know, and may they hear that it has ended?"""
        return SosTier.CONTACTS in self.tiers and self.stage > 1 and not self.is_under_duress

    def is_visible_to(self, staff: Staff) -> bool:
        """Responders read all of them; others those that they were asked about."""
        return Role.RESPONDER in staff.roles or staff.id in self.asked_staff


def new_sos_code() -> str:
    return f"{1000 + secrets.randbelow(9000)}"

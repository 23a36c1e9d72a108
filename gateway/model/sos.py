"""Somebody calls for help: who was asked, who comes, and how it ended."""

import secrets
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.staff import Role, Staff


class Ring(StrEnum):
    """Who hears a call for help, from the inside out."""

    PEERS = "peers"
    """responders on duty"""
    CONTACTS = "contacts"
    """those she trusts"""
    HOUSE = "house"
    """the organisation: verifiers and admins"""
    POLICE = "police"
    """only where the deployment allows it, and only if she chose so: responders ring them"""


USUAL = (Ring.PEERS, Ring.HOUSE)
"""of who chose nothing"""
FORCED = 9
"""the step that tells everybody that somebody made her end it"""
AGAIN = 8
"""the step that asks everybody near and whoever was asked before: her note came to a call that ran"""
HELPED, UNTRUE = 20, 21
"""the steps after which it is over: responders closed it, and she hears so"""


LONGEST_WORDS = 240
"""characters"""


class Answer(StrEnum):
    """What a responder says."""

    COMING = "coming"
    FALSE = "false"
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
    rings: tuple[str, ...] = USUAL
    words: str = ""
    """where she is, as she typed it; behind responders' PIN"""
    check: str = ""
    rank: int = 0
    """how many of her calls were called false: it stands lower on the list, and is never left out"""
    asked: tuple[str, ...] = ()
    """ids of staff"""
    coming: tuple[str, ...] = ()
    quiet: bool = False
    """she called and took it back several times just now: nobody is texted before this one has stood for a while"""
    step: int = 0
    """how far it was passed on"""
    duress: bool = False
    """it looks over on her phone: somebody made her end it"""
    again: bool = False
    """she called anew after that, and her phone shows it"""
    noted: bool = False
    """it came of a note that she left, and ends when she is back"""

    def saying(self, words: str) -> "Sos":
        """What she says, and her note, are read together; the latest where it is much."""
        return replace(self, words=f"{self.words}; {words}".removeprefix("; ")[-LONGEST_WORDS:])

    @property
    def hidden(self) -> bool:
        """Does it look over on her phone?"""
        return self.closed or (self.duress and not self.again)

    @property
    def closed(self) -> bool:
        return self.step in (HELPED, UNTRUE)

    @property
    def contacts_told(self) -> bool:
        """Do those she trusts know, and may they hear that it has ended?"""
        return Ring.CONTACTS in self.rings and self.step > 1 and not self.duress

    def is_for(self, staff: Staff) -> bool:
        """Responders read all of them; others those that they were asked about."""
        return staff.role is Role.RESPONDER or staff.id in self.asked


def new_code() -> str:
    return f"{1000 + secrets.randbelow(9000)}"

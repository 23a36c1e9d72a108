"""What somebody left with us for her own safety: whom she trusts, her codes, her choices. One sealed record each."""

from enum import Enum, auto

import msgspec
from msgspec.structs import replace

MAX_CONTACTS = 5
MAX_INVITATIONS = 8
INVITATION_WINDOW_S = 30 * 86400
"""seconds in which so many may be asked"""
MAX_INVITATION_HASHES = 40
"""so many who were asked are remembered"""
MAX_NAME_CHARS, MAX_TEXT_CHARS = 20, 120


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody she trusts. `token` of purpose contact."""

    token: bytes
    name: str
    """what she calls them; only she reads it"""
    lang: str
    asked_at: int
    """Unix seconds"""
    agreed_at: int = 0
    """when they said yes (Unix seconds)"""
    invitation_text: str = ""
    """by which they are asked, until they were"""

    @property
    def active(self) -> bool:
        """They said yes."""
        return bool(self.agreed_at)


class ContactEligibility(Enum):
    """May this number be asked, and if not, why?"""

    ALLOWED = auto()
    """not by her: it may"""
    OWN_NUMBER = auto()
    ALREADY_CONTACT = auto()
    ASKED_BEFORE = auto()
    """she asked once, and did not get a yes that she gave up herself"""
    TOO_MANY = auto()
    """she asked many lately"""


class SafetyProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """`owner`: her token of purpose safety. The codes are keyed hashes of four digits (`turn.secret_hash`)."""

    owner: bytes
    lang: str
    seen_week: int
    pin_hash: bytes = b""
    """the same as in her subscription, if she has one"""
    duress_pin_hash: bytes = b""
    """a second code: it looks as if all were well, and raises the alarm"""
    display_name: str = ""
    """what those she trusts know her by"""
    passphrase: str = ""
    """the word by which she knows who comes, and they her"""
    contacts: tuple[Contact, ...] = ()
    invitations: tuple[tuple[bytes, int], ...] = ()
    """who was asked (`turn.asked_mark`), and when (Unix seconds)"""
    detained_notified_at: int = 0
    """when her circle was last told that she is held (Unix seconds)"""
    arrest_message: str = ""
    """what those she trusts are told if she is held"""
    sos_tiers: tuple[str, ...] = ()
    """who hears her SOS, first to last"""

    @property
    def active_contacts(self) -> tuple[Contact, ...]:
        """Those who said yes."""
        return tuple(contact for contact in self.contacts if contact.active)

    def with_contact(self, changed: Contact) -> "SafetyProfile":
        """The same with one of them changed."""
        return replace(self, contacts=tuple(changed if c.token == changed.token else c for c in self.contacts))

    def contact_eligibility(self, token: bytes, invitation_hash: bytes, now: int) -> ContactEligibility:
        """`mark`: of the one to be asked."""
        if any(contact.token == token for contact in self.contacts):
            return ContactEligibility.ALREADY_CONTACT
        if invitation_hash in dict(self.invitations):
            return ContactEligibility.ASKED_BEFORE
        lately = sum(at > now - INVITATION_WINDOW_S for _mark, at in self.invitations)
        return ContactEligibility.TOO_MANY if lately >= MAX_INVITATIONS else ContactEligibility.ALLOWED

    def without_contact(self, token: bytes) -> "SafetyProfile":
        return replace(self, contacts=tuple(c for c in self.contacts if c.token != token))


class ContactRequests(msgspec.Struct, frozen=True):
    """Who asked one phone to be their contact: owners' tokens of purpose safety, and whether it agreed."""

    owners: tuple[tuple[bytes, bool], ...] = ()
    questions: tuple[tuple[bytes, str], ...] = ()
    """the text by which each asks (`msg:` ...): while it waits to leave, no yes is meant for its owner"""

    @property
    def has_accepted(self) -> bool:
        return any(agreed for _owner, agreed in self.owners)

    @property
    def pending(self) -> "ContactRequests":
        """Those who have no answer yet."""
        return self._with_answer(False)

    @property
    def accepted(self) -> "ContactRequests":
        return self._with_answer(True)

    def _with_answer(self, agreed: bool) -> "ContactRequests":
        kept = {owner for owner, said in self.owners if said is agreed}
        return ContactRequests(
            tuple(pair for pair in self.owners if pair[0] in kept),
            tuple(pair for pair in self.questions if pair[0] in kept),
        )

    def with_request(self, owner: bytes, question_id: str) -> "ContactRequests":
        if owner in dict(self.owners):
            return self
        asked = self.with_owner(owner, False)
        return replace(asked, questions=(*asked.questions, (owner, question_id)))

    def with_owner(self, owner: bytes, agreed: bool) -> "ContactRequests":
        others = self.without_owner(owner)
        return replace(others, owners=(*others.owners, (owner, agreed)))

    def without_owner(self, owner: bytes) -> "ContactRequests":
        return ContactRequests(
            tuple(pair for pair in self.owners if pair[0] != owner),
            tuple(pair for pair in self.questions if pair[0] != owner),
        )

"""Safety profiles: a caller's contacts, codes and choices. Each caller has one sealed record."""

from enum import Enum, auto
from itertools import chain, count

import msgspec
from msgspec.structs import replace

from gateway.model.feature import Feature
from gateway.model.task import Task

CONTACTS_FEATURE = Feature("contacts")
"""Up to five people whom a caller trusts."""


class ContactTask(Task):
    """The tasks of contacts."""

    INVITE_CONTACTS = "invite-contacts"
    ACCEPT_BY_TEXT = "accept-by-text"
    ACCEPT_BY_USSD = "accept-by-ussd"
    REMOVE_DEPARTED_CONTACT = "remove-departed-contact"
    DELETE_CONTACT_REQUEST = "delete-contact-request"
    SEND_ARREST_MESSAGE = "send-arrest-message"


MAX_CONTACTS = 5
MAX_INVITATIONS = 8
INVITATION_WINDOW_S = 30 * 86400
"""seconds in which a caller may ask `MAX_INVITATIONS` phones"""
MAX_INVITATION_HASHES = 40
"""the number of latest invitations that are stored"""
MAX_NAME_CHARS, MAX_TEXT_CHARS = 20, 120
DAY_S = 86400
MAX_OWN_TEXTS_PER_DAY = 3
"""texts of one kind with a caller's own words that the contacts of this caller get in a day"""


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person whom the caller trusts. `token` is of purpose contact."""

    token: bytes
    name: str
    """the name that the caller gave, which only the caller reads"""
    lang: str
    asked_at: int
    """Unix seconds"""
    agreed_at: int = 0
    """when the contact agreed (Unix seconds); 0: not yet"""
    wording: int = 0
    """which of our sentences asks"""
    asks: bool = False
    """the question was not sent yet"""

    @property
    def active(self) -> bool:
        """Whether the contact agreed."""
        return bool(self.agreed_at)


class ContactEligibility(Enum):
    """Whether a caller may ask this number to be a contact, or the reason why not."""

    ALLOWED = auto()
    """the caller's records do not forbid it"""
    OWN_NUMBER = auto()
    ALREADY_CONTACT = auto()
    ASKED_BEFORE = auto()
    """the caller asked it before; only a contact who had agreed may be asked again"""
    TOO_MANY = auto()
    """the caller asked many phones recently"""


class SafetyProfile(msgspec.Struct, frozen=True, omit_defaults=True):
    """`owner` is the caller's token of purpose safety. Codes are keyed hashes of four digits (`crypto.secrets`)."""

    owner: bytes
    lang: str
    seen_week: int
    pin_hash: bytes = b""
    """the same as in the caller's subscription, where there is one"""
    duress_pin_hash: bytes = b""
    """hash of the second code; after it the screen looks normal, and contacts are notified"""
    display_name: str = ""
    """the name by which contacts know the caller"""
    passphrase: str = ""
    """the word by which caller and responder recognise each other"""
    contacts: tuple[Contact, ...] = ()
    invitations: tuple[tuple[bytes, int], ...] = ()
    """hash of each phone that was asked (`crypto.secrets.invitation_hash`), and the time (Unix seconds)"""
    arrest_texts: tuple[int, ...] = ()
    """when the arrest message was last sent to contacts (Unix seconds), oldest first"""
    note_texts: tuple[int, ...] = ()
    """when the note of a safe call was last sent to contacts, likewise"""
    arrest_message: str = ""
    """the text to contacts if the caller is detained"""
    sos_tiers: tuple[str, ...] = ()
    """the groups that get a call for help (`SosTier`), in order"""

    def may_send_note(self, now: int) -> bool:
        """Whether contacts get the next note of a safe call. Beyond a day's number they get our sentence only."""
        return _count_today(self.note_texts, now) < MAX_OWN_TEXTS_PER_DAY

    def may_send_arrest_text(self, now: int, pause_s: int) -> bool:
        latest = max(self.arrest_texts, default=0)
        return now - latest >= pause_s and _count_today(self.arrest_texts, now) < MAX_OWN_TEXTS_PER_DAY

    @property
    def active_contacts(self) -> tuple[Contact, ...]:
        """Return the contacts who agreed."""
        return tuple(contact for contact in self.contacts if contact.active)

    def with_contact(self, changed: Contact) -> "SafetyProfile":
        """Return the profile with one contact replaced."""
        return replace(self, contacts=tuple(changed if c.token == changed.token else c for c in self.contacts))

    def contact_eligibility(self, token: bytes, invitation_hash: bytes, now: int) -> ContactEligibility:
        """Return whether this phone, with this invitation hash, may be asked. `now` in Unix seconds."""
        if any(contact.token == token for contact in self.contacts):
            return ContactEligibility.ALREADY_CONTACT
        if invitation_hash in dict(self.invitations):
            return ContactEligibility.ASKED_BEFORE
        recent = sum(at > now - INVITATION_WINDOW_S for _digest, at in self.invitations)
        return ContactEligibility.TOO_MANY if recent >= MAX_INVITATIONS else ContactEligibility.ALLOWED

    def without_contact(self, token: bytes) -> "SafetyProfile":
        return replace(self, contacts=tuple(c for c in self.contacts if c.token != token))


def _count_today(times: tuple[int, ...], now: int) -> int:
    return sum(now - at < DAY_S for at in times)


class ContactRequests(msgspec.Struct, frozen=True):
    """The callers who asked one phone to be their contact: tokens of purpose safety, and whether it agreed to each."""

    owners: tuple[tuple[bytes, bool], ...] = ()
    questions: tuple[tuple[bytes, str], ...] = ()
    """the queued text by which each caller asks (`msg:` ...); until it is sent, no yes answers that caller"""
    letters: tuple[tuple[bytes, str], ...] = ()
    """what names each caller in the question, and so in the answer: a letter, with a number where two share it"""
    lang: str = ""
    """the language of the latest question; this phone is answered in it"""

    @property
    def has_accepted(self) -> bool:
        return any(agreed for _owner, agreed in self.owners)

    @property
    def pending(self) -> "ContactRequests":
        """Return the requests without an answer."""
        return self._with_answer(False)

    @property
    def accepted(self) -> "ContactRequests":
        return self._with_answer(True)

    def _with_answer(self, agreed: bool) -> "ContactRequests":
        return self._of({owner for owner, answer in self.owners if answer is agreed})

    def named(self, letter: str) -> "ContactRequests":
        """Return the request that a question named so; without a letter, all requests."""
        return self._of({owner for owner, each in self.letters if each == letter}) if letter else self

    def free_letter(self, letter: str) -> str:
        """Return the letter, with a number where another caller's question had it."""
        used = {each for _owner, each in self.letters}
        numbered = (f"{letter}{n}" for n in count(2))
        return next(name for name in chain((letter,), numbered) if name not in used)

    def with_request(self, owner: bytes, question_id: str, letter: str, lang: str) -> "ContactRequests":
        if owner in dict(self.owners):
            return self
        asked = self.with_owner(owner, False)
        return replace(
            asked,
            questions=(*asked.questions, (owner, question_id)),
            letters=(*asked.letters, (owner, letter)),
            lang=lang,
        )

    def with_owner(self, owner: bytes, agreed: bool) -> "ContactRequests":
        others = self.without_owner(owner)
        return replace(others, owners=(*others.owners, (owner, agreed)), letters=self.letters)

    def without_owner(self, owner: bytes) -> "ContactRequests":
        return self._of({each for each, _agreed in self.owners if each != owner})

    def _of(self, owners: set[bytes]) -> "ContactRequests":
        return replace(
            self,
            owners=tuple(pair for pair in self.owners if pair[0] in owners),
            questions=tuple(pair for pair in self.questions if pair[0] in owners),
            letters=tuple(pair for pair in self.letters if pair[0] in owners),
        )

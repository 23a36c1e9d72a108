"""What somebody left with us for her own safety: whom she trusts, her codes, her choices. One sealed record each."""

from enum import Enum, auto

import msgspec
from msgspec.structs import replace

MOST_CONTACTS = 5
MOST_INVITED = 8
INVITED_WITHIN = 30 * 86400
"""seconds in which so many may be asked"""
MOST_MARKS = 40
"""so many who were asked are remembered"""
LONGEST_NAME, LONGEST_WORDS = 20, 120


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody she trusts. `token` of purpose contact."""

    token: bytes
    name: str
    """what she calls them; only she reads it"""
    lang: str
    asked: int
    """Unix seconds"""
    agreed: int = 0
    """when they said yes (Unix seconds)"""
    words: str = ""
    """by which they are asked, until they were"""

    @property
    def active(self) -> bool:
        """They said yes."""
        return bool(self.agreed)


class Asked(Enum):
    """May this number be asked, and if not, why?"""

    NEVER = auto()
    """not by her: it may"""
    SELF = auto()
    LISTED = auto()
    BEFORE = auto()
    """she asked once, and did not get a yes that she gave up herself"""
    OFTEN = auto()
    """she asked many lately"""


class Care(msgspec.Struct, frozen=True, omit_defaults=True):
    """`owner`: her token of purpose safety. The codes are keyed hashes of four digits (`turn.secret_hash`)."""

    owner: bytes
    lang: str
    seen_week: int
    pin: bytes = b""
    """the same as in her subscription, if she has one"""
    duress: bytes = b""
    """a second code: it looks as if all were well, and raises the alarm"""
    called: str = ""
    """what those she trusts know her by"""
    check: str = ""
    """the word by which she knows who comes, and they her"""
    contacts: tuple[Contact, ...] = ()
    invited: tuple[tuple[bytes, int], ...] = ()
    """who was asked (`turn.asked_mark`), and when (Unix seconds)"""
    told_at: int = 0
    """when her circle was last told that she is held (Unix seconds)"""
    arrest: str = ""
    """what those she trusts are told if she is held"""
    rings: tuple[str, ...] = ()
    """who hears her SOS, first to last"""

    @property
    def circle(self) -> tuple[Contact, ...]:
        """Those who said yes."""
        return tuple(contact for contact in self.contacts if contact.active)

    def with_contact(self, changed: Contact) -> "Care":
        """The same with one of them changed."""
        return replace(self, contacts=tuple(changed if c.token == changed.token else c for c in self.contacts))

    def may_ask(self, token: bytes, mark: bytes, now: int) -> Asked:
        """`mark`: of the one to be asked."""
        if any(contact.token == token for contact in self.contacts):
            return Asked.LISTED
        if mark in dict(self.invited):
            return Asked.BEFORE
        lately = sum(at > now - INVITED_WITHIN for _mark, at in self.invited)
        return Asked.OFTEN if lately >= MOST_INVITED else Asked.NEVER

    def without(self, token: bytes) -> "Care":
        return replace(self, contacts=tuple(c for c in self.contacts if c.token != token))


class Trust(msgspec.Struct, frozen=True):
    """Who asked one phone to be their contact: owners' tokens of purpose safety, and whether it agreed."""

    owners: tuple[tuple[bytes, bool], ...] = ()
    questions: tuple[tuple[bytes, str], ...] = ()
    """the text by which each asks (`msg:` ...): while it waits to leave, no yes is meant for its owner"""

    @property
    def agreed(self) -> bool:
        return any(agreed for _owner, agreed in self.owners)

    @property
    def waiting(self) -> "Trust":
        """Those who have no answer yet."""
        return self._only(False)

    @property
    def answered(self) -> "Trust":
        return self._only(True)

    def _only(self, agreed: bool) -> "Trust":
        kept = {owner for owner, said in self.owners if said is agreed}
        return Trust(
            tuple(pair for pair in self.owners if pair[0] in kept),
            tuple(pair for pair in self.questions if pair[0] in kept),
        )

    def asked_by(self, owner: bytes, question: str) -> "Trust":
        if owner in dict(self.owners):
            return self
        asked = self.with_owner(owner, False)
        return replace(asked, questions=(*asked.questions, (owner, question)))

    def with_owner(self, owner: bytes, agreed: bool) -> "Trust":
        others = self.without(owner)
        return replace(others, owners=(*others.owners, (owner, agreed)))

    def without(self, owner: bytes) -> "Trust":
        return Trust(
            tuple(pair for pair in self.owners if pair[0] != owner),
            tuple(pair for pair in self.questions if pair[0] != owner),
        )

"""What somebody left with us for her own safety: whom she trusts, her codes, her choices. One sealed record each."""

import msgspec

MOST_CONTACTS = 5


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody she trusts. `token` of purpose contact."""

    token: bytes
    name: str
    """what she calls them; only she reads it"""
    lang: str
    asked: int
    """Unix seconds"""
    active: bool = False
    """they said yes"""


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
    arrest: str = ""
    """what those she trusts are told if she is held"""
    rings: tuple[str, ...] = ()
    """who hears her SOS, first to last"""

    @property
    def circle(self) -> tuple[Contact, ...]:
        """Those who said yes."""
        return tuple(contact for contact in self.contacts if contact.active)

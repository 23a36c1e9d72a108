"""What follows from a text: texts to send back, intents, and a question."""

from collections.abc import Sequence

import msgspec

from gateway.model.intents import Intent


class Option(msgspec.Struct, frozen=True):
    """One choice of a question: what it means, and how it is labelled."""

    meaning: str
    label: str
    area: str = ""
    """the id of the area that it stands for"""
    kind: str = ""
    """the need that it stands for"""
    answer: str = ""
    """what chooses it in a list that a text itself writes out; empty: its place there, from 1"""


class SmsResult(msgspec.Struct, frozen=True):
    """The answer to a text: texts to send back (none: silence) and intents."""

    texts: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    options: tuple[Option, ...] = ()
    """the choices of a question, after the last text or alone"""
    listed: tuple[Option, ...] = ()
    """the choices that the texts themselves write out"""
    place_for: str = ""
    """the meaning for which the texts ask a place"""
    kind: str = ""
    """the need for which they ask it"""
    may_code: bool = True
    """whether one of the choices may be a fresh code"""
    understood: bool = True
    passes: bool = False
    """whether it is sent however many texts came from this phone: a cry, a command of staff that worked"""
    needs_code: bool = False
    """whether only a person who has this phone in hand may read it"""
    is_unproven: bool = False
    """Whether the answer may go to a phone that wrote nothing and did not ask for it. Few such answers are sent."""
    is_question: bool = False
    """Whether the answer asks for a code that is valid for a short time."""


def said(text: str | Sequence[str], *intents: Intent) -> SmsResult:
    """Return the answer with these texts and intents."""
    return SmsResult((text,) if isinstance(text, str) else tuple(text), intents)

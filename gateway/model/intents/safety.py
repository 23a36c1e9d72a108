"""Trusted people, somebody who is out, and calls for help."""

from gateway.model.intents.intent import Intent
from gateway.model.sos import Answer


class AskContact(Intent, frozen=True):
    """Ask somebody whether they may be told about this caller. `number` in E.164."""

    number: str
    name: str
    called: str
    words: str


class DropContact(Intent, frozen=True):
    """`token` of purpose contact."""

    token: bytes


class Agree(Intent, frozen=True):
    """This phone's owner agrees to whoever asked. `read`: having dialled, and seen who that is."""

    read: bool = False


class Decline(Intent, frozen=True):
    """This phone's owner says no to who asked and has no answer yet."""


class SetDuress(Intent, frozen=True):
    """A second code; empty takes it away."""

    code: str


class SetCheck(Intent, frozen=True):
    """The word by which who comes is known."""

    word: str


class SetArrest(Intent, frozen=True):
    """What her circle is told if she is held."""

    words: str


class Held(Intent, frozen=True):
    """Tell her circle, unless it is taken back in time."""


class NotHeld(Intent, frozen=True):
    """Take that back."""


class GoOut(Intent, frozen=True):
    """A note is left, and an hour (Unix seconds) by which she is back."""

    until: int
    note: str
    colleagues: bool = False
    """responders read the note too if she is not back"""


class Later(Intent, frozen=True):
    """She is out for so many seconds more. `code` as for `Back`."""

    seconds: int
    code: str = ""


class Back(Intent, frozen=True):
    """She is back. `code`: what was typed, where she set a second code."""

    code: str = ""


class CallHelp(Intent, frozen=True):
    """Somebody is needed now."""


class HelpPlace(Intent, frozen=True):
    """Where she is, for who comes."""

    words: str


class HelpOver(Intent, frozen=True):
    """It is taken back, or over. `code`: what was typed, where she set a second code."""

    code: str = ""


class SetRings(Intent, frozen=True):
    """Who hears her call for help (`Ring`)."""

    rings: tuple[str, ...]


class AnswerHelp(Intent, frozen=True):
    """What a responder says to a call."""

    code: str
    answer: Answer

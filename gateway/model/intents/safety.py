"""Trusted people, somebody who is out, and calls for help."""

from gateway.model.intents.intent import Intent
from gateway.model.sos import SosAnswer


class RequestContact(Intent, frozen=True):
    """Ask somebody whether they may be told about this caller. `number` in E.164."""

    number: str
    name: str
    display_name: str
    invitation_text: str


class RemoveContact(Intent, frozen=True):
    """`token` of purpose contact."""

    token: bytes


class AcceptContactRequests(Intent, frozen=True):
    """This phone's owner agrees to whoever asked. `read`: having dialled, and seen who that is."""

    by_ussd: bool = False


class DeclineContactRequests(Intent, frozen=True):
    """This phone's owner says no to who asked and has no answer yet."""


class SetDuressPin(Intent, frozen=True):
    """A second code; empty takes it away."""

    pin: str


class SetPassphrase(Intent, frozen=True):
    """The word by which who comes is known."""

    passphrase: str


class SetArrestMessage(Intent, frozen=True):
    """What her circle is told if she is held."""

    text: str


class ReportDetained(Intent, frozen=True):
    """Tell her circle, unless it is taken back in time."""


class CancelDetained(Intent, frozen=True):
    """Take that back."""


class StartSafeCall(Intent, frozen=True):
    """A note is left, and an hour (Unix seconds) by which she is back."""

    until: int
    note: str
    notifies_responders: bool = False
    """responders read the note too if she is not back"""


class ExtendSafeCall(Intent, frozen=True):
    """She is out for so many seconds more. `code` as for `Back`."""

    seconds: int
    code: str = ""


class EndSafeCall(Intent, frozen=True):
    """She is back. `code`: what was typed, where she set a second code."""

    code: str = ""


class RaiseSos(Intent, frozen=True):
    """Somebody is needed now."""


class AddSosDetails(Intent, frozen=True):
    """Where she is, for who comes."""

    details: str


class EndSos(Intent, frozen=True):
    """It is taken back, or over. `code`: what was typed, where she set a second code."""

    code: str = ""


class SetSosTiers(Intent, frozen=True):
    """Who hears her call for help (`Ring`)."""

    tiers: tuple[str, ...]


class AnswerSos(Intent, frozen=True):
    """What a responder says to a call."""

    code: str
    answer: SosAnswer

"""Contacts, codes, and what contacts are sent where the caller is detained."""

from gateway.model.intents.intent import EVERYBODY, Intent


class RequestContact(Intent, frozen=True):
    """Ask somebody whether they may be told about this caller. `number` in E.164."""

    rule = EVERYBODY

    number: str
    name: str
    display_name: str
    invitation_text: str


class RemoveContact(Intent, frozen=True):
    """`token` of purpose contact."""

    rule = EVERYBODY

    token: bytes


class AcceptContactRequests(Intent, frozen=True):
    """This phone's owner agrees to whoever asked. `read`: having dialled, and seen who that is."""

    rule = EVERYBODY

    by_ussd: bool = False


class DeclineContactRequests(Intent, frozen=True):
    """This phone's owner says no to who asked and has no answer yet."""

    rule = EVERYBODY


class SetDuressPin(Intent, frozen=True):
    """A second code; empty takes it away."""

    rule = EVERYBODY

    pin: str


class SetPassphrase(Intent, frozen=True):
    """The word by which who comes is known."""

    rule = EVERYBODY

    passphrase: str


class SetArrestMessage(Intent, frozen=True):
    """What her circle is told if she is held."""

    rule = EVERYBODY

    text: str


class ReportDetained(Intent, frozen=True):
    """Tell her circle, unless it is taken back in time."""

    rule = EVERYBODY


class CancelDetained(Intent, frozen=True):
    """Take that back."""

    rule = EVERYBODY

"""Contacts, codes and the arrest message."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent


class RequestContact(Intent, frozen=True):
    """Ask a person to be a contact of this caller. `number` in E.164."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    number: str
    name: str
    display_name: str
    invitation_text: str


class RemoveContact(Intent, frozen=True):
    """Remove a contact. `token` is of purpose contact."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    needs_own_pin = True

    token: bytes


class AcceptContactRequests(Intent, frozen=True):
    """The owner of this phone agrees to all requests. `by_ussd`: in a session, after reading the question."""

    rule = EVERYBODY
    durability = Durability.REPLICATED

    by_ussd: bool = False


class DeclineContactRequests(Intent, frozen=True):
    """The owner of this phone declines all requests without an answer."""

    rule = EVERYBODY
    durability = Durability.REPLICATED


class SetDuressPin(Intent, frozen=True):
    """Set the second code; an empty one removes it."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    needs_own_pin = True

    pin: str


class SetPassphrase(Intent, frozen=True):
    """Set the word by which the caller recognises a responder."""

    rule = EVERYBODY
    needs_own_pin = True

    passphrase: str


class SetArrestMessage(Intent, frozen=True):
    """Set the text to contacts if the caller is detained."""

    rule = EVERYBODY
    needs_own_pin = True

    text: str


class ReportDetained(Intent, frozen=True):
    """Send contacts the arrest message, unless it is cancelled in time."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    needs_own_pin = True


class CancelDetained(Intent, frozen=True):
    """Cancel the arrest message."""

    rule = EVERYBODY
    durability = Durability.REPLICATED
    needs_own_pin = True

"""Contacts, codes and the arrest message."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority


class RequestContact(Intent, frozen=True):
    """Ask a person to be a contact of this caller. `number` in E.164."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    number: str
    name: str
    """the caller's word for the contact, which only the caller reads"""
    display_name: str
    """the name by which the contact knows the caller, which leaves in texts"""
    wording: int = 0
    """which of our sentences asks (`wording_safety.contact_request_texts`)"""


class RemoveContact(Intent, frozen=True):
    """Remove a contact. `token` is of purpose contact."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True

    token: bytes


class AcceptContactRequests(Intent, frozen=True):
    """The owner of this phone agrees to be a contact of one caller: the one with this letter, or the only one who asks.

    `by_ussd`: in a session, after the screen asked. `unclear_text` is texted where that is no one caller.
    """

    rule = EVERYBODY
    by_text = TextAuthority.FRESH_CODE
    durability = Durability.REPLICATED

    by_ussd: bool = False
    letter: str = ""
    unclear_text: str = ""


class DeclineContactRequests(Intent, frozen=True):
    """The owner of this phone declines all requests without an answer."""

    rule = EVERYBODY
    by_text = TextAuthority.FRESH_CODE
    durability = Durability.REPLICATED


class SetDuressPin(Intent, frozen=True):
    """Set the second code; an empty one removes it."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True

    pin: str


class SetPassphrase(Intent, frozen=True):
    """Set the word by which the caller recognises a responder."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    passphrase: str


class SetArrestMessage(Intent, frozen=True):
    """Set the text to contacts if the caller is detained."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    text: str


class ReportDetained(Intent, frozen=True):
    """Send contacts the arrest message, unless it is cancelled in time."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True


class CancelDetained(Intent, frozen=True):
    """Cancel the arrest message."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    needs_own_pin = True

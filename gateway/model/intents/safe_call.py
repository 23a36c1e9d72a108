"""The start, extension and end of a safe call."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority


class StartSafeCall(Intent, frozen=True):
    """Start a safe call with a note and the time (Unix seconds) by which the caller is back."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    needs_own_pin = True

    until: int
    note: str
    notifies_responders: bool = False
    """responders read the note too if the caller is not back"""
    place: str = ""
    """the place in the note, as it was typed"""


class ExtendSafeCall(Intent, frozen=True):
    """Extend a safe call by `seconds`."""

    rule = EVERYBODY
    by_text = TextAuthority.CODE_WITHOUT_PIN
    durability = Durability.REPLICATED
    needs_own_pin = True

    seconds: int


class EndSafeCall(Intent, frozen=True):
    """The caller is back."""

    rule = EVERYBODY
    by_text = TextAuthority.CODE_WITHOUT_PIN
    durability = Durability.REPLICATED
    needs_own_pin = True

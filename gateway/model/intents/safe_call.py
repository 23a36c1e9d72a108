"""The start, extension and end of a safe call."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority


class StartSafeCall(Intent, frozen=True):
    """Start a safe call with a note and the time (Unix seconds) by which the caller is back."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED
    adds_data = True
    is_dropped_in_decoy = True

    until: int
    note: str
    notifies_responders: bool = False
    """responders read the note too if the caller is not back"""


class ExtendSafeCall(Intent, frozen=True):
    """Extend a safe call by `seconds`. `code` as for `EndSafeCall`."""

    rule = EVERYBODY
    by_text = TextAuthority.CODE_WITHOUT_PIN
    durability = Durability.REPLICATED

    seconds: int
    code: str = ""


class EndSafeCall(Intent, frozen=True):
    """The caller is back. `code`: the typed code, where a second code is set."""

    rule = EVERYBODY
    by_text = TextAuthority.CODE_WITHOUT_PIN
    durability = Durability.REPLICATED

    code: str = ""

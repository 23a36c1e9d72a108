"""The PIN line: an attempt, and the second code."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, TextAuthority


class RecordOwnPinAttempt(Intent, frozen=True):
    """Count a wrong PIN at the PIN line, of a stranger too. A right one takes back a DELETE."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    is_correct: bool


class GiveDuressPin(Intent, frozen=True):
    """The second code was given: copy the account and call the caller's people. Under duress: the caller is free."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED


class RestoreAccount(Intent, frozen=True):
    """The day is over: the account is again as before the second code."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED

"""The PIN line: an attempt, and the second code."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent


class RecordOwnPinAttempt(Intent, frozen=True):
    """Count a wrong PIN at the PIN line, of a stranger too, or forget the wrong ones."""

    rule = EVERYBODY

    is_correct: bool


class GiveDuressPin(Intent, frozen=True):
    """The second code was given: copy the account and call the caller's people. Under duress: the caller is free."""

    rule = EVERYBODY
    durability = Durability.REPLICATED


class RestoreAccount(Intent, frozen=True):
    """The day is over: the account is again as before the second code."""

    rule = EVERYBODY
    durability = Durability.REPLICATED

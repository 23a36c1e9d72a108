"""Calls for help, of the caller and of the person who answers."""

from gateway.model.intents.intent import EVERYBODY, Intent, Rule, Scope
from gateway.model.sos import SosAnswer
from gateway.model.staff import VERIFIER_ROLES, Role


class RaiseSos(Intent, frozen=True):
    """Somebody is needed now."""

    rule = EVERYBODY


class AddSosDetails(Intent, frozen=True):
    """Where she is, for who comes."""

    rule = EVERYBODY

    details: str


class EndSos(Intent, frozen=True):
    """It is taken back, or over. `code`: what was typed, where she set a second code."""

    rule = EVERYBODY

    code: str = ""


class SetSosTiers(Intent, frozen=True):
    """Who hears her call for help (`Ring`)."""

    rule = EVERYBODY

    tiers: tuple[str, ...]


class AnswerSos(Intent, frozen=True):
    """What a responder says to a call."""

    rule = Rule(VERIFIER_ROLES | {Role.RESPONDER}, Scope.SOS)

    code: str
    answer: SosAnswer

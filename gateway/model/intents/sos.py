"""Calls for help: intents of the caller and of responders."""

from gateway.model.intents.intent import EVERYBODY, Durability, Intent, Rule, Scope
from gateway.model.sos import SosAnswer
from gateway.model.staff import VERIFIER_ROLES, Role


class RaiseSos(Intent, frozen=True):
    """The caller calls for help."""

    rule = EVERYBODY
    durability = Durability.REPLICATED


class AddSosDetails(Intent, frozen=True):
    """Add details of where the caller is, for responders."""

    rule = EVERYBODY

    details: str


class EndSos(Intent, frozen=True):
    """The caller ends the call for help. Where an own PIN is set and was not given, it only looks ended."""

    rule = EVERYBODY
    durability = Durability.REPLICATED


class SetSosTiers(Intent, frozen=True):
    """Choose the groups that get the caller's calls for help (`SosTier`)."""

    rule = EVERYBODY
    needs_own_pin = True

    tiers: tuple[str, ...]


class AnswerSos(Intent, frozen=True):
    """The answer of a responder to a call for help."""

    rule = Rule(VERIFIER_ROLES | {Role.RESPONDER}, Scope.SOS)
    durability = Durability.REPLICATED

    code: str
    answer: SosAnswer

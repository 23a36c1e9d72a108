"""Calls for help: intents of the caller and of responders."""

from gateway.model.help_kind import HelpKind
from gateway.model.intents.intent import EVERYBODY, Durability, Intent, Rule, Scope, TextAuthority
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from gateway.model.staff import VERIFIER_ROLES, Role


class RaiseSos(Intent, frozen=True):
    """The caller calls for help. `is_forgeable`: by a text or a missed call, whose sender can be forged."""

    rule = EVERYBODY
    by_text = TextAuthority.ACTS
    durability = Durability.REPLICATED

    is_forgeable: bool = False
    reopens: bool = False
    """a yes to our question whether somebody is still needed: what was said before counts again"""


class AddSosDetails(Intent, frozen=True):
    """Add where the caller is: words, or an area that was chosen. `is_forgeable` as in `RaiseSos`."""

    rule = EVERYBODY
    by_text = TextAuthority.ACTS

    details: str = ""
    is_forgeable: bool = False
    area: str = ""
    """the id of the area, which only a person who dials can choose"""
    kinds: tuple[HelpKind, ...] = ()
    """what is wrong, as the words were read"""
    tells_where: bool = True
    """the words say where, and not only what is wrong"""


class AnswerSosQuestion(Intent, frozen=True):
    """The caller answers what a responder asked. Like all words of a text, it may be forged."""

    rule = EVERYBODY
    by_text = TextAuthority.ACTS

    question: SosQuestion
    yes: bool


class SilenceSos(Intent, frozen=True):
    """The caller wants no texts about the open call, or wants them again. The call goes on."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    is_silent: bool


class EndSos(Intent, frozen=True):
    """The caller ends the call for help. Where an own PIN is set and was not given, it only looks ended."""

    rule = EVERYBODY
    by_text = TextAuthority.CODE_WITHOUT_PIN
    durability = Durability.REPLICATED


class SetSosTiers(Intent, frozen=True):
    """Choose the groups that get the caller's calls for help (`SosTier`)."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    tiers: tuple[str, ...]


class ReadSos(Intent, frozen=True):
    """A responder has the call on the screen, with all that the caller said so far."""

    rule = Rule(VERIFIER_ROLES | {Role.RESPONDER}, Scope.SOS)
    by_text = TextAuthority.USSD_ONLY

    code: str


class AskSosCaller(Intent, frozen=True):
    """A responder asks the caller one question."""

    rule = Rule(VERIFIER_ROLES | {Role.RESPONDER}, Scope.SOS)
    by_text = TextAuthority.USSD_ONLY

    code: str
    question: SosQuestion


class AnswerSos(Intent, frozen=True):
    """The answer of a responder to a call for help."""

    rule = Rule(VERIFIER_ROLES | {Role.RESPONDER}, Scope.SOS)
    by_text = TextAuthority.USSD_ONLY
    durability = Durability.REPLICATED

    code: str
    answer: SosAnswer

"""Reports and warnings."""

from gateway.model.alert import AlertKind, Certainty, RejectReason
from gateway.model.intents.intent import EVERYBODY, Durability, Intent, Rule, Scope, SecondVoice, TextAuthority
from gateway.model.staff import SENDER_ROLES


class SubmitReport(Intent, frozen=True):
    """A report for the verifiers."""

    rule = EVERYBODY
    by_text = TextAuthority.ACTS

    kind: AlertKind
    area: str
    venue: str


class AddToReport(Intent, frozen=True):
    """More details of an alert that this caller reported. The limit on new reports does not apply."""

    rule = Rule(scope=Scope.OWN_REPORT)
    by_text = TextAuthority.ACTS

    number: int
    venue: str


class CorrectReport(Intent, frozen=True):
    """Another kind for a report of this caller, who pressed the wrong key."""

    rule = Rule(scope=Scope.OWN_REPORT)
    by_text = TextAuthority.USSD_ONLY

    number: int
    kind: AlertKind


class SendAlert(Intent, frozen=True):
    """A new warning by staff. It becomes a proposal where a second person is needed, or where the intent asks so."""

    rule = Rule(SENDER_ROLES, Scope.AREA, operator_may=True)
    by_text = TextAuthority.FRESH_CODE
    second_voice = SecondVoice.WHERE_SET
    durability = Durability.REPLICATED

    kind: AlertKind
    area: str
    venue: str
    text: str
    until: int
    is_drill: bool = False
    needs_approval: bool = False
    certainty: Certainty | None = None


class ConfirmReport(Intent, frozen=True):
    """Turn a report or proposal into a warning, with the verifier's own place and words.

    Of a report the verifier may correct kind and area too; the area must be the person's own then.
    """

    rule = Rule(SENDER_ROLES, Scope.DECISION, excludes_own=True)
    by_text = TextAuthority.FRESH_CODE
    second_voice = SecondVoice.WHERE_SET
    durability = Durability.REPLICATED

    number: int
    venue: str
    text: str
    until: int
    needs_approval: bool = False
    kind: AlertKind | None = None
    """None: as reported"""
    area: str = ""
    """empty: as reported"""
    certainty: Certainty | None = None


class RejectReport(Intent, frozen=True):
    rule = Rule(SENDER_ROLES, Scope.DECISION, excludes_own=True)
    by_text = TextAuthority.FRESH_CODE
    second_voice = SecondVoice.WHERE_SET
    durability = Durability.REPLICATED

    number: int
    reason: RejectReason | None = None
    """None: a text, which has no room for it"""


class UpdateAlert(Intent, frozen=True):
    """New words, a new place or a later hour for a live warning."""

    rule = Rule(SENDER_ROLES, Scope.ALERT, operator_may=True)
    by_text = TextAuthority.FRESH_CODE
    second_voice = SecondVoice.WHERE_SET
    durability = Durability.REPLICATED

    number: int
    venue: str
    text: str
    until: int


class EndAlert(Intent, frozen=True):
    rule = Rule(SENDER_ROLES, Scope.ALERT, operator_may=True)
    by_text = TextAuthority.FRESH_CODE
    second_voice = SecondVoice.TOLD
    durability = Durability.REPLICATED

    number: int
    is_false_alarm: bool = False
    """nothing had happened"""

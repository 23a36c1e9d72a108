"""Referrals: created, asked about, answered and rated."""

from gateway.model.intents.intent import EVERYBODY, Intent, Rule, Scope, TextAuthority
from gateway.model.staff import Role


class CreateReferral(Intent, frozen=True):
    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    code: str
    need: str
    clinic: str
    area: str


class AllowReferralTexts(Intent, frozen=True):
    """The caller agrees to be texted when the clinic answers, and to one question after the visit."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY

    code: str
    may_ask_rating: bool = False


class AskClinic(Intent, frozen=True):
    """The caller's words to the clinic of the referral."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    code: str
    text: str


class MarkClinicAnswersRead(Intent, frozen=True):
    """The caller has read the clinic's words."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    code: str


class RateReferral(Intent, frozen=True):
    """The caller's rating of the clinic: good, bad or not."""

    rule = EVERYBODY
    by_text = TextAuthority.USSD_ONLY
    needs_own_pin = True

    code: str
    rating: str


class AnswerReferral(Intent, frozen=True):
    """A clinic's answer to a code: 1 welcome, 2 full, 3 came, 4 did not come, 5 words."""

    rule = Rule(frozenset({Role.CLINIC}), Scope.CLINIC)
    by_text = TextAuthority.FRESH_CODE

    code: str
    answer: int
    text: str = ""

"""Screens of a clinic's phone, behind its PIN: a visitor's messages, and the answers to a referral code."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.referral import STAGE_BY_ANSWER, Referral, ReferralStage, is_referral_code
from gateway.text import joins
from gateway.text.gsm import clip
from menus.engine.screen import InvalidAnswer, ScreenResult, Translator, ask_question, link_to, screen, show_menu
from menus.referrals import MAX_MESSAGE_CHARS


def open_referrals(caller: Caller) -> dict[str, Referral]:
    """Return the open referrals to the clinic that owns this phone, by code."""
    return {v.code: v for v in caller.clinic_referrals}


@screen(staff_only=True)
def referral_code(caller: Caller, _: Translator) -> ScreenResult:
    """Ask for a code, or list the open ones: first those that have no answer. A code says nothing of its visitor."""
    waiting = sorted((v for v in caller.clinic_referrals if v.is_open), key=lambda v: (not _is_unanswered(v), v.at))
    choices = (
        (("! " if _is_unanswered(v) else "") + v.code, link_to(referral_code_typed, code=v.code)) for v in waiting
    )
    return ask_question(_("Which code?"), link_to(referral_code_typed), "code", *choices, wants_digits=True)


def _is_unanswered(referral: Referral) -> bool:
    return referral.stage is ReferralStage.SENT


@screen(staff_only=True)
def referral_code_typed(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Show the answers to a code. Another clinic's code looks like an unused one, so nobody can probe for codes."""
    if not is_referral_code(code):
        raise InvalidAnswer(_("Please check the code."))
    found = open_referrals(caller).get(code)
    choices = [(label, link_to(answer_sent, code=code, answer=i)) for i, label in enumerate(_answers(_), 1)]
    said = joins.listed_apart(_, found.caller_texts) if found else ""
    return show_menu(
        joins.labelled(_, code, said), *choices, (_("Write to the visitor"), link_to(write_message, code=code))
    )


def _answers(_: Translator) -> tuple[str, ...]:
    """Return the answers to a code, in the order of their numbers from 1."""
    return _("You can come"), _("We are full"), _("The visitor came"), _("The visitor did not come")


def answered_text(caller: Caller, code: str, answer: int, _: Translator) -> str:
    """Return what a nurse reads after an answer. One that changes an earlier answer says what it changed."""
    found = open_referrals(caller).get(code)
    labels = {stage: _answers(_)[number - 1] for number, stage in STAGE_BY_ANSWER.items()}
    if found is None or found.stage not in labels or answer not in STAGE_BY_ANSWER:
        return _("Thank you.")
    if found.stage is ReferralStage.WELCOME and answer in (3, 4):  # what follows a welcome corrects nothing
        return _("Thank you.")
    before, now = labels[found.stage], labels[STAGE_BY_ANSWER[answer]]
    if before == now:
        return _("{code}: this was your answer already: {now}").format(code=code, now=now)
    return _("{code}, changed. Now: {now}. Before: {before}").format(code=code, now=now, before=before)


@screen(staff_only=True)
def write_message(caller: Caller, _: Translator, code: str) -> ScreenResult:
    return ask_question(
        _("The visitor dials to read your words."), link_to(answer_sent, code=code, answer=5), "message"
    )


@screen(staff_only=True)
def answer_sent(caller: Caller, _: Translator, code: str, answer: int, message: str = "") -> ScreenResult:
    said = intents.AnswerReferral(code, answer, clip(message, MAX_MESSAGE_CHARS))
    text = answered_text(caller, code, answer, _)
    return show_menu(text, (_("Answer a visitor"), link_to(referral_code)), intents=[said])

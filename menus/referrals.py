"""Screens of "My visit": the clinic's answer to a code, messages both ways, and the rating of the referral."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.clinic_state import ClinicState
from gateway.model.referral import Referral, ReferralStage
from gateway.text import joins
from gateway.text.clinic_wording import format_day
from gateway.text.gsm import clip
from menus.engine.screen import (
    Args,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    end_session,
    link_to,
    screen,
    show_menu,
)
from menus.waiting import Waiting, waits

MAX_CLINIC_NAME_CHARS = 30
MAX_MESSAGE_CHARS = 140


def _find_referral(caller: Caller, code: str) -> Referral | None:
    return next((v for v in caller.referrals if v.code == code), None)


@waits
def unread_referrals(caller: Caller, _: Translator) -> list[Waiting]:
    """Return the visits with an unread answer, and those that the caller is asked about."""
    unread = [(_("My visit"), link_to(referral_details, code=v.code)) for v in caller.referrals if v.is_unread]
    asked = (v for v in caller.referrals if v.asks_rating)
    return unread + [(_("How was the visit?"), link_to(rate_visit, code=v.code)) for v in asked]


@screen()
def referral_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(_referral_line(caller, v, _), link_to(referral_details, code=v.code)) for v in caller.referrals]
    return show_menu(_("My visit") if choices else _("Nothing new."), *choices)


def _referral_line(caller: Caller, referral: Referral, _: Translator) -> str:
    prefix = "! " if referral.is_unread else ""
    found = caller.world.directory.get(referral.clinic)
    return joins.beside(_, f"{prefix}{referral.code}", clip(found.name if found else "?", MAX_CLINIC_NAME_CHARS))


@screen()
def referral_details(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Show what the clinic answered and wrote. Its words stay here, so a call that is cut off loses none."""
    found = _find_referral(caller, code)
    if found is None:
        return show_menu(_("This code has ended."))
    choices = [(_("Write to them"), link_to(write_message, code=code))]
    if found.stage in (ReferralStage.SENT, ReferralStage.FULL, ReferralStage.MISSED):
        instead: Args = {"need": found.need, "area": found.area, "excluded_code": found.clinic}
        others = (_("Other places"), Link("health.clinic_list", instead))
        choices.insert(0 if found.stage is ReferralStage.FULL else 1, others)
    if not found.rating:
        choices.append((_("How was the visit?"), link_to(rate_visit, code=code)))
    text = "\n".join((joins.titled(_, code, _answer_text(caller, found, _)), *found.clinic_texts))
    return show_menu(text, *choices, intents=[intents.MarkClinicAnswersRead(code)] if found.is_unread else [])


def _answer_text(caller: Caller, referral: Referral, _: Translator) -> str:
    """Return what the clinic answered. A visitor whom its report turned away reads the reason, while it lasts."""
    if referral.stage is ReferralStage.SENT and referral.clinic_texts:
        # Translators: the words of a clinic follow.
        return _("They wrote to you:")
    if referral.stage is not ReferralStage.FULL:
        return _stage_text(referral.stage, _)
    state = caller.world.directory.state(referral.clinic)
    said = cannot_help_text(caller, state, referral.need, _)
    if referral.is_turned_away and not said:
        return _("They can help again. You can come.")
    return joins.sentences(_, said or _stage_text(referral.stage, _), _("Go to another place today."))


def cannot_help_text(caller: Caller, state: ClinicState, need: str, _: Translator) -> str:
    """Return that a clinic is closed, or has run out of what the caller needs; empty where it can help."""
    if until := state.out_until(need, caller.now):
        return _("They have none of this till {day}.").format(day=_day(caller, until, _))
    if state.is_closed(caller.now):
        return _("Closed till {day}.").format(day=_day(caller, state.closed_until, _))
    return ""


def _day(caller: Caller, at: int, _: Translator) -> str:
    return format_day(caller.world.local_time(at), _)


def _stage_text(stage: ReferralStage, _: Translator) -> str:
    return {
        ReferralStage.SENT: _("They have not answered yet."),
        ReferralStage.WELCOME: _("They expect you. You can come."),
        ReferralStage.FULL: _("They have no place now."),
        ReferralStage.CAME: _("They say that you were there."),
        ReferralStage.MISSED: _("They say that you did not come. You can still go."),
    }[stage]


@screen()
def write_message(caller: Caller, _: Translator, code: str) -> ScreenResult:
    return ask_question(
        _("What do you want to tell them? No names are needed."), link_to(message_sent, code=code), "message"
    )


@screen()
def message_sent(caller: Caller, _: Translator, code: str, message: str) -> ScreenResult:
    return end_session(
        _("Thank you. We tell them."), intents=[intents.AskClinic(code, clip(message, MAX_MESSAGE_CHARS))]
    )


@screen()
def rate_visit(caller: Caller, _: Translator, code: str) -> ScreenResult:
    return show_menu(
        _("How was the visit?"),
        (_("They were kind to me"), link_to(visit_rated, code=code, answer="good")),
        (_("They were unkind to me"), link_to(visit_rated, code=code, answer="bad")),
        (_("I did not go"), link_to(visit_rated, code=code, answer="not")),
    )


@screen()
def visit_rated(caller: Caller, _: Translator, code: str, answer: str) -> ScreenResult:
    return end_session(_("Thank you. It helps us to choose places."), intents=[intents.RateReferral(code, answer)])

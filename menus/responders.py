"""Screens with which responders answer an SOS, behind their PIN."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.sos import Sos, SosAnswer, SosTier
from gateway.text.wording import format_clock
from menus.areas import area_name
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    redirect,
    screen,
    show_menu,
)

MAX_LISTED = 8
"""Further SOS are opened by their code."""


def sort_open_sos(caller: Caller) -> list[Sos]:
    """Return open SOS, by the number of false alarms of the caller, then by age, the oldest first."""
    return sorted(caller.sos_by_code.values(), key=lambda sos: (sos.false_alarm_count, sos.at))


@screen(staff_only=True)
def sos_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [
        (_sos_line(caller, sos, _), link_to(sos_details, code=sos.code)) for sos in sort_open_sos(caller)[:MAX_LISTED]
    ]
    if not choices:
        return show_menu(_("Nobody calls."))
    return ask_question(_("Choose, or type a code."), link_to(code_typed), "code", *choices)


def _sos_line(caller: Caller, sos: Sos, _: Translator) -> str:
    said = _.ngettext("{n} comes", "{n} come", len(sos.coming_staff)).format(n=len(sos.coming_staff))
    return f"{sos.code} {format_clock(caller.world.local_time(sos.at))}, {said}"


@screen(staff_only=True)
def code_typed(caller: Caller, _: Translator, code: str) -> ScreenResult:
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        raise InvalidAnswer(_("Please type a number from the list."))
    return redirect(link_to(sos_details, code=code), caller, _)


@screen(staff_only=True)
def sos_details(caller: Caller, _: Translator, code: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return show_menu(_("This one is over."), (_("Calls"), link_to(sos_list)))
    areas = ", ".join(area_name(caller, area) for area in sos.areas)
    lines = [
        _sos_line(caller, sos, _),
        areas,
        sos.details,
        _("Word: {word}").format(word=sos.passphrase) if sos.passphrase else "",
        _("Somebody forced the caller: be careful.") if sos.is_under_duress else "",
        _("Asks for police: {phone}").format(phone=caller.world.profile.police)
        if SosTier.POLICE in sos.tiers and caller.world.profile.police
        else "",
        _("Go in twos. Meet outside. It can be a trap."),
    ]
    return show_menu(
        "\n".join(filter(None, lines)),
        (_("I come"), link_to(sos_answered, code=code, answer=SosAnswer.COMING.value)),
        (_("It is over, they are all right"), link_to(sos_answered, code=code, answer=SosAnswer.DONE.value)),
        (_("It was not real"), link_to(sos_answered, code=code, answer=SosAnswer.FALSE_ALARM.value)),
    )


@screen(staff_only=True)
def sos_answered(caller: Caller, _: Translator, code: str, answer: str) -> ScreenResult:
    if code not in caller.sos_by_code:
        return show_menu(_("This one is over."), (_("Calls"), link_to(sos_list)))
    said = (
        _("Thank you. They are told, without your name.")
        if answer == SosAnswer.COMING
        else _("Thank you. It is closed.")
    )
    return show_menu(said, (_("Team"), Link("team.team")), intents=[intents.AnswerSos(code, SosAnswer(answer))])

"""Going on and off duty by phone. A person who is on the way to a call for help is asked first."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.sos_answer import SosAnswer
from gateway.text import joins
from menus.engine.screen import Link, ScreenResult, Translator, link_to, screen, show_menu
from menus.permissions import require_staff

TEAM = Link("team.team")


def menu_entry(caller: Caller, _: Translator) -> tuple[str, Link]:
    if is_on_duty(caller):
        return _("I go off duty"), link_to(going_off if _calls_on_the_way(caller) else duty_set, on=False)
    return _("I go on duty"), link_to(duty_set, on=True)


def is_on_duty(caller: Caller) -> bool:
    staff = require_staff(caller)
    return staff in caller.world.roster.on_duty((staff,), caller.local_time)


def _calls_on_the_way(caller: Caller) -> list[str]:
    """Return the codes of the open calls to which this person comes."""
    own = require_staff(caller).id
    return sorted(sos.code for sos in caller.sos_by_code.values() if own in sos.still_coming)


@screen(staff_only=True)
def going_off(caller: Caller, _: Translator, on: bool) -> ScreenResult:
    """Ask a person who said that they come. Whoever called for help counts on it."""
    codes = _calls_on_the_way(caller)
    if not codes:
        return duty_set(caller, _, on=on)
    return show_menu(
        _("You said that you are coming to {codes}. Do you still go?").format(codes=joins.listed(_, codes)),
        (_("I stay on duty"), TEAM),
        (_("I cannot come, I go off duty"), link_to(duty_set, on=on, declines=True)),
        (_("I go there, then off duty"), link_to(duty_set, on=on)),
    )


@screen(staff_only=True)
def duty_set(caller: Caller, _: Translator, on: bool, declines: bool = False) -> ScreenResult:
    text = _("You are on duty.") if on else _("You are off duty. We text you only if nobody else answers.")
    codes = _calls_on_the_way(caller) if declines else ()
    declined = (intents.AnswerSos(code, SosAnswer.CANNOT) for code in codes)
    return show_menu(text, (_("Team"), TEAM), intents=[*declined, intents.SetDuty(on)])

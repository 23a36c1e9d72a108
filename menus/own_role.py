"""Screens behind the staff PIN for a person's own role: texts after STOP, and leaving the team."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.policy import sole_roles
from gateway.text.printed_keywords import fill_in
from menus.engine.screen import Link, ScreenResult, Translator, ask_consent, end_session, link_to, screen, show_menu
from menus.permissions import require_staff

TEAM = Link("team.team")


@screen(staff_only=True)
def own_role(caller: Caller, _: Translator) -> ScreenResult:
    leave = (_("Leave the team"), link_to(confirm_leaving))
    if not require_staff(caller).is_silenced:
        return show_menu(_("You get texts."), leave)
    said = fill_in(_("This phone sent {stop}. You get no texts."), _)
    return show_menu(said, (_("Get texts again"), link_to(texts_on)), leave)


@screen(staff_only=True)
def texts_on(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("You get texts."), (_("Team"), TEAM), intents=[intents.ResumeStaffTexts()])


@screen(staff_only=True)
def confirm_leaving(caller: Caller, _: Translator) -> ScreenResult:
    if sole_roles(caller.world, require_staff(caller)):
        return _cannot_leave(_)
    return ask_consent(_("Leave the team? Your tasks here end."), (_("Yes"), link_to(left)), (_("No"), TEAM))


@screen(staff_only=True)
def left(caller: Caller, _: Translator) -> ScreenResult:
    """End the roles. A colleague may have left since the question."""
    if sole_roles(caller.world, require_staff(caller)):
        return _cannot_leave(_)
    return end_session(_("Done. You have left the team."), intents=[intents.LeaveTeam()])


def _cannot_leave(_: Translator) -> ScreenResult:
    return show_menu(nobody_else_text(_), (_("Team"), TEAM))


def nobody_else_text(_: Translator) -> str:
    """Return why a role cannot end: its last person in an area keeps it."""
    return _("Nobody else does this here. First ask an admin to add a colleague.")

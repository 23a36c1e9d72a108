"""Screens of "Talk to someone": the hotline, people on duty, safety features and helpers."""

from collections.abc import Sequence

from gateway.model.caller import Caller
from gateway.model.helper import HelperKind
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role, Staff
from gateway.text import joins
from gateway.text.hours import format_typed_hours
from gateway.text.wording import cooperation_text, format_day_and_hour, helper_kind_name
from menus import contacts, detention, safe_call, sos
from menus.engine.screen import Link, ScreenResult, Translator, link_to, screen, show_menu

MENU_ENTRIES = (
    sos.menu_entry,
    detention.menu_entry,
    safe_call.menu_entry,
    contacts.menu_entry,
    safe_call.extend_menu_entry,
    contacts.request_menu_entry,
)
"""Entries of the features that the organisation turned on; they come before the helpers."""


@screen(neutral=True, allows_typeahead=True)
def talk(caller: Caller, _: Translator) -> ScreenResult:
    profile = caller.world.profile
    lines = [_duty_text(caller, _)]
    if not profile.hotline and caller.world.roster.advisers():
        lines.append(_("You can ask us: choose 'Tell us'."))
    colleagues = caller.has_feature(SOS_FEATURE) and caller.safe_call and caller.safe_call.notifies_responders
    if caller.safe_call and not (colleagues or (caller.safety_profile and caller.safety_profile.active_contacts)):
        lines.append(_("Nobody on your list gets a text if you are not back."))
    choices = [choice for entry in MENU_ENTRIES if (choice := entry(caller, _))]
    choices += [(helper.name, link_to(other_service, position=place)) for place, helper in enumerate(profile.helpers)]
    return show_menu(joins.sentences(_, *lines), *choices, choice_first=_place_of_last_act(choices))


def _place_of_last_act(choices: Sequence[tuple[str, Link]]) -> int:
    """Return how many choices stand on page 1: as far as the last one with which a caller gets help or ends a wait."""
    acts = {"sos.sos_menu", "detention.detained", "safe_call.end_safe_call"}
    return max((place for place, (_label, link) in enumerate(choices, 1) if link.screen in acts), default=1)


def call_text(caller: Caller, _: Translator) -> str:
    """Return the number to call. That a colleague answers is said only while somebody is there."""
    is_staffed = bool(caller.world.roster.on_duty(_colleagues(caller), caller.local_time))
    return sos.call_text(caller, _, is_answered=is_staffed)


def _colleagues(caller: Caller) -> tuple[Staff, ...]:
    return tuple(p for p in caller.world.roster.people if p.active and p.roles - {Role.CLINIC, Role.ADVISER})


def _duty_text(caller: Caller, _: Translator) -> str:
    """Return the number to call and who is on duty."""
    roster, people = caller.world.roster, _colleagues(caller)
    if roster.on_duty(people, caller.local_time):
        return joins.sentences(_, call_text(caller, _), _("Somebody is on duty now."))
    later = roster.next_on_duty(people, caller.local_time)
    if later is None:
        return joins.sentences(_, sos.call_text(caller, _), _("Nobody is on duty now."))
    there = _("Somebody is on duty from {when}.").format(when=format_day_and_hour(later, _))
    return joins.sentences(_, sos.call_text(caller, _), there)


@screen()
def other_service(caller: Caller, _: Translator, position: int) -> ScreenResult:
    """Show a helper outside the organisation: kind, phone, hours, and cooperation with police and immigration."""
    known = caller.world.profile.helpers
    if position >= len(known):
        return show_menu(_("This page is not here any more."))
    helper = known[position]
    lines = [
        joins.ended(_, joins.labelled(_, helper.name, helper_kind_name(helper.kind, _))),
        _("Call {phone}.").format(phone=helper.phone),
        format_typed_hours(helper.hours, _),
    ]
    if helper.kind is not HelperKind.POLICE:
        lines.append(cooperation_text(helper.police, helper.immigration, _))
    return show_menu("\n".join(line for line in lines if line))

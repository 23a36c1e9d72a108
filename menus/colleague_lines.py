"""Lines about a colleague, for staff: tasks, area, state, and what an admin wants to change."""

from gateway.model.caller import Caller
from gateway.model.staff import Role, Staff, StaffChange
from gateway.text import joins
from menus.areas import area_name
from menus.engine.screen import Translator
from menus.permissions import require_staff


def person_text(caller: Caller, person: Staff, _: Translator) -> str:
    said = joins.listed(_, (tasks_text(person.roles, _), area_text(caller, person, _)))
    lines = (joins.labelled(_, person.name, said), state_text(person, _), change_text(caller, person, _))
    return "\n".join(line for line in lines if line)


def role_name(role: Role, _: Translator) -> str:
    """Return what a person with this role does, for staff."""
    return {
        # Translators: tasks in the team, as in "Vera: checks reports"; each at most 30 characters.
        Role.SENDER: _("sends warnings"),
        Role.VERIFIER: _("checks reports"),
        Role.RESPONDER: _("answers calls for help"),
        Role.ADVISER: _("answers questions"),
        Role.ADMIN: _("leads the team"),
        Role.CLINIC: _("works in a clinic"),
    }[role]


def tasks_text(roles: frozenset[Role], _: Translator) -> str:
    return joins.listed(_, (role_name(role, _) for role in Role if role in roles))


def area_text(caller: Caller, about: Staff | StaffChange, _: Translator) -> str:
    return area_name(caller, about.area) if about.area else _("everywhere")


def state_text(person: Staff, _: Translator) -> str:
    if person.is_locked_out:
        return _("This phone is blocked.")
    return "" if person.active else _("This phone is not active yet.")


def change_text(caller: Caller, person: Staff, _: Translator) -> str:
    """Return what a colleague wants to change about this person, and who that is."""
    change = person.waiting_change(caller.now)
    first = caller.world.roster.by_id(change.by) if change else None
    if change is None or first is None:
        return ""
    if first.id == require_staff(caller).id:
        return _("A second person must agree first.")
    if not change.active:
        return _("{name} wants to block this phone.").format(name=first.name)
    if person.is_locked_out:
        return _("{name} wants to let this phone back in.").format(name=first.name)
    new = joins.listed(_, (tasks_text(change.roles, _), area_text(caller, change, _)))
    return joins.labelled(_, _("{name} wants").format(name=first.name), new)

"""Screens for admins: block a lost phone, and change the tasks or the area of a colleague. Verifiers agree to changes.

A name or an area is typed, so that a stolen phone is blocked in six keys however long the list is.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from gateway.model import intents, policy
from gateway.model.area import Area
from gateway.model.caller import Caller
from gateway.model.names import normalise_name
from gateway.model.staff import CHANGEABLE_ROLES, Role, Staff, StaffChange
from gateway.model.team_policy import may_lock_out_alone, needs_second_voice_about
from gateway.text import joins
from menus.areas import MAX_MATCHES, area_label
from menus.colleague_lines import person_text, role_name
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
from menus.own_role import nobody_else_text
from menus.permissions import require_staff

Choices = list[tuple[str, Link]]


def menu_entry(caller: Caller, _: Translator) -> Choices:
    """Return the entry of the team's menu: for admins always, for others if there is anybody whom they may see."""
    if not _is_admin(caller) and not _people(caller):
        return []
    waiting = sum(map(bool, (_change_to_agree(caller, person) for person in caller.world.roster.people)))
    label = _("Colleagues")
    return [(joins.labelled(_, label, str(waiting)) if waiting else label, link_to(colleague_list))]


def _is_admin(caller: Caller) -> bool:
    return Role.ADMIN in require_staff(caller).roles


def _change_to_agree(caller: Caller, person: Staff) -> StaffChange | None:
    """Return the change of this person that waits for the caller as second voice."""
    change = person.waiting_change(caller.now)
    is_theirs = change and policy.may(caller, intents.AgreeToStaffChange(person.id))
    return change if change and is_theirs and change.by != require_staff(caller).id else None


def _is_own_change(caller: Caller, person: Staff) -> bool:
    """Whether the caller asked for the change that waits, and may take it back."""
    change = person.waiting_change(caller.now)
    return bool(
        change and change.by == require_staff(caller).id and policy.may(caller, intents.DeclineStaffChange(person.id))
    )


def _people(caller: Caller) -> list[Staff]:
    """Return the colleagues whom the caller may see here: first those who wait for an agreement.

    Everybody sees which colleagues are locked out, because everybody is asked whether that is wrong.
    """
    others = [p for p in caller.world.roster.people if p.id != require_staff(caller).id]
    shown = others if _is_admin(caller) else [p for p in others if p.is_locked_out or _change_to_agree(caller, p)]
    return sorted(shown, key=lambda p: (_change_to_agree(caller, p) is None, p.name))


def _person(caller: Caller, staff_id: str) -> Staff | None:
    return next((p for p in _people(caller) if p.id == staff_id), None)


def _choices(caller: Caller, people: Sequence[Staff]) -> Choices:
    marks = ("! " if _change_to_agree(caller, p) else "" for p in people)
    return [(mark + p.name, link_to(colleague, staff_id=p.id)) for mark, p in zip(marks, people, strict=True)]


@screen(staff_only=True, allows_typeahead=True)
def colleague_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = _choices(caller, _people(caller))
    if not _is_admin(caller):
        return show_menu("" if choices else _("Nothing to check."), *choices)
    return ask_question(_("Who? Type the first letters of the name."), link_to(name_typed), "typed", *choices)


@screen(staff_only=True)
def name_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    wanted = normalise_name(typed)
    named = [(p, normalise_name(p.name)) for p in _people(caller)]
    found = [p for p, name in named if name == wanted] or [
        p for p, name in named if any(word.startswith(wanted) for word in (name, *name.split()))
    ]
    if not wanted or not found:
        raise InvalidAnswer(_("Nobody in the team has that name. Try other letters."))
    if len(found) == 1:
        return redirect(link_to(colleague, staff_id=found[0].id), caller, _)
    return show_menu("", *_choices(caller, found))


@screen(staff_only=True, allows_typeahead=True)
def colleague(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    """Show a colleague, with all that the caller may change. What is typed is the area of work."""
    person = _person(caller, staff_id)
    if person is None:
        return _gone(_)
    text = person_text(caller, person, _)
    if not person.active or not policy.may(caller, intents.ChangeStaff(person.id, person.roles, person.area)):
        return show_menu(text, *_acts(caller, person, _), choice_first=True)
    asked = f"{text}\n" + _("Another area? Type its first letters.")
    return ask_question(
        asked, link_to(area_typed, staff_id=staff_id), "typed", *_acts(caller, person, _), choice_first=True
    )


def _acts(caller: Caller, person: Staff, _: Translator) -> Choices:
    """Return what the caller may do, the most urgent first."""
    id_ = person.id
    choices: Choices = []
    if _change_to_agree(caller, person):
        choices.append((_("Yes, I agree"), link_to(change_agreed, staff_id=id_)))
        choices.append((_("No"), link_to(change_declined, staff_id=id_)))
    if person.active and policy.may(caller, intents.LockOutStaff(id_)):
        choices.append((_("Block this phone"), link_to(confirm_lockout, staff_id=id_)))
    if person.active and policy.may(caller, intents.ChangeStaff(id_, person.roles, person.area)):
        choices.append((_("Change tasks"), link_to(tasks, staff_id=id_)))
        if person.area and policy.may(caller, intents.ChangeStaff(id_, person.roles, "")):
            choices.append((_("Work everywhere"), link_to(area_changed, staff_id=id_, area="")))
    if person.is_locked_out and not person.waiting_change(caller.now) and policy.may(caller, intents.LetStaffBack(id_)):
        label = _("Let this phone back in") if _is_admin(caller) else _("This is wrong")
        choices.append((label, link_to(let_back, staff_id=id_)))
    if _is_own_change(caller, person):
        choices.append((_("Take it back"), link_to(change_declined, staff_id=id_)))
    return choices


def _gone(_: Translator) -> ScreenResult:
    return show_menu(_("A colleague decided this first."), (_("Team"), Link("team.team")))


@screen(staff_only=True)
def confirm_lockout(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    person = _person(caller, staff_id)
    if person is None:
        return _gone(_)
    asked = _("Block the phone of {name}? It loses all tasks at once.").format(name=person.name)
    return show_menu(
        asked,
        (_("Yes, block it"), link_to(locked_out, staff_id=staff_id)),
        (_("No"), link_to(colleague, staff_id=staff_id)),
        choice_first=True,
    )


@screen(staff_only=True)
def locked_out(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    person = _person(caller, staff_id)
    if person is None or not person.active:
        return _gone(_)
    is_alone = may_lock_out_alone(caller.world, require_staff(caller), person, caller.now)
    said = _("Blocked. We tell colleagues.") if is_alone else _("A second person must agree first.")
    return _done(said, intents.LockOutStaff(staff_id), _)


def _done(said: str, intent: intents.Intent, _: Translator) -> ScreenResult:
    return show_menu(said, (_("Colleagues"), link_to(colleague_list)), intents=[intent])


@screen(staff_only=True, allows_typeahead=True)
def tasks(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    """List the tasks that can be given or taken. Each is one key."""
    person = _person(caller, staff_id)
    if person is None:
        return _gone(_)
    # Translators: {task} is a task in the team, as "checks reports".
    take, give = _("Take away: {task}"), _("Give: {task}")
    choices = [
        (
            (take if role in person.roles else give).format(task=role_name(role, _)),
            link_to(task_changed, staff_id=staff_id, role=role.value),
        )
        for role in Role
        if role in CHANGEABLE_ROLES
    ]
    return show_menu(person.name, *choices)


@screen(staff_only=True)
def task_changed(caller: Caller, _: Translator, staff_id: str, role: str) -> ScreenResult:
    person = _person(caller, staff_id)
    return _change(caller, _, person, person.roles ^ {Role(role)}, person.area) if person else _gone(_)


@screen(staff_only=True)
def area_typed(caller: Caller, _: Translator, staff_id: str, typed: str) -> ScreenResult:
    """Change the area at once where one is meant; otherwise ask which."""
    atlas = caller.world.atlas
    found: Sequence[Area] = atlas.find(typed)
    if len(found) != 1:
        found = atlas.starting_with(typed, MAX_MATCHES) or atlas.suggest(typed)
    if not found:
        raise InvalidAnswer(_("No area has that name. Try other letters."))
    links = [link_to(area_changed, staff_id=staff_id, area=area.id) for area in found]
    if len(links) == 1:
        return redirect(links[0], caller, _)
    labels = (area_label(caller, area, _) for area in found)
    return show_menu(_("Which area?"), *zip(labels, links, strict=True))


@screen(staff_only=True)
def area_changed(caller: Caller, _: Translator, staff_id: str, area: str) -> ScreenResult:
    person = _person(caller, staff_id)
    return _change(caller, _, person, person.roles, area) if person else _gone(_)


def _change(caller: Caller, _: Translator, person: Staff, roles: frozenset[Role], area: str) -> ScreenResult:
    """Change roles or area, unless a role would be left without anybody there."""
    change, back = intents.ChangeStaff(person.id, roles, area), (_("Colleagues"), link_to(colleague_list))
    if not policy.may(caller, change):
        return show_menu(_("This area is not yours."), back)
    if not roles or policy.sole_roles(caller.world, person, replace(person, roles=roles, area=area)):
        return show_menu(nobody_else_text(_), back)
    return _done(_voice_text(caller, person, _), change, _)


def _voice_text(caller: Caller, person: Staff, _: Translator) -> str:
    waits = needs_second_voice_about(caller.world, require_staff(caller), person)
    return _("A second person must agree first.") if waits else _("Done.")


@screen(staff_only=True)
def let_back(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    person = _person(caller, staff_id)
    if person is None or not person.is_locked_out:
        return _gone(_)
    said = _voice_text(caller, person, _) if _is_admin(caller) else _("A second person must agree first.")
    return _done(said, intents.LetStaffBack(staff_id), _)


@screen(staff_only=True)
def change_agreed(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    person = _person(caller, staff_id)
    if person is None or not _change_to_agree(caller, person):
        return _gone(_)
    return _done(_("Done."), intents.AgreeToStaffChange(staff_id), _)


@screen(staff_only=True)
def change_declined(caller: Caller, _: Translator, staff_id: str) -> ScreenResult:
    """Decline a change, of which the colleague who asked hears, or take the own one back."""
    person = _person(caller, staff_id)
    if person is None or not (_change_to_agree(caller, person) or _is_own_change(caller, person)):
        return _gone(_)
    said = _("Done.") if _is_own_change(caller, person) else _("Declined. We tell the colleague who asked.")
    return _done(said, intents.DeclineStaffChange(staff_id), _)

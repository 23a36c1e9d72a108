"""Screens for the organisation about its clinics: how visits went, and a phone for a new nurse."""

import secrets

from gateway.errors import BadInput
from gateway.model import intents, policy
from gateway.model.caller import Caller
from gateway.model.clinic import Clinic
from gateway.model.clinic_state import ClinicState
from gateway.model.staff import MAX_NURSES, VERIFIER_ROLES, Role
from gateway.numbers import Number
from gateway.text import joins
from gateway.text.estimate import short_count
from gateway.text.gsm import clip
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    end_session,
    link_to,
    screen,
    show_menu,
)
from menus.permissions import require_staff
from menus.referrals import MAX_CLINIC_NAME_CHARS
from menus.safe_call_note import not_a_number_text


def menu_entries(caller: Caller, _: Translator) -> list[tuple[str, Link]]:
    """Return the entries of verifiers and admins, where there is anything behind them."""
    entries = []
    if _rated(caller):
        entries.append((_("How visits went"), link_to(visits)))
    if _clinics_to_staff(caller):
        entries.append((_("A new nurse's phone"), link_to(nurse_clinic)))
    return entries


def _rated(caller: Caller) -> list[tuple[Clinic, ClinicState]]:
    """Return the clinics of which callers told how visits went, those with more unkind ones first."""
    if not require_staff(caller).roles & VERIFIER_ROLES:
        return []
    directory = caller.world.directory
    found = [(clinic, directory.state(clinic.code)) for clinic in directory if clinic.is_checked]
    told = [pair for pair in found if pair[1].kind_visits or pair[1].unkind_visits]
    return sorted(told, key=lambda pair: (-pair[1].rating_rank, pair[0].name))


@screen(staff_only=True)
def visits(caller: Caller, _: Translator) -> ScreenResult:
    """Show how visits went, rounded: a small number could tell which visitor said it."""
    lines = [
        joins.labelled(
            _,
            clip(clinic.name, MAX_CLINIC_NAME_CHARS),
            _("kind {kind}, unkind {unkind}").format(
                kind=short_count(state.kind_visits), unkind=short_count(state.unkind_visits)
            ),
        )
        for clinic, state in _rated(caller)
    ]
    return show_menu("\n".join(lines) or _("Nothing new."))


def _clinics_to_staff(caller: Caller) -> list[Clinic]:
    """Return the clinics with a phone to which this person may add another one."""
    if Role.ADMIN not in require_staff(caller).roles:
        return []
    found = {p.clinic for p in caller.world.roster.people if Role.CLINIC in p.roles}
    clinics = [clinic for code in found if (clinic := caller.world.directory.get(code))]
    may = [c for c in clinics if policy.may(caller, intents.InviteNurse(c.area_id, c.code, "", ""))]
    return sorted(may, key=lambda clinic: clinic.name)


@screen(staff_only=True)
def nurse_clinic(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(
        _("For which place?"),
        *(
            (clip(clinic.name, MAX_CLINIC_NAME_CHARS), link_to(nurse_number, clinic=clinic.code))
            for clinic in _clinics_to_staff(caller)
        ),
    )


@screen(staff_only=True)
def nurse_number(caller: Caller, _: Translator, clinic: str) -> ScreenResult:
    if len(caller.world.roster.phones_of(clinic)) >= MAX_NURSES:
        return show_menu(_("This place has {n} phones. First take one off.").format(n=MAX_NURSES))
    return ask_question(_("The new phone's number?"), link_to(nurse_invited, clinic=clinic), "number")


@screen(staff_only=True)
def nurse_invited(caller: Caller, _: Translator, clinic: str, number: str) -> ScreenResult:
    """Invite the phone. The PIN is told in person, because whoever reads both texts could answer visitors."""
    found = next((c for c in _clinics_to_staff(caller) if c.code == clinic), None)
    e164 = _parse_number(number, caller, _)
    if found is None:
        return nurse_clinic(caller, _)
    if caller.secret_checks.has_role(e164):
        raise InvalidAnswer(_("This phone has a task already."))
    pin = f"{secrets.randbelow(10**4):04}"
    said = _("We text this phone a code, and it answers. Its PIN: {pin}. Tell the nurse in person.").format(pin=pin)
    return end_session(said, intents=[intents.InviteNurse(found.area_id, clinic, e164, pin)])


def _parse_number(typed: str, caller: Caller, _: Translator) -> str:
    """Return the number in E.164. Raise InvalidAnswer if it is none."""
    try:
        return Number.parse_typed(typed, caller.world.profile.region).e164
    except BadInput:
        raise InvalidAnswer(not_a_number_text(caller, _)) from None

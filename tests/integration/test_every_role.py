"""Every role has its name, and every screen of the team opens for every role: a person of each is in each list."""

from collections.abc import Iterator

import pytest

from gateway.cli.enrolment import enrol_staff
from gateway.deployment import Deployment
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role
from gateway.numbers import Number
from menus.colleague_lines import role_name
from menus.engine.screen import choice_keys
from tests.harness.cast import NUMBERS, NURSE, RESPONDERS, TEAM
from tests.harness.town import Town, TownPhone

PEOPLE = {name: row[3] for name, row in (TEAM | RESPONDERS).items()} | {NURSE[0]: NURSE[3]}
"""the PIN of each person"""
DEPTH = 2
"""keys below the menu of the team"""
STAFF_MODULES = ("colleagues.", "own_role.", "team.", "responders.", "advice.", "clinic_")


@pytest.fixture
def full(town: Town) -> Town:
    town.turn_on(SOS_FEATURE)
    return town


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name_in_every_language(role: Role, deployment: Deployment) -> None:
    for language in deployment.languages:
        assert role_name(role, language.translator)


def walks(town: Town, phone: TownPhone, pin: str, *before: str, depth: int = DEPTH) -> Iterator[str]:
    """Open every screen below these keys, and yield each."""
    town.sleep(300)
    phone.dial("1", "7", pin, "8", *before)
    yield phone.screen
    session = phone.session()
    keys = choice_keys(session.choices)
    if depth and session.location.screen.startswith(STAFF_MODULES) and phone.open:
        for key in keys[: session.choices_seen]:
            yield from walks(town, phone, pin, *before, key, depth=depth - 1)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_screen_of_the_team_opens(name: str, full: Town) -> None:
    screens = list(walks(full, full[name], PEOPLE[name]))
    assert len(screens) > 2


@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "Zuhura"])
def test_an_admin_opens_every_colleague(name: str, full: Town) -> None:
    """An adviser could not be opened, so a stolen adviser's phone could not be blocked by dialling."""
    enrol_staff(Number.parse(NUMBERS["Bahati"]), "Bahati", Role.RESPONDER, active=True)
    called = "ndoto" if name == NURSE[0] else name.lower()
    full["Zuhura"].dial("1", "7", PEOPLE["Zuhura"], "8")
    full["Zuhura"].choose("Colleagues")
    assert "Block this phone" in full["Zuhura"].press(called)
    assert full["Zuhura"].press("1", "1").startswith(("Blocked.", "A second person"))

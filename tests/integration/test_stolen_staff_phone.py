"""A staff phone is stolen with its PIN, or an admin is bought: what one person's keys change about colleagues."""

import pytest
from msgspec.structs import replace

from gateway.cli.enrolment import enrol_staff
from gateway.model import intents
from gateway.model.sos import SOS_FEATURE
from gateway.model.staff import Role, Staff
from gateway.numbers import Number
from tests.harness.cast import NUMBERS, TEAM
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

WAITS = "A second person must agree first."
BEFORE_TEAM = ("7", "8")
"""the keys for PIN and Team; the language and the PIN are no keys of the count"""


def person(town: Town, name: str) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


def press(town: Town, name: str, *keys: str) -> str:
    """Press these keys in the menu of the team. Six keys are the most, with those before it."""
    assert len(BEFORE_TEAM) + len(keys) <= 6
    town.sleep(300)
    return town[name].dial("1", "7", TEAM[name][3], "8", *keys)


def lock_out(town: Town, by: str, *names: str) -> None:
    for name in names:
        do(town, by, intents.LockOutStaff(person(town, name).id))


def make_admin(town: Town, name: str) -> None:
    def write(world, transaction, now):  # type: ignore[no-untyped-def]
        admin = replace(person(town, name), roles=frozenset({Role.ADMIN}), area="")
        town.store.world_cache.staff.put(transaction, admin.token, admin)

    town.store.transact(write)


def test_six_keys_lock_a_stolen_phone_out(town: Town) -> None:
    town["Vera"].dial("1", "7", "2468", "8")
    assert press(town, "Zuhura", "4", "vera", "1", "1").startswith("Blocked.")
    assert not person(town, "Vera").active and not person(town, "Vera").code_hashes
    assert town["Vera"].press("1") == "This menu has changed."
    assert "Team" not in town["Vera"].dial("1", "7", "2468")


def test_colleagues_are_told_and_the_thief_is_not(town: Town) -> None:
    press(town, "Zuhura", "4", "vera", "1", "1")
    said = "Zuhura blocked the phone of Vera. Is that wrong? Dial *384*2024#"
    assert said in town.inbox("Wema")
    assert said not in town.inbox("Vera") + town.inbox("Zuhura")


def test_no_text_and_no_other_role_locks_out(town: Town) -> None:
    assert "Colleagues" not in press(town, "Vera")
    lock_out(town, "Vera", "Sabra")
    lock_out(town, "Sabra", "Vera")
    assert person(town, "Sabra").active and person(town, "Vera").active


def test_a_thief_with_an_admins_phone_locks_out_three_a_day(town: Town) -> None:
    for name in ("Amina", "Bahati"):
        enrol_staff(Number.parse(NUMBERS[name]), name, Role.VERIFIER, active=True)
    lock_out(town, "Zuhura", "Sabra", "Vera", "Amina", "Wema")
    assert person(town, "Wema").active and person(town, "Wema").change is not None
    do(town, "Bahati", intents.AgreeToStaffChange(person(town, "Wema").id))
    assert not person(town, "Wema").active


def test_the_last_one_with_a_role_needs_two(town: Town) -> None:
    town.turn_on(SOS_FEATURE)
    lock_out(town, "Zuhura", "Rehema", "Salma")
    assert not person(town, "Rehema").active and person(town, "Salma").active
    do(town, "Wema", intents.AgreeToStaffChange(person(town, "Salma").id))
    assert not person(town, "Salma").active


def test_a_role_and_an_area_wait_for_a_second_verifier(town: Town) -> None:
    assert press(town, "Zuhura", "4", "sabra", "2", "2").startswith(WAITS)
    assert person(town, "Sabra").roles == {Role.SENDER}
    do(town, "Zuhura", intents.AgreeToStaffChange(person(town, "Sabra").id))
    assert person(town, "Sabra").roles == {Role.SENDER}
    town.work()
    assert any(text.startswith("A change in the team waits") for text in town.inbox("Wema"))
    shown = press(town, "Wema", "4", "1")
    assert "Zuhura wants: sends warnings, checks reports, Kasri" in shown
    assert town["Wema"].press("1").startswith("Done.")
    assert person(town, "Sabra").roles == {Role.SENDER, Role.VERIFIER}
    assert press(town, "Zuhura", "4", "sabra", "zumari").startswith(WAITS)
    do(town, "Wema", intents.AgreeToStaffChange(person(town, "Sabra").id))
    assert person(town, "Sabra").area == area_id(town, "Zumari")


def test_an_admin_alone_in_the_team_needs_nobody(town: Town) -> None:
    lock_out(town, "Zuhura", "Wema", "Vera")
    assert press(town, "Zuhura", "4", "sabra", "2", "2").startswith("Done.")
    assert person(town, "Sabra").roles == {Role.SENDER, Role.VERIFIER}


def test_a_change_that_waits_lapses_after_a_day(town: Town) -> None:
    press(town, "Zuhura", "4", "sabra", "2", "2")
    town.sleep(86500)
    do(town, "Wema", intents.AgreeToStaffChange(person(town, "Sabra").id))
    assert person(town, "Sabra").roles == {Role.SENDER}


def test_two_people_let_a_phone_back_in(town: Town) -> None:
    lock_out(town, "Zuhura", "Vera")
    assert press(town, "Zuhura", "4", "vera", "1").startswith(WAITS)
    do(town, "Vera", intents.AgreeToStaffChange(person(town, "Vera").id))
    assert not person(town, "Vera").active
    do(town, "Wema", intents.AgreeToStaffChange(person(town, "Vera").id))
    assert person(town, "Vera").active and not person(town, "Vera").is_locked_out


@pytest.mark.parametrize("roles", [frozenset({Role.CLINIC}), frozenset[Role]()], ids=["clinic", "none"])
def test_no_phone_gets_a_role_that_it_cannot_have(town: Town, roles: frozenset[Role]) -> None:
    sabra = person(town, "Sabra")
    do(town, "Zuhura", intents.ChangeStaff(sabra.id, roles, sabra.area))
    assert person(town, "Sabra") == sabra


def test_any_admin_locks_another_admin_out(town: Town) -> None:
    make_admin(town, "Wema")
    lock_out(town, "Wema", "Zuhura")
    assert not person(town, "Zuhura").active, "the thief's phone is another admin's to block"


def test_a_verifier_says_that_a_block_is_wrong_and_the_admin_who_blocked_hears_it(town: Town) -> None:
    lock_out(town, "Zuhura", "Vera")
    town.work()
    town.inbox("Zuhura")
    assert "This is wrong" in press(town, "Wema", "4", "1")
    assert town["Wema"].choose("This is wrong").startswith(WAITS)
    assert not person(town, "Vera").active, "one verifier lets nobody back in"
    said = "Wema says: it was wrong to block the phone of Vera. Dial *384*2024#"
    assert town.inbox("Zuhura") == [said]
    assert press(town, "Zuhura", "4", "vera").startswith(
        "Vera: checks reports, Kasri\nThis phone is blocked.\nWema wants"
    )
    assert town["Zuhura"].choose("Yes, I agree").startswith("Done.")
    assert person(town, "Vera").active


def test_the_verifier_takes_it_back(town: Town) -> None:
    lock_out(town, "Zuhura", "Vera")
    do(town, "Wema", intents.LetStaffBack(person(town, "Vera").id))
    press(town, "Wema", "4", "1")
    assert town["Wema"].choose("Take it back").startswith("Done.")
    assert person(town, "Vera").change is None
    do(town, "Zuhura", intents.AgreeToStaffChange(person(town, "Vera").id))
    assert not person(town, "Vera").active


def test_a_phone_that_is_blocked_says_nothing_of_its_own_block(town: Town) -> None:
    lock_out(town, "Zuhura", "Vera")
    do(town, "Vera", intents.LetStaffBack(person(town, "Vera").id))
    assert person(town, "Vera").change is None


def test_a_colleague_declines_a_change_and_who_asked_hears_it(town: Town) -> None:
    press(town, "Zuhura", "4", "sabra", "2", "2")
    town.work()
    town.inbox("Zuhura")
    press(town, "Wema", "4", "1")
    assert town["Wema"].choose("No").startswith("Declined. We tell the colleague who asked.")
    assert person(town, "Sabra").change is None and person(town, "Sabra").roles == {Role.SENDER}
    assert town.inbox("Zuhura") == ["Wema said no to your change about Sabra. Dial *384*2024#"]
    do(town, "Wema", intents.AgreeToStaffChange(person(town, "Sabra").id))
    assert person(town, "Sabra").roles == {Role.SENDER}


def test_nobody_declines_what_is_wanted_about_the_own_phone(town: Town) -> None:
    do(town, "Zuhura", intents.ChangeStaff(person(town, "Vera").id, frozenset({Role.SENDER}), ""))
    do(town, "Vera", intents.DeclineStaffChange(person(town, "Vera").id))
    assert person(town, "Vera").change is not None

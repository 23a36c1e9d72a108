"""The adversary knows one code of a phone and uses it to find another one, or to stay where they were removed."""

import pytest
from click.testing import CliRunner

from gateway.cli import clients
from gateway.model import intents
from gateway.model.duress import DURESS_S, RESTORE_STEP_S, WRONG_PINS_WINDOW_S
from gateway.model.feature import Feature
from tests.harness.cast import NUMBERS, RESPONDERS, number
from tests.harness.steps_safe_call import PIN, SECOND, set_pins
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    do(town, "Amina", intents.Subscribe(area_id(town)))
    set_pins(town)
    return town


def test_the_second_code_between_wrong_pins_does_not_help_to_find_the_pin(town: Town) -> None:
    """A right code after each four wrong ones cleared the count, so that 10,000 could be tried in a day."""
    for n in range(4):
        town["Amina"].dial("1", "7", f"730{n}")
    town["Amina"].dial("1", "7", SECOND)
    town["Amina"].dial("1", "7", "7304")
    town["Amina"].dial("1", "7", PIN)
    assert town.store.read_turn(number("Amina")).true_account, "not opened by the PIN"
    town.sleep(WRONG_PINS_WINDOW_S)
    town["Amina"].dial("1", "7", PIN)
    assert town.store.read_turn(number("Amina")).true_account is None


def test_the_pin_of_the_team_does_not_help_to_find_the_owners_pin(town: Town) -> None:
    do(town, "Rehema", intents.Subscribe(area_id(town)), intents.SetOwnPin(PIN))
    for n in range(5):
        town["Rehema"].dial("1", "7", f"730{n}")
        if n < 4:
            town["Rehema"].dial("1", "7", RESPONDERS["Rehema"][3])
    assert "You get no alerts yet" in town["Rehema"].dial("1", "7", PIN, "1"), "the empty account"


def test_the_pin_of_the_team_does_not_count_as_a_wrong_one(town: Town) -> None:
    do(town, "Rehema", intents.Subscribe(area_id(town)), intents.SetOwnPin(PIN))
    for _n in range(6):
        assert "Team" in town["Rehema"].dial("1", "7", RESPONDERS["Rehema"][3])
    assert "Stop area texts" in town["Rehema"].dial("1", "7", PIN, "1")


def test_a_member_who_is_removed_does_not_come_back_by_typing_the_second_code(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bought member types the second code before the organisation removes them, and waits a day."""
    do(town, "Vera", intents.InviteMember(NUMBERS["Amina"]))
    do(town, "Amina", intents.AcceptMembership())
    town["Amina"].dial("1", "7", SECOND)
    monkeypatch.setattr(clients, "load_deployment", lambda: town.context.deployment)
    assert CliRunner().invoke(clients.clients, ["remove"], input=NUMBERS["Amina"] + "\n").exit_code == 0
    assert town.store.read_turn(number("Amina")).member is None
    town.sleep(DURESS_S + RESTORE_STEP_S)
    town.work()
    turn = town.store.read_turn(number("Amina"))
    assert turn.true_account is None and turn.member is None


@pytest.mark.parametrize(("opened", "other"), [(PIN, SECOND), (SECOND, PIN)], ids=["in one world", "in the other"])
def test_a_captor_who_chooses_new_digits_again_and_again_does_not_find_the_other_code(
    town: Town, opened: str, other: str
) -> None:
    """*That is your second code* would tell the captor that there is one, or which digits are the true PIN."""
    town["Amina"].dial("1", "7", opened)
    for n in range(5):
        assert answer_to(town, f"730{n}").startswith("Type the 4 digits again.")
    refused = answer_to(town, other)
    assert refused.startswith("We cannot add anything now.")
    assert town["Amina"].press("7309") == refused, "as digits that are no code"


def answer_to(town: Town, digits: str) -> str:
    """Return what the choice of these digits shows, in the session that is open."""
    return town["Amina"].press("0", "6", "4", digits)

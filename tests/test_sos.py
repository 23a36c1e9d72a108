"""Calls for help: what a second code does, who is asked, and that every code on a text can be opened."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import Answer, Ring, Sos
from tests.cast import NUMBERS, number
from tests.test_backup import do
from tests.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature)
    return town


def call(town: Town, name: str = "Amina") -> Sos:
    sos = town.store.read(number(name)).sos
    assert sos
    return sos


def force(town: Town) -> None:
    """Amina calls, and somebody makes her end it after a while."""
    do(town, "Amina", intents.SetPin("2468"), intents.SetDuress("1357"))
    do(town, "Amina", intents.CallHelp())


@pytest.mark.parametrize("steps", range(5))
def test_a_second_code_alarms_whenever_it_is_typed(town: Town, steps: int) -> None:
    force(town)
    for _step in range(steps):
        town.work()
        town.sleep(121)
    town.work()
    do(town, "Salma", intents.AnswerHelp(call(town).code, Answer.COMING))
    for name in NUMBERS:
        town.inbox(name)
    do(town, "Amina", intents.HelpOver("1357"))
    for name in ("Rehema", "Salma", "Vera", "Zuhura"):
        assert any("wanted" in text for text in town[name].inbox()), name
    assert "forced" in town["Salma"].dial("7", "3434", "1", "1")
    do(town, "Amina", intents.HelpOver("1357"))
    assert town["Salma"].inbox() == [], "said once"


def test_after_a_second_code_her_phone_is_silent(town: Town) -> None:
    force(town)
    town.work()
    do(town, "Amina", intents.HelpOver("1357"))
    for _step in range(4):
        town.sleep(121)
        town.work()
    do(town, "Salma", intents.AnswerHelp(call(town).code, Answer.COMING))
    town.work()
    do(town, "Salma", intents.AnswerHelp(call(town).code, Answer.DONE))
    assert town["Amina"].inbox() == []


def test_a_responder_who_calls_is_none_of_the_two(town: Town) -> None:
    do(town, "Rehema", intents.CallHelp())
    assert town["Rehema"].inbox() == []
    asked = [name for name in ("Salma", "Vera", "Wema", "Zuhura") if town[name].inbox()]
    assert "Salma" in asked and len(asked) >= 2


def test_nobody_is_said_to_be_there_who_would_not_hear(town: Town) -> None:
    for name in ("Rehema", "Salma"):
        do(town, name, intents.Duty(on=False))
    assert "Somebody is on duty now" in town["Amina"].dial("1", "4", "1")
    do(town, "Amina", intents.SetRings((Ring.PEERS,)))
    town.sleep(300)
    assert "Nobody is on duty now" in town["Amina"].dial("1", "4", "1")


def test_every_code_can_be_opened_however_many_call(town: Town) -> None:
    callers = ("Bahati", "Chiku", "Dafina", "Vera", "Wema", "Sabra", "Zuhura", "Rehema", "Amina")
    for name in callers:
        do(town, name, intents.CallHelp())
        town.work()
        town.sleep(1)
    do(town, "Amina", intents.HelpPlace("by the port"))
    town["Salma"].dial("7", "3434", "1")
    assert "number from the list" in town["Salma"].press("77")
    assert "This one is over." in town["Salma"].press("0000")
    town["Salma"].press("1")
    assert "by the port" in town["Salma"].press(call(town).code)

"""The first line of home: how many things wait, behind the PIN, under a key that moves no other."""

from gateway.model import intents
from tests.harness.steps_dial_texts import ANNOUNCED
from tests.harness.steps_turns import do
from tests.harness.town import Town


def answered_visit(town: Town) -> None:
    ANNOUNCED["An answer waits for you. Dial {dial}"][0].happens(town)


def test_several_things_lead_to_a_list(town: Town) -> None:
    answered_visit(town)
    do(town, "Amina", intents.AskUs("may I?"))
    [asked] = town.store.read_world().conversations.values()
    do(town, "Asha", intents.AnswerQuestion(asked.code, "You can."))
    assert town["Amina"].dial("1").startswith("99. ! 2 wait\n")
    assert set(town["Amina"].press("99").splitlines()[:2]) == {"1. My visit", "2. An answer for you"}
    town["Amina"].choose("An answer for you")
    assert "You can." in town["Amina"].screen


def test_no_key_of_home_moves(town: Town) -> None:
    without = town["Dafina"].dial("1").splitlines()[1:]
    answered_visit(town)
    assert town["Amina"].dial("1").splitlines()[1:] == without
    assert "Police" in town["Amina"].dial("1", "3"), "keys that are dialled at once mean the same"


def test_before_the_own_pin_nothing_waits(town: Town) -> None:
    answered_visit(town)
    do(town, "Amina", intents.SetOwnPin("2580"), intents.Subscribe(town.store.read_world().atlas.resolve("Kasri").id))
    do(town, "Amina", intents.SetOwnPin("2580"))
    assert "waits" not in town["Amina"].dial("1")
    assert "Nothing new." not in town["Amina"].press("99") and "waits" not in town["Amina"].screen
    assert town["Amina"].press("7", "2580").startswith("99. ! 1 waits")

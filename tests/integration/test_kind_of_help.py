"""Responders read what is wrong: from the caller's words, an answer, or what the caller told before."""

import pytest

from gateway.model import intents
from gateway.model.contacts import SafetyProfile
from gateway.model.feature import Feature
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from gateway.model.world import World
from gateway.store import Transaction
from tests.harness.cast import number
from tests.harness.steps_sos import running_sos
from tests.harness.steps_turns import do
from tests.harness.town import Town

CALL = ("1", "7", "3434", "8", "1", "1")
"""Salma's keys from dialling to the first call of the list"""


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def read(town: Town) -> str:
    """Return all that Salma reads of the first call, as one line."""
    shown = town["Salma"].dial(*CALL)
    while "\n98. " in town["Salma"].screen:
        shown += "\n" + town["Salma"].press("98")
    return shown.replace("\n", " ")


@pytest.mark.parametrize("words", ["he has a knife", "SOS he has a knife"])
def test_the_words_of_a_text_say_what_is_wrong(town: Town, words: str) -> None:
    town["Dafina"].text(words)
    assert "What is wrong: violence" in read(town)


def test_words_that_are_typed_on_a_screen_do_too_and_kinds_add_up(town: Town) -> None:
    town["Dafina"].dial("1", "4", "1", "1", "police are here", "i am bleeding")
    assert "What is wrong: police, hurt or ill" in read(town)


def test_nothing_is_shown_where_nothing_was_said(town: Town) -> None:
    town["Dafina"].dial("1", "4", "1", "1", "by the port")
    assert "What is wrong" not in read(town)


@pytest.mark.parametrize(
    ("label", "answer", "shown"), [("Hurt?", "3", "hurt or ill"), ("What is wrong?", "police took me", "police")]
)
def test_an_answer_to_a_question_says_it(town: Town, label: str, answer: str, shown: str) -> None:
    town["Dafina"].text("SOS by the port")
    town["Salma"].dial(*CALL)
    town["Salma"].choose("Ask the caller", label)
    town["Dafina"].inbox()
    town["Dafina"].text(answer)
    assert town["Dafina"].inbox()[-1].startswith("We passed it on.")
    assert f"What is wrong: {shown}" in read(town)


def test_the_question_what_is_wrong_stands_on_the_screen_and_names_nothing(town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    do(town, "Salma", intents.AskSosCaller(running_sos(town, "Dafina").code, SosQuestion.WHAT))
    assert "What is happening?" in town["Dafina"].inbox()
    assert town["Dafina"].dial("1", "4", "1").startswith("What is happening?")
    town["Dafina"].text("he has a knife")
    assert "What is happening?" not in town["Dafina"].dial("1", "4", "1")


def test_a_no_says_nothing_is_wrong_there(town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    do(town, "Salma", intents.AskSosCaller(running_sos(town, "Dafina").code, SosQuestion.HURT))
    town["Dafina"].text("4")
    assert "What is wrong" not in read(town)


def warn_contacts(town: Town, hours_ago: int) -> None:
    """Let the arrest message have left so long ago."""
    owner = town.store.read_turn(number("Dafina")).safety_token
    tag, raw, _profile = town.store.safety_records.read_safety_profile_of(owner)

    def write(world: World, transaction: Transaction, now: int) -> None:
        told = SafetyProfile(owner, "en", 0, arrest_texts=(now - hours_ago * 3600,))
        town.store.safety_records.save_safety_profile(transaction, tag, told, raw)

    town.store.transact(write)


def test_who_warned_contacts_of_an_arrest_is_held_by_police(town: Town) -> None:
    warn_contacts(town, hours_ago=1)
    town["Dafina"].dial("1", "4", "1", "1")
    assert "What is wrong: police, cannot leave" in read(town)
    do(town, "Dafina", intents.EndSos())
    warn_contacts(town, hours_ago=48)
    town["Dafina"].dial("1", "4", "1", "1")
    assert "What is wrong" not in read(town)


# --- what is wrong is no place


def test_nobody_is_on_the_way_to_a_call_that_only_says_what_is_wrong(town: Town) -> None:
    town["Dafina"].text("SOS he has a knife")
    assert "Where are you?" in town["Dafina"].inbox()[0]
    town["Salma"].dial(*CALL)
    assert "We ask the caller where" in town["Salma"].choose("I am coming")
    assert town["Dafina"].inbox() == ["1 person saw it. Where are you?"]
    town["Dafina"].text("he is beating me")
    assert town["Dafina"].inbox() == ["We passed it on. 1 person read it. Where are you?"]
    town["Dafina"].text("blue hotel room 5")
    assert town["Dafina"].inbox() == ["We passed it on."]
    read(town)
    assert town["Dafina"].inbox() == ["1 person is on the way."]


def test_a_place_that_was_told_stays_told(town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    town["Dafina"].text("he has a knife")
    do(town, "Salma", intents.AnswerSos(running_sos(town, "Dafina").code, SosAnswer.COMING))
    assert "1 person is on the way." in town["Dafina"].inbox()


# --- a late note


def late(town: Town, place: str = "") -> None:
    do(town, "Dafina", intents.StartSafeCall(int(town.now()) + 900, f"Place: {place}", True, place))
    for _round in range(4):
        town.sleep(1000)
        town.work()


def test_the_list_names_the_place_of_a_late_note(town: Town) -> None:
    late(town, "Jamii Hotel")
    shown = town["Salma"].dial(*CALL[:-1])
    assert "Jamii" in shown and "where?" not in shown


def test_who_is_not_back_is_asked_nothing_until_the_caller_calls(town: Town) -> None:
    late(town, "Jamii Hotel")
    assert "Ask the caller" not in read(town)
    do(town, "Dafina", intents.RaiseSos())
    assert "Ask the caller" in read(town) and "A late note" not in read(town)
    do(town, "Dafina", intents.EndSafeCall())
    assert town.store.read_turn(number("Dafina")).sos is None

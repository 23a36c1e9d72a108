"""A call for help is a conversation: where the caller is, what is added, and what each side reads of the other."""

import pytest

from gateway.cli import staff
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from gateway.model.staff import Role
from tests.harness.cast import number
from tests.harness.steps_alerts import send
from tests.harness.steps_sos import empty_inboxes, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

SALMA, REHEMA = ("1", "7", "3434", "8", "1", "1"), ("1", "7", "1212", "8", "1", "1")
"""the keys from dialling to the first call of the list"""


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def shown_to(town: Town, name: str, keys: tuple[str, ...]) -> str:
    """Return all pages of what a responder reads of the first call, as one line."""
    shown = town[name].dial(*keys)
    while "\n98. " in town[name].screen:
        shown += "\n" + town[name].press("98")
    return shown.replace("\n", " ")


# --- where


def test_the_next_thing_after_the_three_keys_is_where(town: Town) -> None:
    assert "Where are you?" in town["Dafina"].dial("1", "4", "1", "1")
    assert town["Dafina"].press("by the port").startswith("We passed it on.")
    assert "by the port" in shown_to(town, "Salma", SALMA)


def test_everything_that_is_typed_then_goes_on_the_call(town: Town) -> None:
    town["Dafina"].dial("1", "4", "1", "1", "by the port", "blue door", "second floor")
    assert running_sos(town, "Dafina").details == "by the port; blue door; second floor"


def test_a_key_that_was_pressed_for_a_page_before_is_no_place(town: Town) -> None:
    assert town["Dafina"].dial("1", "4", "1", "1", "7").startswith("Please type words")
    assert running_sos(town, "Dafina").details == ""


def test_a_text_and_a_missed_call_are_asked_where_and_hear_no_guess(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)))
    town["Amina"].text("SOS")
    assert town["Amina"].inbox() == ["We got it. Somebody is on duty now. Where are you?"]
    assert "Maybe in: Soko Mwezi" in shown_to(town, "Salma", SALMA)


def test_a_text_that_names_its_place_is_not_asked_again(town: Town) -> None:
    town["Dafina"].text("SOS soko mwezi")
    assert "Where" not in town["Dafina"].inbox()[0]


def test_tonight_the_own_area_and_that_of_the_last_alert_are_keys(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town, "Kasri")))
    send(town, "Soko Mwezi")
    do(town, "Amina", intents.AddTonightArea(area_id(town, "Kisima Tatu")))
    shown = town["Amina"].dial("1", "4", "1", "1").splitlines()
    assert shown[1:4] == ["1. Kisima Tatu", "2. Kasri", "3. Soko Mwezi"]


def test_an_area_that_was_chosen_is_no_guess(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town, "Kasri")), intents.Subscribe(area_id(town, "Soko Mwezi")))
    town["Amina"].dial("1", "4", "1", "1")
    town["Amina"].choose("Soko Mwezi")
    shown = shown_to(town, "Salma", SALMA)
    assert "Soko Mwezi" in shown and "Maybe in" not in shown and "Kasri" not in shown


def test_before_the_own_pin_no_area_is_offered(town: Town) -> None:
    """A captor reads a stranger's screen; after the PIN the areas stand there."""
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.SetOwnPin("2468"))
    before = town["Amina"].dial("1", "4", "1", "1")
    town["Dafina"].dial("1", "4", "1", "1")
    assert before == town["Dafina"].screen and "Soko Mwezi" not in before
    town.sleep(300)
    town["Amina"].dial("1", "7", "2468", "4", "1")
    assert "Soko Mwezi" in town["Amina"].choose("Say where you are")


# --- what is added, and who reads it


def come(town: Town, name: str = "Salma", caller: str = "Dafina") -> None:
    do(town, name, intents.AnswerSos(running_sos(town, caller).code, SosAnswer.COMING))


def test_nobody_is_on_the_way_to_a_call_without_a_place(town: Town) -> None:
    town["Dafina"].text("SOS")
    town["Dafina"].inbox()
    town["Salma"].dial(*SALMA)
    assert "We ask the caller where" in town["Salma"].choose("I am coming")
    assert town["Dafina"].inbox() == ["1 person saw it. Where are you?"]
    town["Salma"].inbox()
    town["Dafina"].text("blue hotel room 5 please hurry")
    assert town["Dafina"].inbox() == ["We passed it on. 1 person read it."]
    assert any("something new" in text for text in town["Salma"].inbox())
    assert "blue hotel room 5" in shown_to(town, "Salma", SALMA)
    assert town["Dafina"].inbox() == ["1 person is on the way."]


def test_a_caller_hears_that_somebody_read_it_and_each_responder_of_each_addition_once(town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    shown_to(town, "Salma", SALMA)
    town["Dafina"].inbox()
    town.sleep(60)
    assert town["Dafina"].inbox() == ["1 person read it."]
    come(town)
    empty_inboxes(town)
    for words in ("blue door", "second floor"):
        town["Dafina"].text(words)
    assert [text for text in town["Salma"].inbox() if "something new" in text] != []
    assert town["Salma"].inbox() == []


@pytest.mark.parametrize(
    "words", ["HELP", "ALERTS", "RIGHTS", "THANKS", "YES", "CLINIC 1 soko mwezi", "raid at soko mwezi"]
)
def test_every_text_belongs_to_the_open_call(town: Town, words: str) -> None:
    town["Dafina"].text("SOS")
    town["Dafina"].inbox()
    town["Dafina"].text(words)
    assert running_sos(town, "Dafina").texted == (words,)
    assert town["Dafina"].inbox()[-1].startswith("We passed it on.")


# --- questions


def test_a_question_is_asked_and_answered_by_one_key_by_text_and_in_ussd(town: Town) -> None:
    town["Dafina"].text("SOS by the port")
    town["Salma"].dial(*SALMA)
    town["Salma"].choose("Ask the caller", "Alone?")
    town["Salma"].choose("Ask more", "Can you talk?")
    town["Dafina"].inbox()
    town["Dafina"].text("2")
    assert town["Dafina"].inbox()[-1] == "We passed it on."
    assert town["Dafina"].dial("1", "4", "1").startswith("Can you talk?")
    assert town["Dafina"].press("1").startswith("We passed it on.")
    shown = shown_to(town, "Salma", SALMA)
    assert "Alone? No, Can you talk? Yes" in shown
    assert running_sos(town, "Dafina").texted == ("by the port",)


def test_a_phone_that_has_to_look_as_if_nothing_runs_is_asked_nothing(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin("2468"), intents.SetDuressPin("1357"), intents.GiveDuressPin())
    town["Amina"].inbox()
    code = running_sos(town).code
    town["Salma"].dial(*SALMA)
    assert "Ask the caller" not in shown_to(town, "Salma", SALMA)
    do(town, "Salma", intents.AskSosCaller(code, SosQuestion.ALONE))
    assert town["Amina"].inbox() == []


# --- the end


def test_ending_asks_once_and_says_what_happened(town: Town) -> None:
    town["Dafina"].dial("1", "4", "1", "1")
    town.work()
    town["Dafina"].choose("Stop: tell nobody")
    assert running_sos(town, "Dafina")
    assert town["Dafina"].choose("Yes, end it").startswith("Ended. We told them not to come.")
    assert any("has ended" in text for text in town["Salma"].inbox())


# --- who is asked


def off_duty(town: Town, *names: str) -> None:
    for name in names:
        do(town, name, intents.SetDuty(is_on_duty=False))


def test_a_responder_has_one_open_call_while_another_is_free(town: Town) -> None:
    staff.enrol_staff(number("Chiku"), "Chiku", Role.RESPONDER, area="", active=True, pin="5555")
    staff.enrol_staff(number("Bahati"), "Bahati", Role.RESPONDER, area="", active=True, pin="5555")
    off_duty(town, "Chiku", "Bahati")
    town["Dafina"].text("SOS by the port")
    town.work()
    for name in ("Chiku", "Bahati"):
        do(town, name, intents.SetDuty(is_on_duty=True))
    empty_inboxes(town)
    do(town, "Amina", intents.RaiseSos())
    assert town["Chiku"].inbox() and town["Bahati"].inbox()
    assert town["Salma"].inbox() == [] and town["Rehema"].inbox() == []


def test_people_off_duty_are_texted_when_nobody_on_duty_answers_and_know_it(town: Town) -> None:
    off_duty(town, "Salma")
    town["Dafina"].text("SOS by the port")
    assert town["Rehema"].inbox() and town["Salma"].inbox() == []
    town.sleep(61)
    assert ["you are off duty, but needed" in text for text in town["Salma"].inbox()] == [True]


def test_the_list_shows_area_and_minutes(town: Town) -> None:
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.RaiseSos())
    town.sleep(180)
    assert " 3 min, Soko Mwezi?, 0 are coming" in town["Salma"].dial(*SALMA[:-1]).replace("\n", " ")


def test_a_night_in_which_nobody_comes(town: Town) -> None:
    """The caller reads another sentence at 3, 10 and 30 minutes, and nothing more."""
    town["Dafina"].text("SOS by the port")
    town.work()
    town["Dafina"].inbox()
    read = {}
    for minute in range(1, 41):
        town.sleep(60)
        read |= dict.fromkeys(town["Dafina"].inbox(), minute)
    assert [text.split(".")[0] for text in read] == [
        "Nobody has answered yet", "We asked them all again", "Nobody has come yet",
    ]  # fmt: skip
    assert list(read.values()) == [3, 10, 30]

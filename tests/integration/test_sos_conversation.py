"""A call for help is a conversation: where the caller is, what is added, and what each side reads of the other."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from tests.harness.steps_alerts import send
from tests.harness.steps_sos import running_sos
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
    assert "a few words" in town["Dafina"].dial("1", "4", "1", "1", "7").replace("\n", " ")
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

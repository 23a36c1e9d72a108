"""Safe calls: the screens are true, and a person who has the phone cannot delay the alarm."""

import pytest

from gateway.cli import feature
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.feature import Feature
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.model.sos import SOS_FEATURE
from tests.harness.cast import number
from tests.harness.steps_contacts import WORDS, add_contacts
from tests.harness.steps_safe_call import (
    HOUR,
    PIN,
    SECOND,
    add_an_hour,
    miss_return_time,
    redial,
    set_pins,
    start_safe_call,
)
from tests.harness.steps_turns import do
from tests.harness.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def test_after_a_forced_end_a_new_safe_call_can_start(town: Town) -> None:
    """The contacts got the note when the second code was given, and get that of the new safe call too."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    redial(town, "3", pin=SECOND)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    start_safe_call(town)
    assert "I am back" in redial(town, pin=SECOND)
    miss_return_time(town)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]


def test_an_alarm_before_the_hour_does_not_speak_of_the_hour(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, 6)
    redial(town, "3", pin=SECOND)
    [text] = town["Bahati"].inbox()
    assert "needs you now" in text and "wanted to be back" not in text


def test_an_extension_needs_the_pin_as_an_end_does(town: Town) -> None:
    """Otherwise a person who has the phone could delay the alarm for ever."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    town.sleep(300)
    assert "One hour more" not in town["Amina"].dial("1", "4")
    do(town, "Amina", intents.ExtendSafeCall(HOUR), intents.EndSafeCall(), behind_pin=False)
    assert town.store.read_turn(number("Amina")).safe_call.until < town.now() + HOUR
    screens = [add_an_hour(town, code).partition("by")[0] for code in (PIN, SECOND)]
    assert screens[0] == screens[1] and "Now be back" in screens[0]
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    assert "I am back" in redial(town, pin=SECOND), "it looks as if it ran on"


def test_an_extension_works_after_contacts_got_the_note(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    miss_return_time(town)
    assert len(town["Bahati"].inbox()) == 1
    assert "Now be back by" in add_an_hour(town)
    town["Amina"].inbox()
    miss_return_time(town)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    redial(town, "3")
    assert town["Bahati"].inbox() == ["Aisha is back."]


def test_a_running_safe_call_can_be_ended_after_the_feature_is_off(
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_contacts(town)
    start_safe_call(town)
    monkeypatch.setattr(feature, "load_deployment", lambda: town.context.deployment)
    for each in (SAFE_CALL_FEATURE, CONTACTS_FEATURE, SOS_FEATURE):
        feature.turn_off(each)
    assert "1. I am back" in redial(town)
    town["Amina"].press("1")
    town.sleep(3 * HOUR)
    assert town["Bahati"].inbox() == []


def test_colleagues_read_the_note_where_the_caller_chose_so(town: Town) -> None:
    add_contacts(town)
    start_safe_call(town)
    miss_return_time(town)
    assert town.store.read_turn(number("Amina")).sos is None
    do(town, "Amina", intents.EndSafeCall())
    town["Bahati"].inbox()
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    assert len(town["Bahati"].inbox()) == 1
    code = town.store.read_turn(number("Amina")).sos.code
    texts = town["Salma"].inbox() + town["Rehema"].inbox()
    assert len([text for text in texts if code in text]) == 2
    assert not any(WORDS in text for text in texts)
    said = town["Salma"].dial("1", "7", "3434", "8", "1", "1")
    while "98. " in town["Salma"].screen:
        said += "\n" + town["Salma"].press("98")
    assert WORDS in said.replace("\n", " ")
    do(town, "Amina", intents.EndSafeCall())
    assert town["Bahati"].inbox() == ["Aisha is back."]
    assert [f"{code} has ended" in text for text in town["Salma"].inbox()] == [True]
    assert town.store.read_turn(number("Amina")).sos is None

"""Duress: somebody else controls the caller's phone. The alarm is not lost, and the phone does not reveal it."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import SosAnswer, SosTier
from gateway.store import keys
from tests.harness.cast import number
from tests.harness.steps_contacts import WORDS, add_contacts, safety_profile
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
from tests.harness.steps_sos import empty_inboxes, pass_sos_stages, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Phone, Town


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def miss_return_with_colleagues(town: Town) -> None:
    """Let a safe call with codes and colleagues run out and everybody be texted. Empty all inboxes."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    empty_inboxes(town)


def test_after_a_forced_end_the_phone_gets_no_text_while_colleagues_are_called(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, 6, colleagues=True)
    redial(town, "3", SECOND)
    pass_sos_stages(town)
    assert town["Amina"].inbox() == []


def test_contacts_who_got_the_note_are_texted_about_a_forced_end(town: Town) -> None:
    """The caller is late and colleagues are called. Then somebody forces the caller to end the safe call."""
    miss_return_with_colleagues(town)
    redial(town, "3", SECOND)
    town.work()
    assert town["Bahati"].inbox() != [], "the contacts are texted that the end was forced"


def test_responders_on_the_way_read_about_a_forced_end(town: Town) -> None:
    miss_return_with_colleagues(town)
    redial(town, "3", SECOND)
    town.work()
    code = running_sos(town).code
    shown = town["Salma"].dial("1", "7", "3434", "8", "1", "1")
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.COMING))
    assert town["Amina"].inbox() == []
    assert "forced" in shown


def test_responders_to_the_callers_own_sos_read_about_a_forced_end(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, 6, colleagues=True)
    do(town, "Amina", intents.RaiseSos())
    pass_sos_stages(town)
    empty_inboxes(town)
    redial(town, "3", SECOND)
    town.work()
    assert "forced" in town["Salma"].dial("1", "7", "3434", "8", "1", "1")


def test_an_empty_account_does_not_accept_the_duress_pin(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    redial(town, "3", SECOND)  # the adversary watches the digits
    town.sleep(300)
    town["Amina"].dial("1", "4")
    town["Amina"].choose("People I trust")
    town["Amina"].press(SECOND)  # typed where the own PIN is asked: an empty account
    b = town["Amina"].press(SECOND)
    assert "second code" not in b


def test_delete_by_another_person_does_not_stop_responders(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    do(town, "Amina", intents.RaiseSos())
    town.work()
    do(town, "Amina", intents.EndSos(SECOND))
    town["Salma"].inbox()
    town["Amina"].text("DELETE")
    assert not any("is over" in text for text in town["Salma"].inbox())


def test_after_a_wrong_pin_an_sos_can_be_withdrawn(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    town.sleep(300)
    town["Amina"].dial("1", "4")
    town["Amina"].choose("People I trust")
    town["Amina"].press("1111")
    while "I need someone" not in town["Amina"].screen:
        town["Amina"].press("0")
    town["Amina"].choose("I need someone now")
    town["Amina"].choose("Send now")
    shown = town["Amina"].choose("Take it back")
    assert "It has ended" not in shown or town.store.read_turn(number("Amina")).sos is None


def test_one_request_tries_one_code(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    town.sleep(300)
    keys_ = ["1", "4", "3"] + [f"{n:04}" for n in range(2460, 2475)]
    reply, _b = town.ussd.handle_turn("abcdef", number("Amina"), "*".join(keys_))
    assert "It has ended" not in reply


def test_an_empty_account_does_not_accept_the_own_pin(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    town.sleep(300)
    town["Amina"].dial("1", "4")
    town["Amina"].choose("People I trust")
    town["Amina"].press("1111", "9999", "1")
    town["Amina"].choose("My codes")
    town["Amina"].choose("Second code")
    shown = town["Amina"].press(PIN)
    assert "That is your PIN" not in shown


def test_an_extension_by_duress_pin_looks_as_by_own_pin(town: Town) -> None:
    """After the contacts were texted, the SOS that the safe call raised stays on the screen."""
    miss_return_with_colleagues(town)
    add_an_hour(town, SECOND)
    town.work()
    town.sleep(300)
    assert "Sent at" in town["Amina"].dial("1", "4", "1")
    assert running_sos(town).is_under_duress


def test_a_new_sos_after_a_forced_end_notifies_responders(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    do(town, "Amina", intents.RaiseSos())
    town.work()
    do(town, "Amina", intents.EndSos(SECOND))
    town.work()
    empty_inboxes(town)
    town.sleep(3 * HOUR)
    town.work()
    shown = town["Amina"].dial("1", "4", "1", "1")
    assert "Sent." in shown
    town.work()
    town.sleep(61)
    town.work()
    town.sleep(121)
    town.work()
    assert town["Salma"].inbox() + town["Rehema"].inbox() != []


def test_the_own_pin_is_kept_after_stop(town: Town) -> None:
    """Without safety settings, the PIN would go with a lapsed subscription."""
    do(town, "Amina", intents.Subscribe(area_id(town), 0))
    do(town, "Amina", intents.SetOwnPin(PIN))
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS,)))
    town["Amina"].text("STOP")
    town.work()
    assert safety_profile(town).pin_hash


def test_the_phone_shows_a_new_sos_after_a_forced_end(town: Town) -> None:
    """The caller's location comes through, and an end again takes one of the codes."""
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND), intents.RaiseSos())
    do(town, "Amina", intents.EndSos(SECOND))
    town.sleep(600)
    town["Amina"].dial("1", "4", "1", "1")
    town["Amina"].choose("Say where you are")
    town["Amina"].press("by the port")
    assert "by the port" in running_sos(town).details
    town.sleep(300)
    town["Amina"].dial("1", "4", "1")
    town["Amina"].choose("It is over")
    assert "Your PIN?" in town["Amina"].screen
    town["Amina"].press(SECOND)
    town.sleep(300)
    assert "Sent at" not in town["Amina"].dial("1", "4", "1")
    assert running_sos(town).is_under_duress


def test_an_sos_repeated_after_a_forced_end_leaves_in_a_minute(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    for _ in range(3):
        do(town, "Amina", intents.RaiseSos(), intents.EndSos(SECOND))
        town.work()
    empty_inboxes(town)
    town.sleep(300)
    assert "It leaves in a minute" in town["Amina"].dial("1", "4", "1", "1")
    town.sleep(61)
    assert town["Salma"].inbox() != []


def test_a_contact_who_leaves_does_not_reveal_a_forced_end(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, 6)
    redial(town, "3", SECOND)
    town["Amina"].inbox()
    town["Bahati"].text("STOP")
    assert town["Amina"].inbox() == []


def test_a_queued_reminder_does_not_reveal_a_forced_end(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    town.faults(error_status=500)
    town.sleep(HOUR + 1)
    town.work()
    do(town, "Amina", intents.EndSafeCall(SECOND))
    town.faults()
    town.see_through()
    assert town["Amina"].inbox() == []


def delete_everything(town: Town) -> str:
    """Delete everything, from the home screen."""
    town["Amina"].choose("Settings")
    town["Amina"].choose("Delete")
    return town["Amina"].choose("Yes, delete")


def type_pin(town: Town, pin: str) -> None:
    """Type a PIN for stored data, and go back to the home screen."""
    town.sleep(300)
    town["Amina"].dial("1")
    town["Amina"].choose("Settings")
    town["Amina"].choose("What you hold about me")
    town["Amina"].press(pin)
    while "Tell us" not in town["Amina"].screen:
        town["Amina"].press("0")


@pytest.mark.parametrize("way", ["text", "no PIN", "wrong PIN"])
def test_delete_does_not_end_what_only_a_code_ends(town: Town, way: str) -> None:
    """DELETE looks done. The safe call and its contacts stay until it ends."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    if way == "text":
        town["Amina"].text("DELETE")
        assert town["Amina"].inbox()[0] == "Done."
    else:
        type_pin(town, "0000") if way == "wrong PIN" else town["Amina"].dial("1")
        assert delete_everything(town) == "Done."
    miss_return_time(town)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    assert town.store.read_turn(number("Amina")).safe_call


def test_with_the_own_pin_delete_says_what_comes_first(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    type_pin(town, PIN)
    assert "First end what runs." in delete_everything(town)
    assert safety_profile(town).contacts


def test_a_safe_call_that_ran_at_delete_is_deleted_once_it_ends(town: Town) -> None:
    """ "Done." is true: an hour after the end, nothing is left."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, 6)
    town["Amina"].text("DELETE")
    for _ in range(4):
        town.sleep(HOUR)
        town.work()
    assert safety_profile(town).contacts, "it runs"
    do(town, "Amina", intents.EndSafeCall())
    town.sleep(keys.FORCED_DELETION_DELAY_S + 1)
    town.work()
    assert safety_profile(town) is None
    assert not town.store.safety_records.has_agreed_contact(number("Bahati"))


def test_an_sos_continues_after_delete(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND), intents.RaiseSos())
    town["Amina"].text("DELETE")
    town.work()
    assert running_sos(town) is not None
    assert not any("is over" in text for text in town["Salma"].inbox())


@pytest.mark.parametrize(
    "running", [intents.StartSafeCall(2_000_000_000, WORDS), intents.RaiseSos()], ids=["out", "sos"]
)
def test_an_adversary_who_forced_a_pin_sees_the_account_of_somebody_new(town: Town, running: intents.Intent) -> None:
    """The adversary has the phone and the duress PIN. No screen reveals that it was the wrong PIN."""
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town), 0))
    set_pins(town)
    do(town, "Amina", running)
    town.work()
    type_pin(town, "9999")
    town["Dafina"].dial("1")
    for path in LOOKED_AT:
        shown = [_open(town[name], *path) for name in ("Amina", "Dafina")]
        assert shown[0] == shown[1]
    assert safety_profile(town).contacts, "and nothing is lost by it"


LOOKED_AT = (
    ("Talk to someone",),
    ("Talk to someone", "I need someone now"),
    ("Talk to someone", "People I trust"),
    ("Alerts near me",),
    ("Health",),
    ("Settings", "How alerts are worded"),
    ("Settings", "My PIN"),
    ("Settings", "What you hold about me"),
    ("Settings", "Delete everything", "Yes, delete"),
)
"""from home; the last one ends the call"""


def _open(phone: Phone, *path: str) -> str:
    """Return the screen to which these choices lead, then go back home, where the session goes on."""
    for words in path:
        shown = phone.choose(words)
    while phone.open and "Tell us" not in phone.screen:
        phone.press("0" if "0. " in phone.screen else "98")
    return shown


def test_the_own_pin_ends_a_safe_call_and_its_forced_sos(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, colleagues=True)
    add_an_hour(town, SECOND)
    empty_inboxes(town)
    redial(town, "3", PIN)
    assert town["Bahati"].inbox() == ["Aisha is back."]
    assert any("is over" in text for text in town["Salma"].inbox())


def test_delete_right_after_a_forced_end_stops_no_text(town: Town) -> None:
    """No text was sent yet; an hour later everything is deleted."""
    add_contacts(town)
    set_pins(town)
    start_safe_call(town)
    do(town, "Amina", intents.EndSafeCall(SECOND))
    town["Amina"].text("DELETE")
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    town.sleep(keys.FORCED_DELETION_DELAY_S + 1)
    town.work()
    assert safety_profile(town) is None
    assert town.store.read_turn(number("Amina")).safe_call is None
    assert not town.store.safety_records.has_agreed_contact(number("Bahati"))


def test_a_new_sos_after_a_forced_end_looks_new(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND), intents.RaiseSos())
    town.work()
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    do(town, "Amina", intents.EndSos(SECOND), intents.RaiseSos())
    town.sleep(300)
    assert "comes" not in town["Amina"].dial("1", "4", "1")


def test_a_forced_end_of_a_safe_call_leaves_an_sos_on_the_screen(town: Town) -> None:
    """The phone shows the same after the own PIN."""
    add_contacts(town)
    set_pins(town)
    do(town, "Amina", intents.RaiseSos())
    start_safe_call(town, colleagues=True)
    redial(town, "3", SECOND)
    town.work()
    assert "Sent at" in redial(town, "1")
    assert running_sos(town).is_under_duress


def test_contacts_get_the_end_by_own_pin_after_a_forced_end(town: Town) -> None:
    add_contacts(town)
    set_pins(town)
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS, SosTier.CONTACTS)))
    do(town, "Amina", intents.RaiseSos())
    pass_sos_stages(town)
    do(town, "Amina", intents.EndSos(SECOND))
    do(town, "Amina", intents.RaiseSos())
    empty_inboxes(town)
    do(town, "Amina", intents.EndSos())
    assert town["Bahati"].inbox() == ["Aisha: it has ended. Thank you."]

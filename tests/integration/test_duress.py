"""Duress: somebody else has the caller's phone and the second code. The call for help is not lost, nor revealed."""

import pytest
from msgspec.structs import replace

from gateway.actions import dead_numbers
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.duress import DURESS_S, FORGOTTEN_S, MAX_WRONG_PINS, RESTORE_STEP_S, WRONG_PINS_WINDOW_S
from gateway.model.feature import Feature
from gateway.model.sos import SosTier
from gateway.model.sos_answer import SosAnswer
from tests.harness.cast import NUMBERS, number
from tests.harness.steps_backup import lose_redis, restore_backup, save_backup
from tests.harness.steps_contacts import CONTACT, WORDS, add_contacts, safety_profile
from tests.harness.steps_safe_call import (
    HOUR,
    PIN,
    SECOND,
    miss_return_time,
    redial,
    set_pins,
    start_safe_call,
)
from tests.harness.steps_sos import empty_inboxes, pass_sos_stages, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

RESPONDER = ("1", "7", "3434", "8", "1", "1")


@pytest.fixture
def town(town: Town) -> Town:
    """Return a town in which Amina has an area, a contact, an arrest message and both codes."""
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town)))
    set_pins(town)
    town.work()
    empty_inboxes(town)
    return town


def type_second_code(town: Town) -> None:
    redial(town, pin=SECOND)
    town.work()


def wait_for_the_day_after(town: Town) -> None:
    town.sleep(DURESS_S + RESTORE_STEP_S)
    town.work()


def test_the_second_code_calls_everybody_and_the_phone_gets_no_text(town: Town) -> None:
    type_second_code(town)
    for name in ("Rehema", "Salma", "Vera", "Zuhura"):
        assert any("needed" in text for text in town[name].inbox()), name
    assert len(town["Bahati"].inbox()) == 1
    assert "forces" in town["Salma"].dial(*RESPONDER)
    pass_sos_stages(town)
    assert town["Amina"].inbox() == []


def test_the_contacts_get_the_note_of_the_safe_call_that_runs(town: Town) -> None:
    start_safe_call(town)
    type_second_code(town)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]
    assert WORDS in town["Salma"].dial(*RESPONDER)


def test_a_second_time_calls_nobody_again(town: Town) -> None:
    type_second_code(town)
    empty_inboxes(town)
    type_second_code(town)
    assert town["Salma"].inbox() == town["Bahati"].inbox() == []


def test_without_sos_only_the_contacts_are_called(town: Town) -> None:
    town.store.transact(lambda world, change, now: town.store.world_cache.features.delete(change, b"sos"))
    type_second_code(town)
    assert town["Salma"].inbox() == [] and len(town["Bahati"].inbox()) == 1


def test_the_adversary_who_ends_a_call_for_help_stops_nobody(town: Town) -> None:
    do(town, "Amina", intents.RaiseSos())
    pass_sos_stages(town)
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    empty_inboxes(town)
    redial(town, "1", pin=SECOND)
    assert "Ended." in town["Amina"].choose("End my call for help", "Yes, end it")
    assert "Sent at" not in redial(town, "1", pin=SECOND)
    assert not any("has ended" in text for name in ("Salma", "Bahati") for text in town[name].inbox())
    assert "forces" in town["Salma"].dial(*RESPONDER)


def test_the_adversary_who_ends_a_safe_call_stops_nobody(town: Town) -> None:
    start_safe_call(town)
    miss_return_time(town)
    empty_inboxes(town)
    redial(town, pin=SECOND)
    town["Amina"].choose("I am back")
    assert not any("is back" in text for text in town["Bahati"].inbox())


@pytest.mark.parametrize("behind", ["the second code", "no PIN"])
def test_the_adversary_who_deletes_everything_stops_nobody_and_loses_nothing(town: Town, behind: str) -> None:
    type_second_code(town)
    empty_inboxes(town)
    do(town, "Amina", intents.DeleteCaller(), behind_pin=behind == "the second code")
    assert town["Salma"].inbox() == town["Bahati"].inbox() == []
    do(town, "Salma", intents.AnswerSos(running_sos(town).code, SosAnswer.COMING))
    assert town["Amina"].inbox() == []
    wait_for_the_day_after(town)
    turn = town.store.read_turn(number("Amina"))
    if behind == "the second code":
        assert turn.subscription and turn.subscription.areas == (area_id(town),)
    assert [contact.name for contact in safety_profile(town).contacts] == ["Sister"]
    assert "Sister: said yes" in (redial(town), town["Amina"].choose("People I trust"))[1]


def test_changes_under_duress_are_undone_after_a_day_and_not_before(town: Town) -> None:
    type_second_code(town)
    other = area_id(town, "Kisima Tatu")
    do(town, "Amina", intents.LeaveArea(area_id(town)), intents.Subscribe(other), intents.SetOwnPin("8427"))
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    town.sleep(DURESS_S - 120)
    town.work()
    assert town.store.read_turn(number("Amina")).subscription.areas == (other,)
    town.sleep(181 + RESTORE_STEP_S)
    town.work()
    turn, counts = town.store.read_turn(number("Amina")), town.store.count_subscribers()
    assert turn.subscription.areas == (area_id(town),) and turn.true_account is None
    assert counts.get(area_id(town)) == 1 and not counts.get(other)
    assert "Sister: said yes" in (redial(town), town["Amina"].choose("People I trust"))[1]


def test_a_contact_whom_the_adversary_removed_is_called_all_the_same(town: Town) -> None:
    type_second_code(town)
    empty_inboxes(town)
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    do(town, "Amina", intents.SetSosTiers((SosTier.RESPONDERS, SosTier.CONTACTS)), intents.RaiseSos())
    pass_sos_stages(town)
    assert town["Bahati"].inbox() != []


def test_a_contact_who_leaves_under_duress_stays_away_after_it(town: Town) -> None:
    type_second_code(town)
    town["Bahati"].text("STOP")
    town.work()
    wait_for_the_day_after(town)
    assert safety_profile(town).contacts == ()


def test_somebody_whom_the_adversary_added_is_no_contact_after_the_day(town: Town) -> None:
    type_second_code(town)
    do(town, "Amina", replace(CONTACT, number=NUMBERS["Chiku"]))
    town.work()
    town["Chiku"].text_and_confirm("yes")
    wait_for_the_day_after(town)
    assert [contact.name for contact in safety_profile(town).contacts] == ["Sister"]
    assert not town.store.safety_records.has_agreed_contact(number("Chiku"))
    assert town.store.safety_records.has_agreed_contact(number("Bahati"))


def test_stop_by_text_counts_under_duress_too(town: Town) -> None:
    type_second_code(town)
    town["Amina"].text("STOP")
    wait_for_the_day_after(town)
    turn = town.store.read_turn(number("Amina"))
    assert turn.subscription is None and turn.safety_profile


def test_with_the_true_pin_the_caller_is_free_and_ends_the_call(town: Town) -> None:
    type_second_code(town)
    do(town, "Amina", intents.RemoveContact(safety_profile(town).contacts[0].token))
    assert "Sent at" in redial(town, "1")
    assert town.store.read_turn(number("Amina")).true_account is None
    empty_inboxes(town)
    town["Amina"].choose("End my call for help", "Yes, end it")
    assert any("has ended" in text for text in town["Salma"].inbox())
    assert [contact.name for contact in safety_profile(town).contacts] == ["Sister"]
    wait_for_the_day_after(town)
    assert "Sister: said yes" in (redial(town), town["Amina"].choose("People I trust"))[1]


def test_a_new_sos_under_duress_keeps_its_code_and_asks_again(town: Town) -> None:
    type_second_code(town)
    code = running_sos(town).code
    empty_inboxes(town)
    assert "Sent." in redial(town, "1", "1", pin=SECOND)
    pass_sos_stages(town)
    assert running_sos(town).code == code and town["Salma"].inbox() != []


def test_after_many_wrong_pins_the_right_one_opens_nothing_for_an_hour(town: Town) -> None:
    """The adversary tries one number after another, and cannot know which one was right."""
    for n in range(MAX_WRONG_PINS):
        town["Amina"].dial("1", "7", f"730{n}")
    assert "a PIN of 4 digits" in (redial(town), town["Amina"].choose("People I trust"))[1]
    town.sleep(WRONG_PINS_WINDOW_S)
    assert "Sister" in (redial(town), town["Amina"].choose("People I trust"))[1]


def test_after_many_wrong_pins_the_second_code_still_calls(town: Town) -> None:
    for n in range(MAX_WRONG_PINS):
        town["Amina"].dial("1", "7", f"730{n}")
    type_second_code(town)
    assert town["Salma"].inbox() != [] and town["Bahati"].inbox() != []


@pytest.mark.parametrize("way", ["SAFE", "STOP", "DELETE"])
def test_texts_end_no_safe_call_where_a_pin_is_set(town: Town, way: str) -> None:
    """Whoever sends in the caller's name ends nothing: the contacts get the note."""
    start_safe_call(town)
    town["Amina"].text(way)
    miss_return_time(town)
    assert [WORDS in text for text in town["Bahati"].inbox()] == [True]


def test_delete_without_the_pin_is_done_after_some_days(town: Town) -> None:
    """A PIN can be forgotten. Whoever has the phone can stop the texts, and nothing more at once."""
    do(town, "Amina", intents.DeleteCaller(), behind_pin=False)
    town.sleep(FORGOTTEN_S - HOUR)
    town.work()
    assert safety_profile(town).contacts and town.store.read_turn(number("Amina")).subscription is None
    town.sleep(HOUR + 61)
    town.work()
    assert safety_profile(town) is None
    assert not town.store.safety_records.has_agreed_contact(number("Bahati"))


def test_the_pin_takes_back_a_delete_that_came_without_it(town: Town) -> None:
    do(town, "Amina", intents.DeleteCaller(), behind_pin=False)
    redial(town)
    town.sleep(FORGOTTEN_S + 1)
    town.work()
    assert safety_profile(town).contacts


def test_an_sos_from_the_empty_account_leaves_and_only_the_pin_ends_it(town: Town) -> None:
    town["Amina"].dial("1", "4", "1", "1")
    town["Amina"].press("by the port")
    town.work()
    assert "by the port" in running_sos(town).details
    town.sleep(300)
    assert "Sent at" in town["Amina"].dial("1", "4", "1"), "as a stranger's"
    town["Amina"].choose("End my call for help", "Yes, end it")
    town.sleep(300)
    assert "Sent at" not in town["Amina"].dial("1", "4", "1")
    assert not any("has ended" in text for text in town["Salma"].inbox())
    assert "Sent at" in redial(town, "1")
    town["Amina"].choose("End my call for help", "Yes, end it")
    assert any("has ended" in text for text in town["Salma"].inbox())


def test_the_copy_of_an_account_outlives_a_lost_redis(town: Town, tmp_path) -> None:  # type: ignore[no-untyped-def]
    type_second_code(town)
    do(town, "Amina", intents.DeleteCaller())
    save_backup(town, tmp_path / "backup")
    lose_redis(town)
    restore_backup(town, tmp_path / "backup")
    wait_for_the_day_after(town)
    assert safety_profile(town).contacts
    assert town.store.safety_records.has_agreed_contact(number("Bahati"))


def test_the_next_owner_of_a_number_gets_no_account_back(town: Town) -> None:
    """The network reports that the owner opted out, or that the number is dead."""
    type_second_code(town)
    dead_numbers.unsubscribe(town.store, [town.store.vault.token(number("Amina"), Purpose.SUBSCRIBER)])
    wait_for_the_day_after(town)
    assert town.store.read_turn(number("Amina")).subscription is None


def test_a_caller_with_a_pin_is_asked_for_both_codes_alike(town: Town) -> None:
    """Neither code may be the other: the adversary who tries learns nothing of which one was typed."""
    redial(town)
    town["Amina"].choose("People I trust", "My codes", "Second code")
    assert "That is your PIN" in town["Amina"].press(PIN)
    type_second_code(town)
    town["Amina"].choose("People I trust", "My codes", "Second code")
    assert "That is your PIN" in town["Amina"].press(SECOND)


def test_no_reminder_reveals_anything(town: Town) -> None:
    """The reminders of a safe call come as after the PIN, while the contacts have been called."""
    start_safe_call(town)
    type_second_code(town)
    town.sleep(HOUR + 1)
    town.work()
    assert len(town["Amina"].inbox()) == 1


def test_a_caller_without_sos_settings_can_add_contacts_again(town: Town) -> None:
    type_second_code(town)
    contact = safety_profile(town).contacts[0]
    do(town, "Amina", intents.RemoveContact(contact.token), CONTACT)
    assert safety_profile(town).contacts[0].active is False
    wait_for_the_day_after(town)
    assert safety_profile(town).contacts[0].active

"""A reminder that a caller asked for: one neutral text on its day, and nothing left after the caller left."""

import pytest

from gateway.crypto.vault import Purpose
from gateway.model.reminder import REMINDER_FEATURE, DeleteReminder, Reminder, SetReminder
from gateway.store.records.reminders import REMINDERS
from tests.harness.cast import number
from tests.harness.steps_turns import do, leave
from tests.harness.town import Town

TEXT = "You wanted a reminder for today."
WEEK_S = 604800


@pytest.fixture
def amina(town: Town) -> Town:
    """Return a town that offers reminders, where Amina asked for one in four weeks."""
    town.turn_on(REMINDER_FEATURE)
    town.clock("Wed 15:00")
    town["Amina"].dial("1")
    town["Amina"].choose("Settings", "Reminders", "In 4 weeks", "Yes")
    assert "Done." in town["Amina"].screen
    return town


def reminder_of(town: Town, name: str = "Amina") -> Reminder | None:
    return town.store.read_turn(number(name)).read(REMINDERS)


def test_a_reminder_comes_once_on_its_day_at_ten(amina: Town) -> None:
    amina.sleep(4 * WEEK_S - 6 * 3600)  # Wednesday, 9:00
    assert TEXT not in amina["Amina"].inbox()
    amina.sleep(3601)
    assert amina["Amina"].inbox() == [TEXT]
    assert reminder_of(amina) is None
    amina.sleep(4 * WEEK_S)
    assert amina["Amina"].inbox() == [], "nobody asks for another one"


def test_it_says_nothing_that_was_chosen_and_is_no_subscription(amina: Town) -> None:
    assert amina.store.read_turn(number("Amina")).subscription is None
    stored = reminder_of(amina)
    assert stored and set(stored.__struct_fields__) == {"owner", "at", "lang"}


def test_it_is_seen_and_deleted_in_settings(amina: Town) -> None:
    amina["Amina"].dial("1")
    assert "Reminder: " in amina["Amina"].choose("Settings", "What you know about me")
    amina["Amina"].dial("1")
    assert "Reminder: " in amina["Amina"].choose("Settings", "Reminders")
    amina["Amina"].choose("Delete it")
    assert reminder_of(amina) is None
    amina.sleep(5 * WEEK_S)
    assert amina["Amina"].inbox() == []


def test_another_day_replaces_it(amina: Town) -> None:
    amina["Amina"].dial("1")
    amina["Amina"].choose("Settings", "Reminders", "Another day", "Another day")
    assert "1 to 183" in amina["Amina"].screen
    assert "1 to 183" in amina["Amina"].press("184")
    amina["Amina"].press("2")
    amina["Amina"].choose("Yes")
    amina.sleep(2 * 86400)
    assert amina["Amina"].inbox() == [TEXT]
    amina.sleep(4 * WEEK_S)
    assert amina["Amina"].inbox() == []


@pytest.mark.parametrize("word", ["STOP", "DELETE"])
def test_leaving_deletes_the_reminder(amina: Town, word: str) -> None:
    leave(amina, word)
    amina["Amina"].inbox()
    assert reminder_of(amina) is None
    amina.sleep(5 * WEEK_S)
    assert amina["Amina"].inbox() == []


def test_a_stop_just_before_sending_counts(amina: Town) -> None:
    """STOP comes while the text is queued: nothing but the answer to STOP leaves."""
    amina.faults(error_status=500, error_next=3)
    amina.sleep(4 * WEEK_S)
    amina.work()
    amina["Amina"].text("STOP")
    amina.faults()
    amina.see_through()
    assert TEXT not in amina["Amina"].inbox()


def test_a_wrong_pin_shows_none_and_sets_none(amina: Town) -> None:
    amina["Amina"].text_and_confirm("JOIN Soko Mwezi")
    amina["Amina"].dial("1")
    amina["Amina"].choose("Settings", "My PIN")
    amina["Amina"].press("2468", "2468")
    amina["Amina"].dial("1", "7", "7305")
    assert "Tomorrow" in amina["Amina"].choose("Settings", "Reminders"), "as for an account without a reminder"
    amina["Amina"].choose("Tomorrow", "Yes")
    before = reminder_of(amina)
    amina.sleep(2 * 86400)
    assert TEXT not in amina["Amina"].inbox()
    assert before == reminder_of(amina), "the owner's own stays"


def test_before_the_pin_nothing_tells_that_one_is_set(amina: Town) -> None:
    """The feature is off again: only a phone with a reminder still has the entry, and only behind its PIN."""
    amina["Amina"].text_and_confirm("JOIN Soko Mwezi")
    amina["Amina"].dial("1")
    amina["Amina"].choose("Settings", "My PIN")
    amina["Amina"].press("2468", "2468")
    amina.store.transact(
        lambda _w, change, _n: amina.store.world_cache.features.delete(change, REMINDER_FEATURE.encode())
    )
    assert not is_entry_offered(amina), "before the PIN"
    assert not is_entry_offered(amina, "7305"), "after a wrong one"
    assert is_entry_offered(amina, "2468")


def is_entry_offered(town: Town, *pin: str) -> bool:
    """Look through all pages of Settings, after the PIN was typed where one is given."""
    phone = town["Amina"]
    town.sleep(300)
    phone.dial("1", *(("7", *pin) if pin else ()))
    shown = phone.choose("Settings")
    while "98. " in phone.screen:
        shown += phone.press("98")
    return "Reminders" in shown


@pytest.mark.parametrize("typed", ["184", "1000000000000", "00000000199", "²", "-3", "3.5", "٣", "*"])
def test_a_day_that_is_no_day_is_asked_for_again(amina: Town, typed: str) -> None:
    before = reminder_of(amina)
    amina["Amina"].dial("1")
    amina["Amina"].choose("Settings", "Reminders", "Another day", "Another day")
    assert "1 to 183" in amina["Amina"].press(typed)
    assert reminder_of(amina) == before


def test_it_is_off_until_the_organisation_turns_it_on(town: Town) -> None:
    town["Chiku"].dial("1")
    assert "Reminders" not in town["Chiku"].choose("Settings")
    do(town, "Chiku", SetReminder(3))
    assert reminder_of(town, "Chiku") is None


def test_a_job_whose_record_is_gone_does_nothing(amina: Town) -> None:
    do(amina, "Amina", DeleteReminder())
    token = amina.store.vault.token(number("Amina"), Purpose.SAFETY)
    amina.store.work_queue.schedule_if_absent(REMINDERS.timer.lane, REMINDERS.timer.task.item(token), 0)
    assert amina["Amina"].inbox() == []

"""What a caller reads first is true: who is on duty, when the hotline answers, and who was told of a late outing."""

from datetime import datetime, tzinfo

import pytest
from msgspec.structs import replace

from gateway.errors import BadInput
from gateway.model.contacts import Contact
from gateway.model.feature import Feature
from gateway.model.hours import WeeklyHours
from gateway.model.intents import SetDuty
from gateway.model.safe_call import SafeCall
from gateway.profile import build_profile
from gateway.settings import Settings
from gateway.web import service_loader
from gateway.web.service_loader import ServiceLoader
from menus import safe_call, sos, talk
from tests.harness.cast import TEAM
from tests.harness.catalogs import HOTLINE, shipped
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_safe_call import miss_return_time, redial, set_pins, start_safe_call
from tests.harness.steps_turns import do
from tests.harness.town import Town
from tests.unit.test_printed_keys import account

NIGHT, DAY = "Wed 02:00", "Wed 10:00"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_HOTLINE_HOURS": "Daily 08:00-20:00"}


def go_off_duty(town: Town) -> None:
    for name in TEAM:
        do(town, name, SetDuty(False))


# --- a report


@pytest.mark.parametrize("by_text", [True, False])
def test_a_reporter_reads_at_once_that_nobody_is_on_duty(town: Town, by_text: bool) -> None:
    go_off_duty(town)
    if by_text:
        town["Chiku"].text("REPORT soko mwezi police at the gate")
        said = " / ".join(town["Chiku"].inbox())
    else:
        said = town["Chiku"].dial("1", "5", "1", "soko mwezi gate", "1")
    assert "Nobody is on duty now" in said and "We ask someone to check it" not in said


def test_a_reporter_reads_that_somebody_checks_while_somebody_is_on_duty(town: Town) -> None:
    said = town["Chiku"].dial("1", "5", "1", "soko mwezi gate", "1")
    assert "We ask someone to check it" in said


# --- the hotline


def test_talk_to_someone_knows_the_hours_of_the_hotline(town: Town) -> None:
    town.clock(NIGHT)
    assert "answers from Wed 08:00" in town["Amina"].dial("1", "4")
    town.clock(DAY)
    said = town["Amina"].dial("1", "4")
    assert "One of us answers." in said and "answers from" not in said


def test_a_text_knows_them_too(town: Town) -> None:
    town.clock(NIGHT)
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].inbox()
    town["Amina"].text("menu")
    said = " ".join(town["Amina"].inbox())
    assert "answers from Wed 08:00" in said and "One of us answers." not in said


def test_without_hours_a_colleague_answers_only_while_somebody_is_on_duty() -> None:
    _, caller = shipped()["en"].translator, account("en", ("en",))
    assert sos.call_text(caller, _, is_answered=True) == f"Call {HOTLINE}. One of us answers."
    assert talk.call_text(caller, _) == f"Call {HOTLINE}."


def test_open_hours_promise_an_answer_whoever_is_on_duty() -> None:
    _, caller = shipped()["en"].translator, account("en", ("en",))
    profile = replace(caller.world.profile, hotline_hours=WeeklyHours.parse("Daily 00:00-24:00"))
    caller = replace(caller, world=replace(caller.world, profile=profile))
    assert talk.call_text(caller, _) == f"Call {HOTLINE}. One of us answers."


def test_hours_that_are_none_are_refused_with_what_is_right(values: Settings) -> None:
    with pytest.raises(BadInput, match="MWAVULI_HOTLINE_HOURS: hours are written as"):
        build_profile(values.model_copy(update={"hotline_hours": "at night"}), shipped())


# --- a late outing


def test_who_is_back_in_time_reads_that_the_note_is_deleted_and_no_more() -> None:
    _, caller = shipped()["en"].translator, account("en", ("en",))
    out = replace(caller, safe_call=SafeCall(caller.now, "en", "note"))
    assert safe_call.end_safe_call(out, _).text == "Good that you are back. The note is deleted."


def test_who_was_late_reads_who_was_told_and_what_they_read_now(town: Town) -> None:
    town.turn_on(*Feature.all())
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    town["Bahati"].inbox()
    redial(town)
    said = town["Amina"].choose("I am back")
    while "98. " in town["Amina"].screen:
        said += " " + town["Amina"].press("98")
    assert "your people were told" in said and "Colleagues were told too" in said
    [text] = town["Bahati"].inbox()
    assert text in said, "what they read is what the screen says"


def test_where_no_contact_is_left_nobody_is_said_to_have_been_told() -> None:
    _, caller = shipped()["en"].translator, account("en", ("en",))
    assert caller.safety_profile
    alone = replace(caller.safety_profile, contacts=(Contact(b"c", "Halima", "en", 1),))
    late = SafeCall(caller.now, "en", "note", contacts_notified=True)
    said = safe_call.end_safe_call(replace(caller, safety_profile=alone, safe_call=late), _).text
    assert said == "Good that you are back. The note is deleted."


def test_a_responder_reads_that_it_is_a_late_note_and_the_hour(town: Town) -> None:
    town.turn_on(*Feature.all())
    add_contacts(town)
    set_pins(town)
    start_safe_call(town, colleagues=True)
    miss_return_time(town)
    said = town["Rehema"].dial("1", "7", "1212", "8", "1", "1")
    assert "A late note" in said
    while "98. " in town["Rehema"].screen:
        said += town["Rehema"].press("98")
    assert "Wanted to be back by" in said


@pytest.mark.parametrize("has_pin", [True, False])
def test_a_reminder_says_the_keys_to_the_menu_that_ends_it(town: Town, has_pin: bool) -> None:
    town.turn_on(*Feature.all())
    add_contacts(town)
    if has_pin:
        set_pins(town)
    start_safe_call(town)
    town.sleep(3661)
    [text] = town["Amina"].inbox()[-1:]
    keys = text.rpartition(" ")[2].replace("PIN", "2468").split("-")
    assert len(keys) == (4 if has_pin else 2), text
    town.sleep(300)
    said = town["Amina"].dial(*keys)
    while "98. " in said:
        said += town["Amina"].press("98")
    assert "I am back" in said and "One hour more" in said


@pytest.mark.parametrize(("clock", "said"), [(NIGHT, "answers from Wed 08:00."), (DAY, "Call 0711000099")])
def test_a_caller_to_whom_nobody_comes_reads_when_the_hotline_answers(town: Town, clock: str, said: str) -> None:
    town.turn_on(*Feature.all())
    town.clock(clock)
    town["Dafina"].text("SOS by the port")
    town["Dafina"].inbox()
    got: list[str] = []
    for _minute in range(35):
        town.sleep(60)
        got += town["Dafina"].inbox()
    assert len(got) == 3 and all(said.casefold() in text.casefold() for text in got)


@pytest.mark.parametrize(("hour", "said"), [(2, "0711000099 answers from Wed 08:00."), (10, "or call 0711000099")])
def test_the_apology_knows_the_hours(values: Settings, hour: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = values.model_copy(update={"hotline": "0711000099", "hotline_hours": "Daily 08:00-20:00"})
    loader = ServiceLoader(settings)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls(2026, 12, 2, hour, tzinfo=tz)

    monkeypatch.setattr(service_loader, "datetime", Clock)
    assert said in loader.apology

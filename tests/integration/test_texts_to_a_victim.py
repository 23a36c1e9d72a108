"""A stalker has our sender text a phone that joined nothing, by every kind of forged text, hour after hour."""

import secrets

import pytest

from gateway.model.feature import Feature
from gateway.model.text_guard import MAX_ANSWERED_PER_DAY, MAX_UNPROVEN_PER_DAY
from tests.harness.cast import number
from tests.harness.steps_sos import running_sos
from tests.harness.town import Town

HOURS = 24


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def forge_hourly(town: Town, *words: str) -> list[str]:
    """Forge these texts in Dafina's name once an hour for a day. Return what this phone got."""
    for _hour in range(HOURS):
        for each in words:
            town["Dafina"].text(each, secrets.token_hex(8))
        town.work()
        town.sleep(3600)
    return town["Dafina"].inbox()


def test_reports_in_a_strangers_name_bring_few_outcomes(town: Town) -> None:
    got = forge_hourly(town, "REPORT soko police")
    assert 0 < len(got) <= 2 * MAX_UNPROVEN_PER_DAY
    assert len(town.store.read_world().alerts) == HOURS, "every report is passed on all the same"


def test_stop_in_a_strangers_name_brings_one_goodbye_a_day(town: Town) -> None:
    assert forge_hourly(town, "STOP") == ["Done. No more texts."]


def test_after_stop_no_report_in_a_strangers_name_is_answered(town: Town) -> None:
    assert forge_hourly(town, "STOP", "REPORT soko police") == ["Done. No more texts."]


def test_calls_in_a_strangers_name_are_answered_thirty_times_a_day(town: Town) -> None:
    """Each call is passed on. The first answer, and those of a caller who texts in need, stay."""
    got = forge_hourly(town, *["SOS"] * 20)
    assert any(text.startswith("We got it. Somebody is on duty") for text in got[:2]), "one minute keeps no order"
    assert sum(text.startswith(("We got it.", "We passed it on.")) for text in got) <= MAX_ANSWERED_PER_DAY + 2
    assert running_sos(town, "Dafina")


def test_that_nobody_came_is_told_once_to_a_phone_in_whose_name_calls_are_forged(town: Town) -> None:
    got = forge_hourly(town, *["SOS"] * 20)
    for said in ("Nobody has answered yet", "We asked them all again", "Nobody has come yet"):
        assert sum(text.startswith(said) for text in got) <= 1, said


def test_who_dials_again_hears_again_that_nobody_came(town: Town) -> None:
    town["Dafina"].text("SOS at the ferry")
    town["Dafina"].inbox()
    for _minute in range(35):
        town.sleep(60)
        town.work()
    assert any(text.startswith("Nobody has answered yet") for text in town["Dafina"].inbox())
    town["Dafina"].dial("1", "4", "1", "1")
    town.work()
    town.sleep(200)
    assert any(text.startswith("Nobody has answered yet") for text in town["Dafina"].inbox())


@pytest.mark.parametrize("words", ["come to me", "please come", "njoo kwangu", "viens chez moi"])
def test_a_bare_come_from_a_phone_that_never_joined_is_asked_about(town: Town, words: str) -> None:
    town["Dafina"].text(words)
    [asked] = town["Dafina"].inbox()
    assert "1" in asked
    assert town.store.read_turn(number("Dafina")).sos is None
    town["Dafina"].text("1")
    assert running_sos(town, "Dafina").texted == (words,)


@pytest.mark.parametrize("words", ["come quickly", "he locked me in come", "come he has a knife"])
def test_a_come_with_haste_or_danger_is_a_cry(town: Town, words: str) -> None:
    town["Dafina"].text(words)
    assert running_sos(town, "Dafina").texted == (words,)


def test_after_a_forged_stop_a_cry_for_help_is_answered(town: Town) -> None:
    town["Dafina"].text("STOP")
    town["Dafina"].text("SOS at the ferry")
    assert running_sos(town, "Dafina").texted == ("at the ferry",)
    assert any("on duty" in text for text in town["Dafina"].inbox())

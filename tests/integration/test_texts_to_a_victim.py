"""A stalker has our sender text a phone that joined nothing, by every kind of forged text, hour after hour."""

import secrets

import pytest

from gateway.model.feature import Feature
from gateway.model.text_guard import MAX_ANSWERED_PER_DAY, MAX_UNPROVEN_PER_DAY
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


def test_after_a_forged_stop_a_cry_for_help_is_answered(town: Town) -> None:
    town["Dafina"].text("STOP")
    town["Dafina"].text("SOS at the ferry")
    assert running_sos(town, "Dafina").texted == ("at the ferry",)
    assert any("on duty" in text for text in town["Dafina"].inbox())

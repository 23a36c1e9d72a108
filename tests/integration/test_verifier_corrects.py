"""A verifier checks a report: kind, area, how sure, the reason of a no, a false alarm; and who decided it."""

import pytest
from click.testing import CliRunner

from gateway.cli import cli
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, Certainty, RejectReason
from tests.harness.cast import TEAM
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

UNFIT = ("go to Mama Njeri bar", "call Mary 0712345678", "x.co/1")
ONLY = "Only what to avoid: no phone number, no link, nowhere to go to."


def report(town: Town, words: str = "soko mwezi vans at the gate") -> Alert:
    town["Chiku"].text(f"REPORT {words}")
    town.work()
    return newest(town)


def newest(town: Town) -> Alert:
    return max(town.store.read_world().alerts.values(), key=lambda alert: (alert.at, alert.number))


def team(town: Town, name: str, *keys: str) -> str:
    return town[name].dial("1", "7", TEAM[name][3], "8", *keys)


def test_a_verifier_sets_kind_area_and_how_sure(town: Town) -> None:
    assert report(town).kind is AlertKind.OTHER
    team(town, "Wema", "1", "1")
    wema = town["Wema"]
    wema.choose("Another kind", "Police raid", "Another area")
    assert "Police raid, Zumari" in wema.press("zumari")
    wema.choose("Say yes", "One of us saw it", "Name no place", "No more words")
    wema.press("2")
    wema.choose("Send")
    sent = newest(town)
    assert (sent.kind, sent.area, sent.certainty) == (AlertKind.RAID, area_id(town, "Zumari"), Certainty.SEEN)


def test_no_verifier_moves_a_report_to_an_area_of_others(town: Town) -> None:
    number, far = report(town).number, area_id(town, "Zumari")
    do(town, "Vera", intents.ConfirmReport(number, "", "", int(town.now()) + 3600, area=far))
    assert newest(town).state is AlertState.REPORTED


def test_a_no_has_a_reason_and_both_are_shown(town: Town) -> None:
    report(town)
    team(town, "Vera", "1", "1", "2", "2")
    assert newest(town).reject_reason is RejectReason.OVER
    team(town, "Wema", "3")
    shown = town["Wema"].choose("Not sent:")
    assert "No: Vera; It is over" in shown and "vans at the gate" in shown


def test_a_false_alarm_is_marked_and_can_be_sent_again(town: Town) -> None:
    do(town, "Sabra", intents.SendAlert(AlertKind.RAID, area_id(town), "gate", "", int(town.now()) + 7200))
    team(town, "Vera", "3", "1", "3", "2")
    assert newest(town).is_false_alarm and newest(town).state is AlertState.ENDED
    team(town, "Wema", "3")
    assert "Yes: Sabra" in town["Wema"].choose("False alarm:")
    amina = town["Amina"]
    amina.dial("1", "1")
    amina.choose("Check a place")
    amina.press("soko")
    assert "(false alarm)" in amina.choose("Last 7 days")


def test_who_decided_is_forgotten_with_the_case(town: Town) -> None:
    number = report(town).number
    do(town, "Wema", intents.ConfirmReport(number, "gate", "", int(town.now()) + 3600))
    do(town, "Wema", intents.EndAlert(number, is_false_alarm=True))
    town.sleep(int(town.context.times.keep_alert) + 60)
    town.work()
    kept = newest(town)
    assert (kept.author, kept.approver, kept.rejected_by, kept.reject_reason) == ("", "", "", None)
    assert kept.is_false_alarm


@pytest.mark.parametrize("words", UNFIT)
def test_no_channel_takes_a_number_a_link_or_a_way_to_go(town: Town, words: str) -> None:
    vera = town["Vera"]
    team(town, "Vera", "2", "1", "soko", "1")
    assert vera.press(words).startswith(ONLY)
    vera.press("Market gate")
    assert vera.press(words).startswith(ONLY)
    run = ["alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", words]
    assert "names what to avoid" in str(CliRunner().invoke(cli, run).exception)
    until = int(town.now()) + 3600
    do(town, "Vera", intents.SendAlert(AlertKind.RAID, area_id(town), words, "", until))
    do(town, "Vera", intents.SendAlert(AlertKind.RAID, area_id(town), "", words, until))
    assert town.store.read_world().alerts == {}


def test_a_text_takes_none_either(town: Town) -> None:
    town.give_codes("Vera", ["700001"])
    town["Vera"].text("ALERT 700001 soko mwezi raid go to Mama Njeri bar")
    if code := town["Vera"].fresh_code():
        town["Vera"].text(code)
    assert town.store.read_world().alerts == {}


def test_longer_offers_later_hours_only(town: Town) -> None:
    until = int(town.now()) + 10 * 3600
    do(town, "Vera", intents.SendAlert(AlertKind.RAID, area_id(town), "gate", "", until))
    team(town, "Vera", "3", "1", "2")
    vera = town["Vera"]
    assert "(+12 h)" in vera.screen and "(1 h)" not in vera.screen
    vera.press("1")
    vera.choose("Send")
    assert newest(town).until == until + 3600
    team(town, "Vera", "3", "1", "1", "stage", "1")
    assert vera.screen.startswith("Until when?\n1. As now:")
    vera.press("1")
    vera.choose("Send")
    assert newest(town).until == until + 3600


def test_a_second_incident_is_told_at_once_and_three_are_the_most(town: Town) -> None:
    chiku = town["Chiku"]
    report(town, "soko mwezi raid at the gate")
    chiku.dial("1", "5", "1")
    chiku.choose("Something else happened")
    chiku.press("soko")
    assert chiku.choose("Arrests").startswith("Thank you. We ask someone to check it.")
    chiku.text("REPORT zumari raid at the stage")
    alerts = town.store.read_world().alerts
    assert {a.kind for a in alerts.values()} == {AlertKind.RAID, AlertKind.ARRESTS} and len(alerts) == 3
    assert "Something else happened" not in chiku.dial("1", "5", "1")


@pytest.mark.parametrize("key", ["7", "98", "42", "*", "#", "1."])
def test_a_key_is_never_words(town: Town, key: str) -> None:
    amina = town["Amina"]
    amina.dial("1", "5", "2")
    assert amina.press(key).startswith("Please type words.")
    assert town.store.read_world().conversations == {}
    amina.press("The clinic at gate 7")
    assert amina.choose("Yes").startswith("Thank you.")

"""A person wears admins out by alarms: with one SIM, with a steady flood, or with a role that comes and goes."""

import secrets

import pytest

from gateway.model import intents
from gateway.numbers import Number
from jobs import scheduler
from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.steps_sos import empty_inboxes
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

HOUR_S = 3600
LEAVING, JOINING = "many stop our texts", "very many join by text"


def alarms(town: Town) -> set[str]:
    scheduler.sweep(town.context)
    return set(town.store.read_world().alarms.values())


def texts(town: Town, start: str) -> list[str]:
    return [text for text in town.inbox("Zuhura") if text.startswith(start)]


def stop(town: Town, people: list[Number]) -> None:
    for person in people:
        town.sms.handle_text(secrets.token_hex(8), person, "STOP")


def ask_to_join(town: Town, count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        town.sms.handle_text(secrets.token_hex(8), Number.from_int(254719000000 + n), "JOIN soko mwezi")


def test_one_sim_that_joins_and_leaves_again_and_again_is_no_alarm(town: Town) -> None:
    subscribe(town, PEOPLE[:30])
    for _each in range(25):
        do(town, "Amina", intents.Subscribe(area_id(town)), intents.Unsubscribe())
    assert alarms(town) == set()


def test_one_sim_that_asks_to_join_again_and_again_is_no_alarm(town: Town) -> None:
    for _each in range(60):
        ask_to_join(town, 1)
    assert alarms(town) == set()


def test_a_steady_flood_is_one_text(town: Town) -> None:
    """Just above the threshold for a while, just below it for a while, all day long."""
    empty_inboxes(town)
    for part in range(12):
        ask_to_join(town, 16 if part % 4 else 60, first=part * 60)
        alarms(town)
        town.sleep(601)
    assert texts(town, "Alarm: ") == [f"Alarm: {JOINING}"]


def test_an_alarm_ends_only_after_calm_of_some_minutes(town: Town) -> None:
    ask_to_join(town, 60)
    assert alarms(town) == {JOINING}
    town.sleep(1201)
    ask_to_join(town, 31, first=60)
    assert alarms(town) == {JOINING}, "half as many as the threshold"
    town.sleep(500)
    assert alarms(town) == {JOINING}
    town.sleep(701)
    assert alarms(town) == set()


def test_a_forger_who_makes_many_leave_cannot_hide_behind_a_quiet_minute(town: Town) -> None:
    subscribe(town, PEOPLE[:200])
    stop(town, PEOPLE[:20])
    assert alarms(town) == {LEAVING}
    town.sleep(599)
    stop(town, PEOPLE[20:40])
    assert alarms(town) == {LEAVING}
    assert texts(town, "Alarm: ") == [f"Alarm: {LEAVING}"]


def come_and_go(town: Town, name: str) -> None:
    do(town, name, intents.SilenceStaff())
    town.work()
    alarms(town)
    do(town, name, intents.ResumeStaffTexts())
    town.work()
    alarms(town)


@pytest.mark.parametrize("rounds", [30])
def test_a_last_verifier_who_comes_and_goes_is_one_alarm(town: Town, rounds: int) -> None:
    do(town, "Zuhura", intents.SilenceStaff())
    do(town, "Wema", intents.SilenceStaff())
    town.work()
    empty_inboxes(town)
    for _each in range(rounds):
        come_and_go(town, "Vera")
    assert [t for t in town.inbox("Vera") + town.inbox("Sabra") if t == "Alarm: nobody to check"] == [
        "Alarm: nobody to check"
    ]


def test_a_colleague_who_sends_stop_and_comes_back_all_day_costs_an_admin_one_text_an_hour(town: Town) -> None:
    empty_inboxes(town)
    for _each in range(24):
        come_and_go(town, "Vera")
        town.sleep(HOUR_S // 6)
    assert 1 <= len(texts(town, "Vera sent STOP")) <= 4


def test_a_stop_that_stands_is_told_even_if_it_was_told_a_moment_ago(town: Town) -> None:
    """Otherwise a bought colleague sends STOP twice, and nobody hears that the second one stays."""
    come_and_go(town, "Vera")
    empty_inboxes(town)
    do(town, "Vera", intents.SilenceStaff())
    town.work()
    assert texts(town, "Vera sent STOP") == []
    town.sleep(HOUR_S + 60)
    assert len(texts(town, "Vera sent STOP")) == 1

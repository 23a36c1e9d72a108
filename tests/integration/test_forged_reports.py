"""Strangers who send report after report, each from another number, stop no warning (fault rows 60, 61 and 68)."""

import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import FrameType

import pytest
from msgspec.structs import replace

from gateway.actions import report_limits
from gateway.actions.alerts import MAX_COUNTED_REPORTS
from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState, AlertTask
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import Transaction
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns.snapshot import caller_from_turn
from menus.sms.staff import run_command
from tests.harness import cast as people
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town
from translations import Translator

PATIENCE_S = 60
AT_ONCE = 8
"""threads that forge reports"""
FEW = 3
"""the number of open reports in tests that fill the list"""


@contextmanager
def patience() -> Iterator[None]:
    """Fail after PATIENCE_S, also in a loop that never ends."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError("it never ended")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fill_alerts(town: Town, state: AlertState, numbers: range) -> None:
    """Write an alert of this state under each number, as earlier reports left them."""
    area, now = area_id(town), int(town.now())

    def write(some: range) -> Callable[[World, Transaction, int], None]:
        def put(_world: World, transaction: Transaction, _now: int) -> None:
            for number in some:
                alert = Alert(number, AlertKind.OTHER, area, state, now - 9000, ended_at=now - 6000)
                town.store.world_cache.alerts.put(transaction, str(number).encode(), alert)

        return put

    for first in range(0, len(numbers), 500):  # more in one commit would outlast the time-out of a busy machine
        town.store.transact(write(numbers[first : first + 500]))


def report_as(town: Town, n: int, words: str = "soko mwezi raid") -> None:
    """Send a report from a number that nobody knows."""
    town.sms.handle_text(f"forged-{n}", Number.from_int(254_715_000_000 + n), f"REPORT {words}")


def states(town: Town) -> dict[int, AlertState]:
    return {alert.number: alert.state for alert in town.store.read_world().alerts.values()}


def send_warning(town: Town) -> None:
    until = int(town.now()) + 3600
    do(town, "Zuhura", intents.SendAlert(AlertKind.RAID, area_id(town), "bus stage", "", until))


def test_an_adversary_who_takes_every_short_number_does_not_stop_a_warning(town: Town) -> None:
    """All numbers of four digits belong to old reports. The admin's warning goes out at once, under a longer one."""
    do(town, "Amina", intents.Subscribe(area_id(town)))
    fill_alerts(town, AlertState.REJECTED, range(1000, 10_000))
    with patience():
        send_warning(town)
        report_as(town, 1)
    [number] = [n for n, state in states(town).items() if state is AlertState.LIVE]
    assert len(str(number)) > 4
    assert any("bus stage" in text for text in town["Amina"].inbox())
    assert any("Please check" in text for text in town["Vera"].inbox()), "the honest report is checked"


def test_staff_can_type_a_longer_number(town: Town) -> None:
    fill_alerts(town, AlertState.REJECTED, range(1000, 2000))
    send_warning(town)
    [number] = [n for n, state in states(town).items() if state is AlertState.LIVE]
    town.give_codes("Zuhura", ["700001"])
    turn = town.store.read_turn(people.number("Zuhura"))
    answered = run_command("CLEAR", f"700001 {number}", caller_from_turn(turn, "en"), translator(town))
    assert intents.EndAlert(number) in answered.intents


def translator(town: Town) -> Translator:
    return town.context.translator("en")


@contextmanager
def flood(town: Town, *words: str) -> Iterator[None]:
    """Let forged reports with these words come all the time, several at once, each from another number."""
    ended, numbers = threading.Event(), itertools.count(1000)

    def send() -> None:
        while not ended.is_set():
            n = next(numbers)
            with suppress(StoreUnavailable):
                report_as(town, n, words[n % len(words)])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _thread in range(AT_ONCE):
            pool.submit(send)
        try:
            time.sleep(0.5)
            yield
        finally:
            ended.set()


def attempts(town: Town, name: str, intent: intents.Intent) -> int:
    """Return how many commits of this person fail until one succeeds. One turn makes MAX_ATTEMPTS."""
    for failed in range(MAX_ATTEMPTS):
        turn = town.store.read_turn(people.number(name))
        town.store.apply_intents(turn, [intent], "en")
        if town.store.commit(turn.transaction):
            return failed
    return MAX_ATTEMPTS


def test_a_stream_of_forged_reports_delays_no_warning_and_no_subscriber(town: Town) -> None:
    """Each forged report changes the table of alerts. A warning and a subscription do not wait for a quiet moment."""
    places = ("soko mwezi", "kisima tatu", "mawimbi", "njia nne", "daraja kuu", "forodha zamani")
    kinds = ("raid", "hotel", "checkpoint", "arrests", "eviction", "extortion", "film", "violent")
    until = int(town.now()) + 3600
    warning = intents.SendAlert(AlertKind.RAID, area_id(town), "bus stage", "", until)
    with flood(town, *(f"{place} {kind}" for place in places for kind in kinds)):
        assert [attempts(town, "Zuhura", warning) for _warning in range(5)] == [0] * 5
        assert attempts(town, "Amina", intents.Subscribe(area_id(town))) == 0


def test_a_stream_of_forged_reports_of_one_event_delays_no_decision_about_it(town: Town) -> None:
    """They only raise its rank, up to a limit. The verifier confirms it in spite of them."""
    report_as(town, 1)
    [number] = states(town)
    until = int(town.now()) + 3600
    with flood(town, "soko mwezi raid"):
        wait_until_counted(town, number)
        assert attempts(town, "Wema", intents.ConfirmReport(number, "bus stage", "", until)) < 3
    assert states(town)[number] is AlertState.LIVE


def wait_until_counted(town: Town, number: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        alert = town.store.read_world().alert(number)
        if alert and alert.report_count >= MAX_COUNTED_REPORTS:
            return
        time.sleep(0.1)
    raise AssertionError("the forged reports were not counted")


def test_two_who_send_at_once_still_make_one_decision(town: Town) -> None:
    """The guard that reports do not move still refuses the second of two warnings decided on the same picture."""
    until = int(town.now()) + 3600
    warning = intents.SendAlert(AlertKind.RAID, area_id(town), "bus stage", "", until)
    turns = [town.store.read_turn(people.number(name)) for name in ("Zuhura", "Wema")]
    for turn in turns:
        town.store.apply_intents(turn, [warning], "en")
    assert [town.store.commit(turn.transaction) for turn in turns] == [True, False]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_limits, "MAX_OPEN_REPORTS", FEW)
    monkeypatch.setattr(report_limits, "MAX_UNCHECKED_REPORTS", FEW)


@pytest.mark.usefixtures("few")
def test_an_adversary_who_fills_the_list_pushes_out_no_subscriber_and_no_decision(town: Town) -> None:
    """Forged reports lapse, oldest first. A subscriber's report, a proposal and a live warning stay."""
    do(town, "Amina", intents.Subscribe(area_id(town)))
    do(town, "Amina", intents.SubmitReport(AlertKind.RAID, area_id(town), "bus stage"))
    send_warning(town)
    until = int(town.now()) + 3600
    proposed = intents.SendAlert(AlertKind.FILM, area_id(town), "market", "", until, needs_approval=True)
    do(town, "Sabra", proposed)
    staying = set(states(town))
    assert len(staying) == 3
    for n, kind in enumerate(("hotel", "checkpoint", "arrests", "eviction", "extortion", "film", "violent")):
        do_as_stranger(town, n, AlertKind(kind))
    left = states(town)
    assert staying <= left.keys()
    found = list(left.values())
    assert found.count(AlertState.REPORTED) == FEW and found.count(AlertState.UNCHECKED) == FEW
    newest = max(town.store.read_world().alerts.values(), key=lambda alert: (alert.kind == "violent", alert.at))
    assert newest.state is AlertState.REPORTED, "the last report is open"
    send_warning(town)


@pytest.mark.usefixtures("few")
def test_a_forger_who_reports_first_does_not_make_a_subscribers_report_lapse(town: Town) -> None:
    """The adversary forges a report of the raid before it, so that the subscriber's is one more voice of a stranger."""
    do(town, "Amina", intents.Subscribe(area_id(town)))
    do_as_stranger(town, 0, AlertKind.RAID)
    do(town, "Amina", intents.SubmitReport(AlertKind.RAID, area_id(town), "bus stage"))
    [number] = states(town)
    for n, kind in enumerate(("hotel", "checkpoint", "arrests", "eviction"), 1):
        for voice in range(3):
            do_as_stranger(town, 10 * n + voice, AlertKind(kind))
    assert states(town)[number] is AlertState.REPORTED


def do_as_stranger(town: Town, n: int, kind: AlertKind) -> None:
    turn = town.store.read_turn(Number.from_int(254_715_000_000 + n))
    town.store.apply_intents(turn, (intents.SubmitReport(kind, area_id(town), ""),), "en")
    assert town.store.commit(turn.transaction)


@pytest.mark.usefixtures("few")
def test_the_reporter_of_a_lapsed_report_hears_that_nobody_checked_it(town: Town) -> None:
    do(town, "Bahati", intents.SubmitReport(AlertKind.RAID, area_id(town), "bus stage"))
    for n, kind in enumerate(("hotel", "checkpoint", "arrests")):
        do_as_stranger(town, n, AlertKind(kind))
    assert any("Nobody could check it" in text for text in town["Bahati"].inbox())


@pytest.mark.usefixtures("few")
def test_the_clean_up_of_a_lapsed_report_never_deletes_the_warning_that_got_its_number(town: Town) -> None:
    fill_alerts(town, AlertState.UNCHECKED, range(4000, 4000 + FEW))
    town.store.transact(lambda _world, transaction, now: schedule_purges(transaction, now))
    do_as_stranger(town, 1, AlertKind.RAID)
    [lapsed] = {4000 + n for n in range(FEW)} - states(town).keys()
    send_warning(town)
    [number] = [n for n, state in states(town).items() if state is AlertState.LIVE]
    renumber(town, number, lapsed)
    town.store.transact(lambda _world, transaction, now: schedule_purges(transaction, now))
    town.work()
    assert states(town)[lapsed] is AlertState.LIVE


def schedule_purges(transaction: Transaction, now: int) -> None:
    for number in range(4000, 4000 + FEW):
        transaction.schedule("bulk", AlertTask.PURGE_ALERT.item(number), now)  # type: ignore[arg-type]


def renumber(town: Town, number: int, to: int) -> None:
    """Give a live warning the number of a lapsed report."""

    def write(world: World, transaction: Transaction, _now: int) -> None:
        alert = world.alert(number)
        assert alert
        town.store.world_cache.alerts.put(transaction, str(to).encode(), replace(alert, number=to))

    town.store.transact(write)


@pytest.mark.parametrize("names", [["Amina"] * 6, ["Bahati", "Chiku", "Dafina", "Rehema", "Salma", "Nurse"]])
def test_forged_texts_push_no_place_off_a_report(names: list[str], town: Town) -> None:
    """Six texts in the reporter's name, or in others', and the verifiers read only the forger's places."""
    do(town, "Amina", intents.SubmitReport(AlertKind.RAID, area_id(town), "Bar Kilima"))
    number = next(iter(town.store.read_world().alerts.values())).number
    do(town, "Amina", intents.AddToReport(number, "now at the port"))
    for place, name in enumerate(names):
        town[name].text(f"REPORT soko mwezi raid place {place}")
    report = town.store.read_world().report(number)
    assert report and {"Bar Kilima", "now at the port"} < set(report.venues)

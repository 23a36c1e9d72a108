"""Fairness: alerts take turns, and shared resources never let bulk texts delay an alert."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.deployment import open_deployment
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.settings import Settings
from gateway.store import Transaction
from jobs import dispatch
from jobs.context import JobContext, build_context
from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.town import Town
from tests.harness.waiting import until

ALERTS, CROWD = 10, 190
PORTION = 80
"""more than a portion of one prefix holds"""


def send_marked(town: Town, count: int) -> None:
    """Send this many warnings at one moment, each with its own venue."""
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    for n in range(count):
        turn = town.store.read_terminal_turn()
        town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, f"Gate {n}", "", turn.now + 3600),), "")
        assert town.store.commit(turn.transaction)


def of_each(town: Town, count: int) -> list[list[int]]:
    """Return the positions of each warning's texts in the order in which the network took all texts."""
    texts = [m["text"] for m in town.network.get("/messages", params={"since": 0}).json()["messages"]]
    return [[at for at, text in enumerate(texts) if f"Gate {n}," in text or f"Gate {n}:" in text] for n in range(count)]


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(
        "[sending]\nrequest_size = 20\nchunk_size = 64\n[quiet]\nhours = ''\nmax_per_day = 1000\n"
    )
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


def test_ten_alerts_at_once_take_turns(town: Town) -> None:
    """Each alert sends its first portion before any sends its second, and none is done long before the other alerts."""
    subscribe(town, PEOPLE[:CROWD])
    send_marked(town, ALERTS)
    town.work()
    places = of_each(town, ALERTS)
    assert [len(each) for each in places] == [CROWD] * ALERTS
    assert max(each[0] for each in places) < ALERTS * CROWD / 2, "the first of each"
    assert min(each[-1] for each in places) > ALERTS * CROWD / 2, "the last of each"
    firsts, seconds = [each[0] for each in places], [next(n for n in each if n > each[0] + PORTION) for each in places]
    assert max(firsts) < min(seconds)


def test_a_long_chunk_ends_when_other_alerts_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow network no call begins after the turn is over, and recipients without a text remain pending."""
    monkeypatch.setattr("jobs.handlers.broadcast._prefix_limit", lambda *_: 4)
    monkeypatch.setattr("jobs.handlers.chunk.CHUNK_BUDGET_S", 0.0001)
    subscribe(town, PEOPLE)
    send_marked(town, 1)
    while not town.network.get("/stats").json()["accepted"]:
        dispatch.run_lane(town.context, "alerts", 0.0001)
    [alert] = town.store.read_world().alerts.values()
    first = town.store.recipients.count_states(f"{alert.number}.0")
    assert sum(first.values()) == len(PEOPLE)
    taken = town.network.get("/stats").json()["accepted"]
    assert 0 < taken <= 8 * 20 < len(PEOPLE)
    town.work()
    assert town.network.get("/stats").json()["accepted"] == len(PEOPLE)


QUEUED = 3000


def fill_bulk(town: Town) -> None:
    """Queue thousands of texts, all due now."""
    transaction, now = Transaction(), int(town.store.now())
    for n in range(QUEUED):
        message = OutboundText(
            PEOPLE[n % len(PEOPLE)].to_int(), "News", Lane.BULK, LegalBasis.ACTIVATION, now + 3600
        )
        town.store.queue_message(transaction, message, now - 60)
    assert town.store.commit(transaction)


@pytest.fixture
def bulk(town: Town, values: Settings) -> Iterator[JobContext]:
    """Queue thousands of texts on the bulk lane, and run a worker with a pool of its own that sends them."""
    fill_bulk(town)
    stop, worker = threading.Event(), build_context(open_deployment(values))

    def work() -> None:
        while not stop.is_set():
            dispatch.run_lane(worker, "bulk", 0.1)

    thread = threading.Thread(target=work)
    thread.start()
    yield worker
    stop.set()
    thread.join()


def test_an_alert_does_not_wait_for_the_bulk(town: Town, bulk: JobContext) -> None:
    """While thousands of texts are sent, the alert's first and last text leave after a few of them."""
    subscribe(town, PEOPLE[:100])
    until(lambda: town.network.get("/stats").json()["accepted"], what="the bulk on its way")
    before = town.network.get("/stats").json()["accepted"]
    send_marked(town, 1)
    while town.store.work_queue.has_due_items("alerts"):
        dispatch.run_lane(town.context, "alerts", 10)
    [places] = of_each(town, 1)
    assert len(places) == 100
    assert places[-1] - before < QUEUED / 4, "bulk and alert together until the alert's last"
    assert town.store.work_queue.count_items("bulk") > QUEUED / 4, "the bulk was not done first"


def test_bulk_waits_while_a_warning_is_sent(town: Town) -> None:
    """The bulk lane goes on by itself a moment later, and loses no text."""
    subscribe(town, PEOPLE)
    fill_bulk(town)
    send_marked(town, 1)
    dispatch.run_lane(town.context, "alerts", 0.0001)
    assert town.store.work_queue.has_due_items("alerts"), "the warning is under way"
    assert not dispatch.run_lane(town.context, "bulk", 1)
    assert town.store.work_queue.count_items("bulk") == QUEUED
    town.work()
    [places] = of_each(town, 1)
    assert len(places) == places[-1] + 1 == len(PEOPLE), "the warning first"
    town.see_through()
    assert town.store.work_queue.count_items("bulk") == 0

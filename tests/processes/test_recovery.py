"""Failures of the network, with the real processes: nobody is left out, and recovery needs no operator."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from gateway.deployment import Deployment
from gateway.model import intents
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

PEOPLE = [Number.from_int(254716000000 + n) for n in range(300)]
WITHIN = 60.0
"""seconds after the network is well again"""
IN_FLIGHT = 8


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started() as running:
        store = running.deployment().store
        area = store.read_world().atlas.resolve("Soko Mwezi").id
        for number in PEOPLE:
            turn = store.read_turn(number)
            store.apply_intents(turn, (intents.Subscribe(area),), "sw")
            assert store.commit(turn.transaction)
        yield running


@pytest.fixture
def deployment(stack: Stack) -> Iterator[Deployment]:
    stack.faults()
    stack.network.post("/reset")
    yield stack.deployment()
    stack.faults()


def send(stack: Stack) -> str:
    out = stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Gate")
    return out[:4]


def states(deployment: Deployment, number: str) -> dict[At, int]:
    return {at: n for at, n in deployment.store.recipients.count_states(f"{number}.0").items() if n}


def everybody(deployment: Deployment, number: str, *where: At) -> bool:
    found = states(deployment, number)
    return set(found) <= set(where) and sum(found.values()) == len(PEOPLE)


def taken(stack: Stack) -> Counter[str]:
    """Return how many texts the network took for each of them."""
    rows = stack.network.get("/messages", params={"since": 0}).json()["messages"]
    return Counter(row["number"] for row in rows if row["number"] in {p.e164 for p in PEOPLE})


@pytest.mark.parametrize("faults", [{"error_status": 500}, {"error_status": 429}, {"refuse_share": {"502": 1.0}}])
def test_refused_for_a_while(stack: Stack, deployment: Deployment, faults: dict[str, object]) -> None:
    """Fault row 12: at most one request a second a worker, besides calls in flight; all sent in a minute."""
    stack.faults(**faults)
    began = time.monotonic()
    number = send(stack)
    until(lambda: stack.network.get("/stats").json()["calls"] >= 4, what="some tries")
    asked = stack.network.get("/stats").json()["calls"]
    assert asked <= IN_FLIGHT + (time.monotonic() - began)
    assert sum(states(deployment, number).values()) == len(PEOPLE)
    stack.faults()
    until(lambda: everybody(deployment, number, At.ACCEPTED, At.DELIVERED), WITHIN, "all of it")
    assert taken(stack) == Counter({p.e164: 1 for p in PEOPLE})


@pytest.mark.parametrize("mode", ["normal", "lost"])
def test_accepted_but_answered_too_late(stack: Stack, deployment: Deployment, mode: str) -> None:
    """Fault row 11: nobody is left out. At most one call is doubled, and none where reports came meanwhile."""
    stack.faults(timeout_next=1, reports={"mode": mode})
    number = send(stack)
    ends = (At.DELIVERED,) if mode == "normal" else (At.ACCEPTED,)
    until(lambda: everybody(deployment, number, *ends), WITHIN, "all of it")
    found = taken(stack)
    assert set(found) == {p.e164 for p in PEOPLE}
    doubled = sum(n - 1 for n in found.values())
    assert doubled == 0 if mode == "normal" else 0 < doubled <= 100


REPORTS: dict[str, dict[str, object]] = {
    "late": {"delay_ms": 1500},
    "doubled": {"double": True},
    "reordered": {"reorder": True},
    "before the send returned": {"before_send_returns": True},
    "all of it": {"double": True, "reorder": True, "before_send_returns": True, "share_failed": 0.2},
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_as_they_come(stack: Stack, deployment: Deployment, name: str) -> None:
    """Fault row 8: in any order, each report settles one recipient once."""
    stack.faults(reports=REPORTS[name])
    number = send(stack)
    until(lambda: everybody(deployment, number, At.DELIVERED, At.FAILED), what="every report")
    until(lambda: not stack.network.get("/stats").json()["reports"]["pending"], what="the last of them")
    assert everybody(deployment, number, At.DELIVERED, At.FAILED)
    assert (At.FAILED in states(deployment, number)) == ("share_failed" in REPORTS[name])
    assert set(taken(stack).values()) == {1}


def test_the_clock_reports_a_dead_worker_of_alerts(stack: Stack, deployment: Deployment) -> None:
    [name] = [name for name, words in stack.commands.items() if words[-2:] == ["worker", "alerts"]]
    stack.kill(name)
    number = send(stack)
    store = deployment.store
    until(lambda: "a notice is not sent" in store.read_world().alarms.values(), what="an alarm")
    stack.restart_the_dead()
    until(lambda: everybody(deployment, number, At.ACCEPTED, At.DELIVERED), what="all of it")
    until(lambda: not store.read_world().alarms, what="the alarm's end")

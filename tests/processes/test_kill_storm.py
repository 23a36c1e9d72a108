"""A warning to 20,000 people while all processes are killed at random moments: it finishes by itself."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.harness.crowd import Alert, crowd, warn
from tests.harness.delivery_log import DeliveryLog, doubled
from tests.harness.network_phone import NetworkPhone
from tests.harness.scale import people
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

PEOPLE = people(20_000, fewer=5_000)
RESUMES = 25
"""seconds from the restart"""
TUNING = "proposal_audience = 100000\n[times]\nlease = 2\nscheduler_interval = 0.5\n[sending]\nin_flight = 1\n"
VICTIMS = [("alerts",), ("redis",), ("alerts", "clock", "web"), ("clock",), ("web",), ("redis", "alerts")]
CUT_OFF = {"alerts", "redis"}
"""whose death leaves a call of which nobody knows whether it was sent"""
ASKING = 150
UNKNOWN = "a text on lane messages is unknown"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started(TUNING, keep=3 * PEOPLE) as running:
        yield running


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("MWAVULI_SEED", random.randrange(10**6)))
    print(f"again with: MWAVULI_SEED={seed}")  # pytest shows it where the test fails
    return random.Random(seed)


def test_kills_at_random_moments(stack: Stack, dice: random.Random) -> None:
    """Without delivery reports and with one call in flight, the limit depends on the order of our own steps alone."""
    people, witness = crowd(stack, "Shamba Nyota", PEOPLE), DeliveryLog(stack.network)
    stack.faults(latency_ms=40, reports={"mode": "off"})
    alert = warn(stack, "Shamba Nyota", "Farm road")
    kills = 0
    with stack.supervised():
        for names in dice.sample(VICTIMS, len(VICTIMS)):
            goes_on(witness, alert)
            time.sleep(dice.uniform(0, 1.5))
            stack.kill(*names)
            kills += bool(CUT_OFF & set(names))
        goes_on(witness, alert)
        alert.ends_well(witness, people, kills, seconds=90)


def goes_on(witness: DeliveryLog, alert: Alert) -> None:
    """Whether texts leave, or all have left."""
    so_far = witness.took(alert.place).total()
    until(lambda: witness.took(alert.place).total() > so_far or alert.done(), RESUMES, "texts leaving again")


def test_an_answer_is_never_sent_twice(stack: Stack, dice: random.Random) -> None:
    """Every text is answered once, or its answer is noted as unknown: never twice, never without a trace."""
    numbers = [f"+2547140{n:05d}" for n in range(ASKING)]
    witness = DeliveryLog(stack.network)
    witness.look()
    stack.faults(latency_ms=200, reports={"mode": "off"})
    with stack.supervised():
        for at, number in enumerate(numbers, 1):
            NetworkPhone(stack.network, number).sends("HELP")
            if at % (ASKING // 3) == 0:
                time.sleep(dice.uniform(0, 0.5))
                stack.kill(*dice.choice([("messages",), ("redis",), ("web",)]))
        until(lambda: not stack.stats()["inbound"]["pending"], what="every text taken in")
        until(lambda: stack.idle("messages"), what="every answer gone")
    answered = Counter({n: c for n, c in witness.took("*384*2024#").items() if n in set(numbers)})
    assert not doubled(answered)
    missing = len(set(numbers) - set(answered))
    assert missing <= stack.said().count(UNKNOWN), f"{missing} were never answered, and the log does not say so"

"""Callers' turns while a warning goes to 10,000 people: none is lost, and nobody reads another caller's screen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from tests.bench import caller
from tests.bench.caller import Seen, Task
from tests.bench.people import WARDS
from tests.bench.ussd import OWN_PLACE, script
from tests.harness.child import die_with_parent
from tests.harness.crowd import KILL_TUNING, NO_REPORTS, crowd, warn
from tests.harness.delivery_log import DeliveryLog
from tests.harness.scale import people
from tests.harness.stack import ROOT, TOKEN, Stack, started

PEOPLE = people(10_000, fewer=3_000)
CALLERS, CONVERSATIONS = 16, 8
ONE_AFTER_ANOTHER = 1000
"""numbers of conversations that each caller's rehearsal leaves free"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started(KILL_TUNING.format(in_flight=2), keep=2 * PEOPLE) as running:
        running.run("-c", "from tests.bench.people import country; country()")
        yield running


def rehearsed(stack: Stack) -> list[list[str]]:
    """Learn what each caller must read, one caller after another, so that no screens can be mixed up yet."""
    screens = [
        caller.drive(_task(stack, [script(n)], 1, first=n * ONE_AFTER_ANOTHER, keep=True)).replies[0]
        for n in range(CALLERS)
    ]
    for turn in OWN_PLACE:
        assert all(ward in read[turn] for ward, read in zip(WARDS, screens, strict=False)), "each reads of an own place"
    return screens


def _task(
    stack: Stack, scripts: list[list[str]], conversations: int, first: int,
    expected: list[list[str]] | None = None, keep: bool = False,
) -> Task:  # fmt: skip
    return Task(stack.port, f"/at/{TOKEN}/ussd", scripts, conversations, first, expected or [], keep)


def test_no_turn_is_lost_and_no_screen_is_mixed_up(stack: Stack) -> None:
    expected, witness = rehearsed(stack), DeliveryLog(stack.network)
    people = crowd(stack, "Shamba Nyota", PEOPLE)
    stack.faults(latency_ms=100, **NO_REPORTS)
    alert = warn(stack, "Shamba Nyota", "Farm road")
    task = _task(stack, [script(n) for n in range(CALLERS)], CONVERSATIONS, CALLERS * ONE_AFTER_ANOTHER, expected)
    before = witness.took(alert.place).total()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.caller"], input=json.dumps(asdict(task)), text=True, cwd=ROOT,
        stdout=subprocess.PIPE, check=True, preexec_fn=die_with_parent,
    )  # fmt: skip
    assert before < witness.took(alert.place).total(), "texts left all the while"
    seen = Seen(**json.loads(done.stdout))
    assert (seen.crossed, seen.failed) == (0, 0)
    assert len(seen.latencies) == CALLERS * CONVERSATIONS * len(script(0)), "every turn was answered"
    alert.ends_well(witness, people, kills=0)

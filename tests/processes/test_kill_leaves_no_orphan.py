"""After a worker, or the demo that started it, is killed, no process goes on sending."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.harness.crowd import KILL_TUNING, NO_REPORTS, crowd, warn
from tests.harness.delivery_log import DeliveryLog
from tests.harness.demo import CHILDREN, Demo, children, gone, joins
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

CALL = 400
"""milliseconds that one takes"""
SILENCE = 2.0
"""seconds; several calls would have left in them"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started(KILL_TUNING.format(in_flight=4)) as running:
        yield running


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("d"))
    yield made
    made.close()


def strays(stack: Stack) -> set[int]:
    """Return processes with this stack's environment that the stack does not know, whatever their parent is."""
    known = {process.pid for process in stack.running.values()} | {os.getpid()}
    marker = f"MWAVULI_DATA_DIR={stack.environ['MWAVULI_DATA_DIR']}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if marker in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
    return found - known


def test_with_a_killed_worker_its_sending_ends(stack: Stack) -> None:
    people, witness = crowd(stack, "Shamba Nyota", 4000), DeliveryLog(stack.network)
    stack.faults(latency_ms=CALL, **NO_REPORTS)
    alert = warn(stack, "Shamba Nyota", "Farm road")
    until(lambda: witness.took(alert.place), what="the first call")
    assert not strays(stack), "it sends by itself, not by children"
    stack.kill("alerts")
    assert not strays(stack)
    calls = stack.stats()["calls"]
    time.sleep(SILENCE)
    assert stack.stats()["calls"] == calls, "somebody goes on sending"
    stack.faults(**NO_REPORTS)
    stack.restart_the_dead()
    alert.ends_well(witness, people, kills=4)  # as many calls were in flight


def test_a_killed_demo_ends_its_workers_in_the_middle_of_a_call(demo: Demo) -> None:
    process = demo.start()
    joins(demo.phone("Amina"))
    demo.hang_calls()
    demo.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Market gate")
    until(lambda: demo.calls(), what="the call")
    running = children(process.pid)
    assert set(running) == set(CHILDREN)
    process.kill()
    process.wait()
    until(lambda: gone(list(running.values())), what="the end of them all")

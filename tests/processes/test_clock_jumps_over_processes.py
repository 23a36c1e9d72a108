"""The clock of one host jumps an hour during a warning: everybody gets it once, and an alarm is raised."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.numbers import Number
from jobs.monitoring.alarms import ALARM_LABELS, AlarmCause
from tests.harness.stack import TUNING, Stack
from tests.harness.steps_turns import subscribe_phone
from tests.harness.waiting import until

HOUR = 3600
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
needs_faketime = pytest.mark.skipif(
    FAKETIME is None and os.environ.get("MWAVULI_FAKETIME") != "required", reason="apt install faketime"
)
PEOPLE = 240
SLOWLY = TUNING + "[sending]\nrequest_size = 10\nin_flight = 2\nchunk_size = 64\n"


class Hosts:
    """A stack in which the host of one process has a clock of its own."""

    def __init__(self, folder: Path, name: str):
        self.stack = Stack(folder)
        self.noticed = name != "alerts"
        """a worker's host has no clock process to look at it; nothing there decides by it"""
        (folder / "settings.toml").write_text(SLOWLY)
        self._offset = folder / "offset"
        self.jump(0)
        faked = {
            "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self._offset), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        words = [f"{variable}={value}" for variable, value in faked.items()]
        self.stack.commands[name] = ["env", *words, *self.stack.commands[name]]

    def jump(self, seconds: int) -> None:
        new = self._offset.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self._offset)


@pytest.fixture
def hosts(request: pytest.FixtureRequest) -> Iterator[Hosts]:
    with tempfile.TemporaryDirectory(prefix="mwj") as folder:
        made = Hosts(Path(folder), request.param)
        try:
            made.stack.start()
            yield made
        finally:
            made.stack.stop()


def subscribe_all(stack: Stack) -> set[str]:
    numbers = [f"+2547130{n:05d}" for n in range(PEOPLE)]
    store = stack.deployment().store
    for number in numbers:
        subscribe_phone(store, Number.parse(number), "Soko Mwezi")
    return set(numbers)


def texts_by_number(stack: Stack, words: str) -> Counter[str]:
    taken = stack.network.get("/messages", params={"since": 0}).json()["messages"]
    return Counter(message["number"] for message in taken if words in message["text"])


@needs_faketime
@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
@pytest.mark.parametrize("hosts", ["clock", "redis", "alerts"], indirect=True)
def test_a_clock_jumps_in_the_middle_of_a_warning(hosts: Hosts, seconds: int) -> None:
    stack = hosts.stack
    numbers = subscribe_all(stack)
    store = stack.deployment().store
    until(lambda: not any(store.work_queue.has_due_items(lane) for lane in ("alerts", "messages")), what="quiet")
    stack.faults(latency_ms=300)
    stack.command("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Farm road")
    until(lambda: texts_by_number(stack, "Farm road"), what="the first text")
    hosts.jump(seconds)
    assert len(texts_by_number(stack, "Farm road")) < PEOPLE, "it happened in the middle"
    if hosts.noticed:
        stack["Zuhura"].gets(ALARM_LABELS[AlarmCause.CLOCK_SKEW])
    until(lambda: len(texts_by_number(stack, "Farm road")) >= PEOPLE, what="the warning of everybody")
    stack.faults()
    stack["Chiku"].text("HELP")
    stack["Chiku"].gets("Please dial")
    until(lambda: not any(store.work_queue.has_due_items(lane) for lane in ("alerts", "messages")), what="quiet again")
    assert texts_by_number(stack, "Farm road") == Counter(numbers), "each once"
    hosts.jump(0)
    until(lambda: AlarmCause.CLOCK_SKEW.encode() not in store.read_world().alarms, what="the alarm lowered")

"""Ten turns of a real conversation, over HTTP, beside the two floors."""

import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

from tests.bench import people
from tests.bench.caller import Seen, Task
from tests.bench.monitor import Monitor
from tests.bench.report import Report, machine, micro, milli, percentile, spread, two, whole
from tests.bench.stage import ROOT, Child, Stage, free_port, wait_for_port

FLOORS = ("bare", "awaited", "hopped")
OURS = "mwavuli web"
OWN_PLACE = (4, 5, 7, 8, 9)
"""turns whose screen names the caller's own area"""
TURNS = 10
GOAL = 0.6


def script(caller: int) -> list[str]:
    """What one caller keys: language, alerts, get alerts, letters, pick, page, yes, back, back."""
    keys = [str(1 + caller % 2), "1", "1", people.WARDS[caller][:4].lower(), "1", "98", "1", "0", "0"]
    return ["", *itertools.accumulate(keys, lambda said, key: f"{said}*{key}")]


class Bench:
    def __init__(self, stage: Stage, quick: bool):
        self.stage, self.quick = stage, quick
        self.web = stage.mwavuli("web")
        ports = {name: free_port() for name in FLOORS}
        self.children = {name: stage.python(name, "tests.bench.floors", name, str(ports[name])) for name in FLOORS}
        self.children[OURS] = self.web
        self.targets = {name: (port, "/ussd") for name, port in ports.items()}
        self.targets[OURS] = (stage.port, f"/at/{stage.token}/ussd")
        for name, child in self.children.items():
            wait_for_port(child, self.targets[name][0])
        self.first = 0
        self.expected: list[list[str]] = []

    def drive(self, name: str, callers: int, conversations: int, keep: bool = False) -> Seen:
        """Let callers call, in a process of their own."""
        port, path = self.targets[name]
        expected = self.expected[:callers] if name == OURS else []
        task = Task(port, path, [script(i) for i in range(callers)], conversations, self.first, expected, keep)
        self.first += callers * conversations
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.caller"], input=json.dumps(asdict(task)), text=True, cwd=ROOT,
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        self.stage.check()
        return Seen(**json.loads(done.stdout))

    def rehearse(self) -> None:
        """Learn what each caller must read: one after another, so nothing can be crossed yet."""
        for caller in range(len(people.WARDS)):
            port, path = self.targets[OURS]
            task = Task(port, path, [script(caller)], 1, self.first, keep=True)
            self.first += 1
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.caller"], input=json.dumps(asdict(task)), text=True, cwd=ROOT,
                stdout=subprocess.PIPE, check=True,
            )  # fmt: skip
            replies = Seen(**json.loads(done.stdout)).replies[0]
            for turn in OWN_PLACE:
                assert people.WARDS[caller] in replies[turn], (turn, replies[turn])
            self.expected.append(replies)

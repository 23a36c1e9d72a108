"""Faults during the soak: killed processes, and a network that misbehaves."""

import random
import threading
from collections import Counter
from collections.abc import Callable

from tests.harness.stack import Stack

VICTIMS = ("alerts", "messages", "bulk", "clock", "web", "redis")
REPORTS = {"reports": {"delay_ms": 500}}
WELL: dict[str, object] = {"latency_ms": 50, **REPORTS}
FAULTS: dict[str, dict[str, object]] = {
    "HTTP 500": {"error_status": 500},
    "HTTP 429": {"error_status": 429},
    "slow": {"latency_ms": 1500},
    "answers lost": {"timeout_next": 2},
    "no airtime": {"balance": 0},
    "one in ten tried later": {"refuse_share": {"501": 0.1}},
}
PAUSE, LASTS = (6, 20), (2, 8)
"""seconds between two events, and of a fault"""


class Trouble:
    """Two kills for each fault while `killing`; faults alone afterwards."""

    def __init__(self, stack: Stack, dice: random.Random, killing: Callable[[], bool]):
        self._stack, self._dice, self._killing = stack, dice, killing
        self.seen: Counter[str] = Counter()

    def run(self, over: threading.Event) -> None:
        self._stack.faults(**WELL)
        while not over.wait(self._dice.uniform(*PAUSE)):
            if self._killing() and self._dice.random() < 2 / 3:
                self._kill()
            else:
                self._misbehave(over)
        self._stack.faults(**WELL)

    def _kill(self) -> None:
        name = self._dice.choice(VICTIMS)
        self._stack.kill(name)
        self.seen[f"kill -9 {name}"] += 1

    def _misbehave(self, over: threading.Event) -> None:
        name = self._dice.choice(list(FAULTS))
        self._stack.faults(**{**WELL, **FAULTS[name]})
        self.seen[name] += 1
        over.wait(self._dice.uniform(*LASTS))
        self._stack.faults(**WELL)


def said(seen: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(seen.items())) or "none"

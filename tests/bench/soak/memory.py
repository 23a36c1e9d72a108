"""Whether a process that runs for long keeps growing."""

import os
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from tests.harness.stack import Stack

GROWTH, GROUND = 0.05, 3 * 2**20
"""growth allowed from the first quarter of a process's life to the last: this share and this many bytes"""
WARM = 0.2
"""share of the life in which caches fill"""


class Sample(NamedTuple):
    at: float
    pid: int
    size: int


class Memory:
    """Resident bytes of each process, sampled from time to time."""

    def __init__(self) -> None:
        self.samples: defaultdict[str, list[Sample]] = defaultdict(list)

    def look(self, stack: Stack) -> None:
        for name, process in stack.running.items():
            if name != "network" and process.poll() is None:
                self.samples[name].append(Sample(time.monotonic(), process.pid, resident(process.pid)))

    def quarters(self, name: str) -> tuple[float, float]:
        """Return the median size in the first and the last quarter of the last life, after warming up."""
        samples = self.samples[name]
        life = [sample.size for sample in samples if sample.pid == samples[-1].pid]
        life = life[int(len(life) * WARM) :]
        quarter = max(1, len(life) // 4)
        return statistics.median(life[:quarter]), statistics.median(life[-quarter:])

    def flat(self) -> list[str]:
        """Return the processes that have grown."""
        grown = {name: self.quarters(name) for name in self.samples}
        return [
            f"{n} grew from {a:,.0f} to {b:,.0f} bytes" for n, (a, b) in grown.items() if b > a * (1 + GROWTH) + GROUND
        ]


def resident(pid: int) -> int:
    """Return the resident bytes; 0 where the process has just died."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0

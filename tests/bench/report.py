"""Results in words and tables, on the terminal and in RESULTS.md."""

import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from gateway.cli import redis_server

RESULTS = Path(__file__).parent / "RESULTS.md"
LIBRARIES = ("starlette", "uvicorn", "redis", "rq", "africastalking")
Form = Callable[[float], str]


def whole(value: float) -> str:
    return f"{value:,.0f}"


def two(value: float) -> str:
    return f"{value:.2f}"


def milli(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def micro(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def secs(seconds: float) -> str:
    return f"{seconds:.2f} s"


def mib(size: float) -> str:
    return f"{size / 2**20:.1f} MiB"


def spread(values: Sequence[float], form: Form) -> list[str]:
    """Return cells with minimum, median and maximum."""
    return [form(min(values)), form(statistics.median(values)), form(max(values))]


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@dataclass
class Report:
    """Lines of Markdown under one heading."""

    name: str
    lines: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        for line in lines:
            print(line, flush=True)
            self.lines.append(line)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        aligned = ["---", *("---:" for _ in head[1:])]
        self.say("", *("| " + " | ".join(row) + " |" for row in [head, aligned, *rows]), "")

    def goal(self, words: str, holds: bool) -> None:
        self.say(f"- {'holds' if holds else '**does not hold**'}: {words}")

    def write(self) -> None:
        """Write this section into RESULTS.md, in place of an older one of the same name."""
        old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results of the benchmarks\n"
        section = f"## {self.name}\n\n" + "\n".join(self.lines).strip() + "\n"
        start = re.search(rf"^## {re.escape(self.name)}$", old, re.MULTILINE)
        if start:
            following = re.search(r"^## ", old[start.end() :], re.MULTILINE)
            remaining = old[start.end() + following.start() :] if following else ""
            old = old[: start.start()].rstrip() + "\n\n" + section + ("\n" + remaining if remaining else "")
        else:
            old = old.rstrip() + "\n\n" + section
        RESULTS.write_text(old, encoding="utf-8")


def machine() -> list[str]:
    """Return what the benchmark ran on."""
    said = subprocess.run(
        [redis_server.find_executable(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\w+) server v=(\S+)", said)
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"- Command: `python -m tests.bench {' '.join(sys.argv[1:])}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Machine: {_processor()}, {os.cpu_count()} cores, shared; load before it began {os.getloadavg()[0]:.2f}",
        f"- Code: {_commit()}",
        f"- Python {platform.python_version()}, {' '.join(found.groups()) if found else 'Redis ?'} on a socket, "
        "append-only with appendfsync always",
        f"- {libraries}",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.*)", info)
    return found[1] if found else platform.machine()


def _commit() -> str:
    """Return the commit of this code, where it is a checkout."""
    asked = ["git", "-C", str(RESULTS.parent), "describe", "--always", "--dirty"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return said or os.environ.get("BENCH_COMMIT", "not a checkout")

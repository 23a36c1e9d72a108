"""What a test run included, what it left out, and how long that takes."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
QUICK: Final = ("tests/unit", "tests/integration")
MINUTES: Final = {"tests/unit": "0.5", "tests/integration": "4", "tests/processes": "9"}
"""Measured on 2 cores."""
COMMANDS: Final = {
    "tests/unit": "pytest tests/unit",
    "tests/integration": "pytest tests/integration",
    "tests/processes": "pytest tests/processes -n 2 --dist loadfile",
}
KANNEL: Final = ("/usr/sbin/bearerbox", "/usr/sbin/smsbox", "/usr/lib/kannel/test/fakesmsc")


def summarize(arguments: Sequence[str]) -> list[str]:
    """Return the lines for the end of a run with these paths on its command line."""
    paths = [argument.partition("::")[0].rstrip("/") for argument in arguments]
    lines = [f"ran: {' '.join(paths) if len(paths) <= 4 else f'{len(paths)} paths'}"]
    for room in MINUTES:
        if not any(_overlaps(path, room) for path in paths):
            lines.append(f"not run: {room} (about {MINUTES[room]} min on 2 cores: {COMMANDS[room]})")
    if not os.environ.get("MWAVULI_LONG"):
        lines.append("not run: the versions with the largest crowds (.ci/run --long)")
    return lines + [f"absent: {program}, so its tests are skipped ({remedy})" for program, remedy in _absent()]


def _overlaps(path: str, room: str) -> bool:
    wanted, whole = (ROOT / path).resolve(), ROOT / room
    return wanted == whole or whole in wanted.parents or wanted in whole.parents


def _absent() -> list[tuple[str, str]]:
    found = {
        ("Chromium", "apt install chromium chromium-driver"): all(map(shutil.which, ("chromium", "chromedriver"))),
        ("faketime", "apt install faketime"): any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")),
        ("Kannel", "apt install kannel kannel-extras"): all(os.access(path, os.X_OK) for path in KANNEL),
    }
    return [program for program, is_here in found.items() if not is_here]

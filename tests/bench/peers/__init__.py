"""What people would use instead, on the same machine, at the same work. Nothing of it is a dependency.

`python -m tests.bench peers --work FOLDER` installs into FOLDER what is not there yet, and asks the package registries
for nothing else.
"""

from pathlib import Path

from tests.bench.peers import carrier, keyword, turn
from tests.bench.report import Report, machine


def run(quick: bool, write: bool, work: Path) -> None:
    report = Report("peers" + (" (quick)" if quick else ""))
    report.say(*machine())
    carrier.compare(report, quick)
    keyword.compare(report, work, quick)
    turn.compare(report, work, quick)
    if write:
        report.write()

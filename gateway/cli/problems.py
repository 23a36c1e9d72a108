"""The problems of an imported list: the first on the terminal, all of them in a file."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from gateway.imports.report import ImportReport, Problem

MAX_PROBLEMS_SHOWN = 20
PROGRESS_STEP = 500
"""rows"""


class RowProgress:
    """Print the number of rows so far in one line, which `end` closes before anything else is printed."""

    def __init__(self) -> None:
        self._is_open = False

    def __call__(self, count: int) -> None:
        if count % PROGRESS_STEP == 0:
            click.echo(f"\r{count} rows", nl=False, err=True)
            self._is_open = True

    def end(self) -> None:
        if self._is_open:
            click.echo(err=True)
        self._is_open = False


def print_report(report: ImportReport, file: Path) -> None:
    """Print what was odd about the list, its problems, and how many of its rows were taken."""
    for note in report.notes:
        click.echo(note, err=True)
    print_problems(report.problems, file)
    click.echo(report.counts(), err=True)


def print_problems(problems: Sequence[Problem], file: Path) -> None:
    """Print the first problems. Where there are more, write all of them into a file beside the list, and name it."""
    lines = [f"line {problem.line}: {problem.reason}" for problem in problems]
    for line in lines[:MAX_PROBLEMS_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > MAX_PROBLEMS_SHOWN:
        click.echo(f"... and {len(lines) - MAX_PROBLEMS_SHOWN} more; {_write(lines, file)}", err=True)


def _write(lines: Sequence[str], file: Path) -> str:
    """Write the lines beside the list, or else into the folder of the command. Return where they are."""
    for folder in dict.fromkeys((file.resolve().parent, Path.cwd())):
        path = folder / f"{file.name}.problems.txt"
        try:
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            continue
        return f"all of them are in {path}"
    return "no file could be written beside the list for all of them"

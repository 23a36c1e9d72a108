"""Opens a list of places, and finds out which of its columns is which: by itself, from `--map`, or by asking."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from gateway.cli.common import load_settings
from gateway.errors import BadInput
from gateway.imports import columns
from gateway.imports.blanks import clean_cell
from gateway.imports.columns import FIELDS, Choice, Columns
from gateway.imports.report import mask_numbers, name_line
from gateway.imports.source import Source, open_bytes

REMEMBERED_FILE: Final = "list_columns.json"
"""in the data folder: the columns that a person chose, by the headings of the list"""
_MAX_BYTES: Final = 200_000_000
_EXAMPLE_CHARS: Final = 40
MAP_OPTION: Final = click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=HEADING",
    help="which heading of the list stands for a column of ours, as name='Facility Name'; COLUMN='=VALUE' gives all "
    f"rows one value; COLUMN= leaves it out. Columns: {', '.join(FIELDS)}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list and its columns; None where it has our own headings."""

    source: Source
    columns: Columns | None


def open_list(file: Path, maps: Sequence[str], required: Sequence[str], command: str) -> OpenedList:
    """Open a list and choose its columns. `command` is what the person typed, for the example in an error.

    Raises BadInput: no table, a wrong --map, or, without a terminal, headings that are not ours.
    """
    source = open_bytes(_read(file))
    memory = _Memory(load_settings().data_dir / REMEMBERED_FILE)
    guess = columns.as_choice(source.labels, columns.guess_columns(source.labels))
    own = Columns(columns.own_columns(source.labels), {})
    if maps:
        choice = {field: heading for field, heading in (guess | _parse_maps(maps)).items() if heading}
    elif not own.missing(required):
        return OpenedList(source, None)
    elif remembered := memory.get(source.labels, required):
        choice = remembered
        source.notes.append(f"columns as chosen before: {columns.as_options(choice)}")
    elif is_terminal():
        choice = _ask(source, guess, required)
    else:
        raise BadInput(_describe(source, guess, own.missing(required), f"{command} {file}"))
    chosen = columns.choose_columns(source.labels, choice)
    if missing := chosen.missing(required):
        raise BadInput(_describe(source, choice, missing, f"{command} {file}"))
    memory.put(source.labels, choice)
    return OpenedList(source, chosen)


def is_terminal() -> bool:
    return sys.stdin.isatty()


def _read(file: Path) -> bytes:
    if file.stat().st_size > _MAX_BYTES:
        raise BadInput("the file is larger than a list can be")
    return file.read_bytes()


def _parse_maps(maps: Sequence[str]) -> Choice:
    choice: Choice = {}
    for text in maps:
        field, sign, heading = text.partition("=")
        if not sign:
            raise BadInput("--map takes a column of ours and a heading, as in --map name='Facility Name'")
        choice[field.strip().casefold()] = heading.strip()
    return choice


def _describe(source: Source, guess: Choice, missing: Sequence[str], command: str) -> str:
    """Return which headings the list has, which columns are missing, and the command that would do."""
    proposed = guess | {field: guess.get(field, "HEADING") for field in missing}
    return (
        f"{name_line(source.header_line)} lacks the columns: {', '.join(missing)}. It has: "
        f"{', '.join(repr(mask_numbers(label)) for label in source.labels)}. Say which heading is which, for example: "
        f"mwavuli {command} {mask_numbers(columns.as_options(proposed))} (a place is `path`, or the levels "
        f"{', '.join(columns.LEVELS)}, the widest first; one level will do)"
    )


def _ask(source: Source, guess: Choice, required: Sequence[str]) -> Choice:
    """Show the columns with an example each, and what they seem to be; ask until the person agrees."""
    choice = guess
    while True:
        _show(source, choice)
        chosen = columns.choose_columns(source.labels, choice)
        missing = chosen.missing(required)
        if missing:
            click.echo(f"Still missing: {', '.join(missing)}.", err=True)
        elif click.confirm("Is that right?", default=True, err=True):
            return choice
        choice = _ask_each(source.labels, choice)


def _show(source: Source, choice: Choice) -> None:
    meant = {heading: field for field, heading in choice.items()}
    first = next((record.cells for record in source.records if record.cells and any(record.cells)), ())
    click.echo("The list has these columns; behind each is its first cell and what we take it for:", err=True)
    for at, label in enumerate(source.labels):
        example = clean_cell(first[at])[:_EXAMPLE_CHARS] if at < len(first) else ""
        click.echo(f"  {at + 1:>3}  {label}  [{example}]  {meant.get(label, '-')}", err=True)


def _ask_each(labels: Sequence[str], choice: Choice) -> Choice:
    click.echo("For each of ours type the number of its column. Enter keeps what is in brackets, 0 is none.", err=True)
    said: Choice = {}
    for field in FIELDS:
        default = labels.index(choice[field]) + 1 if choice.get(field) in labels else 0
        number = click.prompt(field, default=default, type=click.IntRange(0, len(labels)), err=True)
        if number:
            said[field] = labels[number - 1]
    return said


class _Memory:
    """The columns that were chosen for the same headings before. A file that cannot be read or written is no harm."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, labels: Sequence[str], required: Sequence[str]) -> Choice:
        """Return what was chosen for these headings, if it names all that is required."""
        choice = self._load().get(_key(labels))
        try:
            fits = isinstance(choice, dict) and not columns.choose_columns(labels, choice).missing(required)
        except BadInput:
            return {}
        return dict(choice) if fits and choice else {}

    def put(self, labels: Sequence[str], choice: Choice) -> None:
        table = json.dumps(self._load() | {_key(labels): choice}, ensure_ascii=False)
        try:
            self._path.write_text(table, encoding="utf-8")
        except OSError:
            click.echo("the columns could not be remembered: the data folder cannot be written", err=True)

    def _load(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _key(labels: Sequence[str]) -> str:
    return "\t".join(label.casefold() for label in labels)

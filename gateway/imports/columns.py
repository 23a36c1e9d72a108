"""Which column of a list is which: by our own headings, by those of `columns.toml`, or as a person said."""

import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from gateway.errors import BadInput
from gateway.model.names import normalise_name

LEVELS: Final = ("county", "constituency", "ward", "village")
"""the columns of places, the widest first"""
FIELDS: Final = (
    "code", "name", "path", *LEVELS, "latitude", "longitude", "coordinates", "open_24h", "services", "phone", "hours",
    "fee", "languages", "notes", "aliases",
)  # fmt: skip
CONSTANT: Final = "="
"""before a value that all rows get, in place of a heading"""
Choice = dict[str, str]
"""field -> heading, or `=value`, or nothing where the field is to stay empty"""


@dataclass(frozen=True, slots=True)
class Columns:
    """For each field the column that has it, and the values that all rows get."""

    at: Mapping[str, int]
    constants: Mapping[str, str]

    def has_place(self) -> bool:
        return any(field in self.at or field in self.constants for field in ("path", LEVELS[0]))

    def missing(self, required: Sequence[str]) -> list[str]:
        """Return the fields that are required and absent. A place may be a path or levels."""
        lacks = [field for field in required if field not in self.at and field not in self.constants]
        return lacks if self.has_place() else [*lacks, LEVELS[0]]


def label_headings(cells: Sequence[str]) -> list[str]:
    """Return a name for each column: its heading; `name (2)` where it stands there again; `column 3` without one."""
    seen: dict[str, int] = {}
    labels = []
    for number, cell in enumerate(cells, 1):
        heading = " ".join(cell.split())
        seen[heading.casefold()] = seen.get(heading.casefold(), 0) + 1
        again = seen[heading.casefold()]
        labels.append(f"column {number}" if not heading else f"{heading} ({again})" if again > 1 else heading)
    return labels


def own_columns(labels: Sequence[str]) -> dict[str, int]:
    """Return the columns under our own headings. Of a heading that stands there twice, the first counts."""
    found = {label.casefold().replace(" ", "_"): at for at, label in reversed(list(enumerate(labels)))}
    return {field: found[field] for field in FIELDS if field in found}


def guess_columns(labels: Sequence[str]) -> dict[str, int]:
    """Return the columns by the headings that lists use, our own first. Levels are in their order from the widest."""
    own = own_columns(labels)
    names = [normalise_name(label) for label in labels]
    found = {}
    for field, headings in _known_headings().items():
        at = next((names.index(heading) for heading in headings if heading in names), None)
        if at is not None and at not in own.values():
            found[field] = at
    levels = {at: rank for rank, group in enumerate(_known_levels()) for at, name in enumerate(names) if name in group}
    widest = sorted((rank, at) for at, rank in levels.items())
    if widest and not own.keys() & {"path", *LEVELS}:
        found.pop("path", None)
        found |= {field: at for field, (_, at) in zip(LEVELS, widest, strict=False)}
    return found | own


def choose_columns(labels: Sequence[str], choice: Choice) -> Columns:
    """Return the columns as a person chose them. Raises BadInput for a heading that the file lacks."""
    at = {}
    for field, heading in choice.items():
        if field not in FIELDS:
            raise BadInput(f"there is no column {field!r} of ours; there are: {', '.join(FIELDS)}")
        if heading and not heading.startswith(CONSTANT):
            at[field] = _find_heading(labels, heading)
    return Columns(at, {field: value[1:] for field, value in choice.items() if value.startswith(CONSTANT)})


def as_choice(labels: Sequence[str], at: Mapping[str, int]) -> Choice:
    return {field: labels[column] for field, column in at.items()}


def as_options(choice: Choice) -> str:
    """Return the choice as the options that a person would type."""
    return " ".join(f"--map {field}={shlex.quote(heading)}" for field, heading in choice.items())


def _find_heading(labels: Sequence[str], wanted: str) -> int:
    same = [at for at, label in enumerate(labels) if label.casefold() == " ".join(wanted.split()).casefold()]
    alike = [at for at, label in enumerate(labels) if normalise_name(label) == normalise_name(wanted)]
    if not same and not alike:
        raise BadInput(f"the file has no heading {wanted!r}; it has: {', '.join(labels)}")
    return (same or alike)[0]


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("gateway.imports").joinpath("columns.toml").read_text(encoding="utf-8"))


@cache
def _known_headings() -> dict[str, tuple[str, ...]]:
    listed = _table()["columns"]
    return {field: tuple(map(normalise_name, (field, *listed[field]))) for field in listed}


@cache
def _known_levels() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(normalise_name, group)) for group in _table()["levels"]["names"])

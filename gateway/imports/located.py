"""Where a row of a list says that it is: the path of its place, and coordinates that are held against the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.imports.blanks import drop_nothing_in_path, says_nothing
from gateway.imports.columns import LEVELS
from gateway.imports.plausible import Point, judge
from gateway.imports.table import ListTable, Row
from gateway.imports.tree import Spot, clean_name
from gateway.model.names import normalise_name


@dataclass(slots=True)
class Located:
    """A row with coordinates. `along` are the ids of its place and of those around it, the widest first."""

    line: int
    spot: Spot
    along: Sequence[str]


def read_path(row: Row) -> tuple[str, ...]:
    """Return the names of the row's place, the widest first."""
    named = drop_nothing_in_path(row["path"]).split("/") if row["path"] else [row[level] for level in LEVELS]
    parts = (clean_name(part) for part in named)
    return tuple(part for part in parts if normalise_name(part) and not says_nothing(part))


def tell_doubts(located: Sequence[Located], region: str, table: ListTable, what: str) -> set[int]:
    """Warn of doubtful coordinates, and say what becomes of them. Return their places in the sequence."""
    said = judge([Point(*one.spot, tuple(one.along)) for one in located], region)
    for i, reason in said.doubts.items():
        table.warn(located[i].line, f"{reason}; {what}")
    table.notes += said.notes
    return set(said.doubts)

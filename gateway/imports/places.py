"""Converts a list of areas or clinics, from a ministry or an organisation, into values. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.imports import cells
from gateway.imports.clinic_rows import ClinicRow, ClinicRows
from gateway.imports.columns import LEVELS, Columns
from gateway.imports.located import Located, read_path, tell_doubts
from gateway.imports.report import ImportReport, Problem
from gateway.imports.source import Source, open_lines
from gateway.imports.table import ListTable, OnRow
from gateway.imports.tree import PlaceTree
from gateway.model.area import Area, Atlas, Mac

CLINIC_COLUMNS: Final = ("code", "name", *LEVELS[:3], "latitude", "longitude", "open_24h", "services")
"""the columns of a list that has all of ours"""
AREAS_NEED: Final[tuple[str, ...]] = ()
CLINICS_NEED: Final = ("name",)
"""the columns that a list must have, besides a place"""


@dataclass(frozen=True, slots=True)
class AreasFile:
    """The areas of a file, parents before children, and what became of its rows."""

    areas: tuple[Area, ...]
    report: ImportReport

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.report.problems


@dataclass(frozen=True, slots=True)
class ClinicsFile:
    """The clinics of a file, in its order, and what became of its rows."""

    rows: tuple[ClinicRow, ...]
    report: ImportReport

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.report.problems

    @property
    def shown(self) -> int:
        """The number of clinics that some caller can find: those with a service that we know."""
        return sum(bool(row.clinic.services) for row in self.rows)


def read_areas(
    source: Source | Iterable[str],
    mac: Mac,
    on_row: OnRow | None = None,
    *,
    atlas: Atlas | None = None,
    region: str = "",
    columns: Columns | None = None,
) -> AreasFile:
    """Return the tree of places in a list of clinics or of places, each place once. `atlas`: the places that exist.

    Places are in the columns county, constituency, ward and village, or in `path` (`Mombasa/Kisauni`, where a slash
    always separates). Two spellings under one parent are one place (`normalise_name`); the other one is an alias.
    A place gets the median of the coordinates in and under it, without the doubtful ones. Aliases, separated by `|`,
    belong to the lowest place of their row. A row without a place is left out.
    `on_row` gets the count of rows so far. Raises BadInput when the headings name no place.
    """
    table = ListTable(_as_source(source), columns, on_row)
    table.require_columns(AREAS_NEED)
    tree = PlaceTree(atlas or Atlas(), mac)
    _locate(tree, _read_rows(table, tree), region, table)
    table.notes += [f"{name!r} was taken as another spelling of {path}" for name, path in tree.spellings]
    return AreasFile(tuple(place.as_area() for place in tree.used.values()), table.report())


def read_clinics(
    source: Source | Iterable[str],
    mac: Mac,
    region: str,
    atlas: Atlas | None = None,
    on_row: OnRow | None = None,
    *,
    columns: Columns | None = None,
) -> ClinicsFile:
    """Return the clinics of a list, all graded *listed*. Phones are read as dialled in `region` (ISO 3166).

    A row is left out and reported if it has no code, name or place, the code of an earlier row, or, where an `atlas`
    is given, a place that the atlas lacks. An unusable cell (coordinates, hours, phone, service) is reported and
    its value is unknown; so are doubtful coordinates. In a list without codes, name and place make the code.
    `on_row` gets the count of rows so far. Raises BadInput when columns are missing.
    """
    table = ListTable(_as_source(source), columns, on_row)
    table.require_columns(CLINICS_NEED)
    clinics = ClinicRows(table, mac, region, atlas)
    for line, row in table:
        clinics.add(line, row)
    rows = clinics.finish()
    return ClinicsFile(rows, table.report())


def _as_source(source: Source | Iterable[str]) -> Source:
    return source if isinstance(source, Source) else open_lines(source)


def _read_rows(table: ListTable, tree: PlaceTree) -> list[Located]:
    """Use the place of each row. Return the rows with coordinates."""
    located: list[Located] = []
    for line, row in table:
        along = tree.use(read_path(row))
        if not along:
            table.lose(line, "no place is named")
            continue
        along[-1].add_aliases(cells.split_cell(row["aliases"]))
        if spot := cells.parse_coordinates(row, line, table):
            located.append(Located(line, spot, [place.id for place in along]))
    return located


def _locate(tree: PlaceTree, located: list[Located], region: str, table: ListTable) -> None:
    """Give places the coordinates that are not doubtful."""
    doubtful = tell_doubts(located, region, table, "taken as unknown")
    for i, one in enumerate(located):
        for id_ in one.along if i not in doubtful else ():
            tree.used[id_].spots.append(one.spot)

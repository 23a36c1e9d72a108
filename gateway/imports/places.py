"""Converts a list of areas or clinics, from a ministry or an organisation, into values. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.imports import cells, services
from gateway.imports.blanks import drop_nothing_in_path, says_nothing
from gateway.imports.columns import LEVELS, Columns
from gateway.imports.plausible import Point, judge
from gateway.imports.report import ImportReport, Problem
from gateway.imports.source import Source, open_lines
from gateway.imports.table import ListTable, OnRow, Row
from gateway.imports.tree import Place, PlaceTree, Spot, clean_name
from gateway.model.area import Area, Atlas, Mac
from gateway.model.clinic import Clinic
from gateway.model.names import normalise_name
from gateway.numbers import Number

CLINIC_COLUMNS: Final = ("code", "name", *LEVELS[:3], "latitude", "longitude", "open_24h", "services")
"""the columns of a list that has all of ours"""
AREAS_NEED: Final[tuple[str, ...]] = ()
CLINICS_NEED: Final = ("name",)
"""the columns that a list must have, besides a place"""
_DOUBTFUL: Final = "taken as unknown"
_RANKS_LAST: Final = "taken as unknown, and the place ranks after all others"


@dataclass(frozen=True, slots=True)
class AreasFile:
    """The areas of a file, parents before children, and what became of its rows."""

    areas: tuple[Area, ...]
    report: ImportReport

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.report.problems


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic and, separate from it, the phone for referral texts in its row."""

    clinic: Clinic
    phone: Number | None = field(repr=False)


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


@dataclass(slots=True)
class _Located:
    """A row whose coordinates are still to be held against the others."""

    line: int
    spot: Spot
    along: Sequence[str]


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
    located: list[_Located] = []
    for line, row in table:
        along = tree.use(_area_path(row))
        if not along:
            table.lose(line, "no place is named")
            continue
        along[-1].add_aliases(cells.split_cell(row["aliases"]))
        if spot := cells.parse_coordinates(row, line, table):
            located.append(_Located(line, spot, [place.id for place in along]))
    doubtful = _tell_doubts(located, region, table, _DOUBTFUL)
    _locate(tree.used, [one for i, one in enumerate(located) if i not in doubtful])
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
    tree = PlaceTree(atlas or Atlas(), mac)
    seen: dict[str, int] = {}
    rows: list[ClinicRow] = []
    located: list[_Located] = []
    at: list[int] = []
    for line, row in table:
        path = _area_path(row)
        along = [place.id for place in tree.use(path)] if atlas is None else list(tree.find(path))
        if path and not _has_codes(table):
            row["code"] = _make_code(row["name"], path, mac)
        if reason := _rejection_reason(row, seen, len(along) == len(path)):
            table.lose(line, reason)
            continue
        seen[row["code"]] = line
        if spot := cells.parse_coordinates(row, line, table):
            located.append(_Located(line, spot, along))
            at.append(len(rows))
        rows.append(_build_row(row, along[-1], spot, region, line, table))
    for i in _tell_doubts(located, region, table, _RANKS_LAST):
        vague = replace(rows[at[i]].clinic, latitude=None, longitude=None, is_doubtful=True)
        rows[at[i]] = replace(rows[at[i]], clinic=vague)
    if any("is not known; taken without it" in problem.reason for problem in table.problems):
        table.notes.append(f"the services that we know: {services.list_services()}")
    return ClinicsFile(tuple(rows), table.report())


def _as_source(source: Source | Iterable[str]) -> Source:
    return source if isinstance(source, Source) else open_lines(source)


def _area_path(row: Row) -> tuple[str, ...]:
    named = drop_nothing_in_path(row["path"]).split("/") if row["path"] else [row[level] for level in LEVELS]
    parts = (clean_name(part) for part in named)
    return tuple(part for part in parts if normalise_name(part) and not says_nothing(part))


def _tell_doubts(located: Sequence[_Located], region: str, table: ListTable, what: str) -> set[int]:
    """Warn of doubtful coordinates. Return their places in the sequence."""
    said = judge([Point(*one.spot, tuple(one.along)) for one in located], region)
    for i, reason in said.doubts.items():
        table.warn(located[i].line, f"{reason}; {what}")
    table.notes += said.notes
    return set(said.doubts)


def _locate(places: dict[str, Place], located: Iterable[_Located]) -> None:
    for one in located:
        for id_ in one.along:
            places[id_].spots.append(one.spot)


def _has_codes(table: ListTable) -> bool:
    return "code" in table.columns.at or "code" in table.columns.constants


def _make_code(name: str, path: Sequence[str], mac: Mac) -> str:
    return mac(("clinic:" + "\n".join(map(normalise_name, (name, *path)))).encode())[:4].hex() if name else ""


def _rejection_reason(row: Row, seen: dict[str, int], is_known_area: bool) -> str:
    if missing := [column for column in ("code", "name") if not row[column]]:
        return f"no {' and no '.join(missing)}"
    if not _area_path(row):
        return "no place is named"
    if row["code"] in seen:
        return f"the same code as line {seen[row['code']]}"
    return "" if is_known_area else "its place is not among the areas: import those first"


def _build_row(row: Row, area: str, spot: Spot | None, region: str, line: int, table: ListTable) -> ClinicRow:
    phone = cells.parse_phone(row, region, line, table)
    north, east = spot or (None, None)
    open_24h, hours = cells.parse_opening(row, line, table)
    clinic = Clinic(
        code=row["code"],
        name=row["name"],
        area_id=area,
        latitude=north,
        longitude=east,
        open_24h=open_24h,
        hours=hours,
        fee=row["fee"],
        languages=cells.split_cell(row["languages"]),
        notes=row["notes"],
        services=cells.parse_services(row, line, table),
        has_phone=phone is not None,
    )
    return ClinicRow(clinic, phone)

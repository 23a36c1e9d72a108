"""Converts a list of areas or clinics, from a ministry or an organisation, into values. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from gateway.imports import cells
from gateway.imports.csv_table import CsvTable, OnRow, Problem, Row
from gateway.model.area import Area, Atlas, Mac, area_id
from gateway.model.clinic import Clinic
from gateway.model.names import normalise_name
from gateway.numbers import Number

LEVELS: Final = ("county", "constituency", "ward")
CLINIC_COLUMNS: Final = ("code", "name", *LEVELS, "latitude", "longitude", "open_24h", "services")
_KNOWN_COLUMNS: Final = frozenset((*CLINIC_COLUMNS, "path", "aliases", "phone", "hours", "fee", "languages", "notes"))


@dataclass(frozen=True, slots=True)
class AreasFile:
    """The areas of a file, parents before children, and its problems."""

    areas: tuple[Area, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic and, separate from it, the phone for referral texts in its row."""

    clinic: Clinic
    phone: Number | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClinicsFile:
    """The clinics of a file, in its order, and its problems."""

    rows: tuple[ClinicRow, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Place:
    path: tuple[str, ...]
    aliases: dict[str, str] = field(default_factory=dict)
    coordinates: list[tuple[float, float]] = field(default_factory=list)


def read_areas(lines: Iterable[str], mac: Mac, on_row: OnRow | None = None) -> AreasFile:
    """Return the tree of places in a file of clinics or of places, each place once.

    Places are in the columns county, constituency and ward, or in `path` (`Mombasa/Kisauni`, where a slash always
    separates). A place gets the median of the coordinates in and under it, so that one wrong pair changes little.
    Aliases, separated by `|`, belong to the lowest place of their row. A row without a place is left out.
    `on_row` gets the count of rows so far. Raises BadInput when the header names no place.
    """
    table = CsvTable(lines, _KNOWN_COLUMNS, on_row)
    table.require_columns(["path"] if "path" in table.columns else LEVELS[:1])
    places: dict[str, _Place] = {}
    for line, row in table:
        path = _area_path(row)
        if not path:
            table.warn(line, "no place is named; the row was left out")
            continue
        spot = cells.parse_coordinates(row, line, table)
        place = _Place(())
        for depth, name in enumerate(path, 1):
            # The first spelling of the places above counts, so that the tree has each of them once.
            place = places.setdefault(area_id(path[:depth], mac), _Place((*place.path, name)))
            place.coordinates += [spot] if spot else []
        _add_aliases(place, row)
    return AreasFile(tuple(_build_area(id_, place, mac) for id_, place in places.items()), tuple(table.problems))


def read_clinics(
    lines: Iterable[str], mac: Mac, region: str, atlas: Atlas | None = None, on_row: OnRow | None = None
) -> ClinicsFile:
    """Return the clinics of a file, all graded *listed*. Phones are read as dialled in `region` (ISO 3166).

    A row is left out and reported if it has no code, name or place, the code of an earlier row, or, where an `atlas`
    is given, a place that the atlas lacks. An unusable cell (coordinates, hours, phone, service) is reported and
    its value is unknown. `on_row` gets the count of rows so far. Raises BadInput when columns are missing.
    """
    table = CsvTable(lines, _KNOWN_COLUMNS, on_row)
    table.require_columns(CLINIC_COLUMNS)
    seen: dict[str, int] = {}
    rows: list[ClinicRow] = []
    for line, row in table:
        id_ = area_id(_area_path(row), mac)
        if reason := _rejection_reason(row, seen, atlas is None or id_ in atlas):
            table.warn(line, f"{reason}; the row was left out")
            continue
        seen[row["code"]] = line
        phone = cells.parse_phone(row, region, line, table)
        rows.append(ClinicRow(_build_clinic(row, id_, phone is not None, line, table), phone))
    return ClinicsFile(tuple(rows), tuple(table.problems))


def _area_path(row: Row) -> tuple[str, ...]:
    named = row["path"].split("/") if row.get("path") else [row.get(level, "") for level in LEVELS]
    return tuple(part.strip() for part in named if normalise_name(part))


def _build_area(id_: str, place: _Place, mac: Mac) -> Area:
    parent = area_id(place.path[:-1], mac) if len(place.path) > 1 else None
    if not place.coordinates:
        return Area(id_, place.path, tuple(place.aliases.values()), parent)
    north, east = (median(axis) for axis in zip(*place.coordinates, strict=True))
    return Area(id_, place.path, tuple(place.aliases.values()), parent, north, east)


def _add_aliases(place: _Place, row: Row) -> None:
    for alias in cells.split_cell(row.get("aliases", "")):
        if normalise_name(alias) not in ("", normalise_name(place.path[-1])):
            place.aliases.setdefault(normalise_name(alias), alias)


def _rejection_reason(row: Row, seen: dict[str, int], is_known_area: bool) -> str:
    if missing := [column for column in ("code", "name") if not row[column]]:
        return f"no {' and no '.join(missing)}"
    if not _area_path(row):
        return "no place is named"
    if row["code"] in seen:
        return f"the same code as line {seen[row['code']]}"
    return "" if is_known_area else "its place is not among the areas: import those first"


def _build_clinic(row: Row, id_: str, has_phone: bool, line: int, table: CsvTable) -> Clinic:
    north, east = cells.parse_coordinates(row, line, table) or (None, None)
    open_24h, hours = cells.parse_opening(row, line, table)
    return Clinic(
        code=row["code"],
        name=row["name"],
        area_id=id_,
        latitude=north,
        longitude=east,
        open_24h=open_24h,
        hours=hours,
        fee=row.get("fee", ""),
        languages=cells.split_cell(row.get("languages", "")),
        notes=row.get("notes", ""),
        services=cells.parse_services(row, line, table),
        has_phone=has_phone,
    )

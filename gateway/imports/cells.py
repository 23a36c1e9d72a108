"""Converts cells of a directory table into values. An unusable cell is reported, and its value is unknown."""

import math
from typing import Final

from gateway.errors import BadInput
from gateway.imports.csv_table import CsvTable, Row, mask_cell
from gateway.model.hours import WeeklyHours
from gateway.model.needs import SERVICES
from gateway.numbers import Number

_YES: Final = frozenset(("yes", "y", "true", "1", "24h"))
_NO: Final = frozenset(("no", "n", "false", "0", ""))


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that `|` separates."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def parse_coordinates(row: Row, line: int, table: CsvTable) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees. A pair with one of them missing is reported as impossible."""
    cells = [row.get(axis, "").replace(",", ".") for axis in ("latitude", "longitude")]
    if not any(cells):
        return None
    try:
        north, east = map(float, cells)
    except ValueError:
        north = east = math.nan
    # 0, 0 is in the ocean; programs write it for "none".
    if abs(north) <= 90 and abs(east) <= 180 and (north or east):
        return north, east
    table.warn(line, "the coordinates are impossible; taken as unknown")
    return None


def parse_opening(row: Row, line: int, table: CsvTable) -> tuple[bool, WeeklyHours | None]:
    """Return whether the clinic never closes, and its hours where they are known.

    If both are given, the hours win: an open clinic that is not offered does less harm than a closed clinic that is.
    """
    cell, hours = row["open_24h"].casefold(), _parse_hours(row, line, table)
    if cell not in _YES | _NO:
        table.warn(line, "open_24h is neither yes nor no; taken as no")
    elif cell in _YES and row.get("hours"):
        table.warn(line, "open_24h and hours are both given; open_24h was not taken")
    return cell in _YES and not row.get("hours"), hours


def _parse_hours(row: Row, line: int, table: CsvTable) -> WeeklyHours | None:
    try:
        return WeeklyHours.parse(row["hours"]) if row.get("hours") else None
    except BadInput as problem:
        table.warn(line, f"{problem}; taken as unknown")
        return None


def parse_services(row: Row, line: int, table: CsvTable) -> frozenset[str]:
    """Return the services that needs.toml has. Any other service is reported."""
    named = {part.casefold().replace(" ", "_") for part in split_cell(row["services"])}
    for unknown in sorted(named - SERVICES):
        table.warn(line, f"the service {mask_cell(unknown)} is not known; taken without it")
    return frozenset(named & SERVICES)


def parse_phone(row: Row, region: str, line: int, table: CsvTable) -> Number | None:
    """Return the phone number, read as dialled in `region` (ISO 3166)."""
    try:
        return Number.parse_typed(row["phone"], region) if row.get("phone") else None
    except BadInput as problem:
        table.warn(line, f"phone: {problem}; taken without it")
        return None

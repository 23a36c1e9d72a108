"""Converts cells of a list into values. An unusable cell is reported, and its value is unknown."""

from typing import Final

from gateway.errors import BadInput
from gateway.imports import coordinates, services
from gateway.imports.plausible import is_nowhere
from gateway.imports.report import mask_cell
from gateway.imports.table import ListTable, Row
from gateway.imports.tree import Spot
from gateway.model.hours import WeeklyHours
from gateway.model.names import normalise_name
from gateway.numbers import Number

UNKNOWN_SERVICE: Final = "is not known; taken without it"
_ALWAYS: Final = frozenset((
    "24h", "24 h", "24 7", "24hr", "24hrs", "24 hr", "24 hrs", "24 hours", "24 hour", "24hours", "24 hours a day",
    "24h 24", "24 heures", "24 horas", "24 часа", "always", "always open", "round the clock",
    "24 hours 7 days", "24 7 hours", "ouvert 24h", "abierto 24 horas", "круглосуточно", "masaa 24", "saa 24",
))  # fmt: skip
_YES: Final = frozenset(("yes", "y", "true", "1", "oui", "si", "sim", "да", "ndiyo", "ndio", "x"))
_NO: Final = frozenset(("no", "n", "false", "0", "non", "nao", "нет", "hapana", ""))


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that `|` separates."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def parse_coordinates(row: Row, line: int, table: ListTable) -> Spot | None:
    """Return latitude and longitude in degrees. A pair with one of them missing is reported as impossible."""
    north, east = row["latitude"], row["longitude"]
    single = [cell for cell in (north, east, row["coordinates"]) if cell]
    if not single:
        return None
    spot = coordinates.read_pair(north, east) if north and east else coordinates.read_cell(single[0])
    if spot is not None and not is_nowhere(*spot):
        return spot
    is_half = spot is None and len(single) == 1 and coordinates.read_pair(single[0], "0") is not None
    if spot is None and not is_half:
        table.warn(line, f"the coordinates cannot be read; taken as unknown; {coordinates.HOW_TO_WRITE}")
    else:
        table.warn(line, "the coordinates are impossible; taken as unknown")
    return None


def parse_opening(row: Row, line: int, table: ListTable) -> tuple[bool, WeeklyHours | None]:
    """Return whether the clinic never closes, and its hours where they are known.

    If both are given, the hours win: an open clinic that is not offered does less harm than a closed clinic that is.
    """
    cell, hours_cell = row["open_24h"], row["hours"]
    if _is_always(hours_cell):
        return True, None
    if cell and not hours_cell and not _is_known_opening(cell) and (found := _read_hours(cell)):
        return False, found
    hours = _parse_hours(hours_cell, line, table) if hours_cell else None
    if not _is_known_opening(cell):
        table.warn(line, "open_24h is neither yes nor no; taken as no")
    is_open = _is_always(cell) or normalise_name(cell) in _YES
    if is_open and hours_cell:
        table.warn(line, "open_24h and hours are both given; open_24h was not taken")
    return is_open and not hours_cell, hours


def _is_always(cell: str) -> bool:
    words = normalise_name(cell.replace("_", " "))
    return words in _ALWAYS or words.removeprefix("open ") in _ALWAYS


def _is_known_opening(cell: str) -> bool:
    return _is_always(cell) or normalise_name(cell) in _YES | _NO


def _read_hours(cell: str) -> WeeklyHours | None:
    try:
        return WeeklyHours.parse(cell)
    except BadInput:
        return None


def _parse_hours(cell: str, line: int, table: ListTable) -> WeeklyHours | None:
    try:
        return WeeklyHours.parse(cell)
    except BadInput as problem:
        table.warn(line, f"{problem}; taken as unknown")
        return None


def parse_services(row: Row, line: int, table: ListTable) -> frozenset[str]:
    """Return the services that needs.toml has. Any other service is reported."""
    found, unknown = services.read_services(row["services"])
    for name in unknown:
        masked = mask_cell(name.casefold().replace(" ", "_"))
        table.warn(line, f"the service {masked} {UNKNOWN_SERVICE}")
    return found


def parse_phone(row: Row, region: str, line: int, table: ListTable) -> Number | None:
    """Return the phone number, read as dialled in `region` (ISO 3166)."""
    try:
        return Number.parse_typed(row["phone"], region) if row["phone"] else None
    except BadInput as problem:
        table.warn(line, f"phone: {problem}; taken without it")
        return None

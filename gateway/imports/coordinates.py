"""Coordinates as lists write them: degrees with a sign or a letter, degrees with minutes, or both in one cell."""

import re
from typing import Final

HOW_TO_WRITE: Final = "write them as degrees, south and west with a minus, as in -9.70 and 33.27"
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_ANGLE: Final = re.compile(
    rf"""\s*(?P<before>[NSEW])?\s*(?P<sign>[-+])?\s*(?P<degrees>{_NUMBER})\s*(?:[°ºd:\s]\s*)?
    (?:(?P<minutes>{_NUMBER})\s*['m:\s]?\s*)?(?:(?P<seconds>{_NUMBER})\s*(?:"|'')?\s*)?(?P<after>[NSEWO])?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNS: Final = str.maketrans({
    "−": "-", "–": "-", "‐": "-", "‑": "-", "˚": "°", "º": "°", "’": "'", "‘": "'", "′": "'", "´": "'",
    "”": '"', "“": '"', "″": '"', "٫": ".",
})  # fmt: skip
_POINT: Final = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)", re.IGNORECASE)
_BETWEEN: Final = (
    re.compile(r"\s*[;/|]\s*"),
    re.compile(r",\s+"),
    re.compile(r","),
    re.compile(r"(?<=[NSEWO])\s+"),
    re.compile(r"\s+"),
)
"""what may stand between the two of a pair, the surest sign first"""
_NORTH_SOUTH, _EAST_WEST = "NS", "EWO"


def read_pair(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Return degrees north and east of two cells; None where they cannot be read. A letter tells which one is which."""
    north, east = _read_angle(latitude), _read_angle(longitude)
    if north is None or east is None:
        return None
    if north[1] in tuple(_EAST_WEST) or east[1] in tuple(_NORTH_SOUTH):
        north, east = east, north
    if north[1] in tuple(_EAST_WEST) or east[1] in tuple(_NORTH_SOUTH):
        return None
    return north[0], east[0]


def read_cell(both: str) -> tuple[float, float] | None:
    """Return degrees north and east of one cell with both; None where it cannot be read."""
    text = both.translate(_SIGNS).strip().strip("()[]")
    if point := _POINT.fullmatch(both.strip()):
        return read_pair(point[2], point[1])
    # A decimal comma makes four parts of a pair: `-9,70, 33,27`.
    parts = re.split(r"\s*,\s*", text)
    if len(parts) == 4:
        return read_pair(",".join(parts[:2]), ",".join(parts[2:]))
    pairs = (parts for between in _BETWEEN if len(parts := between.split(text)) == 2)
    return next((found for north, east in pairs if (found := read_pair(north, east))), None)


def _read_angle(cell: str) -> tuple[float, str] | None:
    """Return degrees and the letter of the direction; the letter is empty where there is none."""
    found = _ANGLE.fullmatch(cell.translate(_SIGNS))
    if not found or (found["before"] and found["after"]):
        return None
    if found["minutes"] and re.search("[.,]", found["degrees"]):
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
    letter = (found["before"] or found["after"] or "").upper()
    is_negative = found["sign"] == "-"
    if parts[1] >= 60 or parts[2] >= 60 or (is_negative and letter in ("N", "E")):
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -degrees if is_negative or letter in ("S", "W", "O") else degrees, letter

"""Holds the coordinates of a list against each other and against the country: which of them are doubtful, and why."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Final

from gateway.imports.tree import Spot
from gateway.model.distance import distance_km

COUNTRY_KM: Final = 2500.0
"""the farthest that any place of a country lies from the towns of it that we know"""
_MIN_OFF_KM, _MIN_OFF_BY_SLIP_KM, _MIN_OFF_IN_LIST_KM = 150.0, 20.0, 1000.0
"""A slip, as a minus sign that is lost, explains less than a place that is merely remote. A whole list is wide."""
_AMONG_ITS_OWN_KM: Final = 60.0
"""A place so near the middle of its own area is right, however far most of the list is."""
_TIMES_THE_USUAL: Final = 6.0
"""a place this much farther from the middle than half of its neighbours is doubtful"""
_MIN_NEIGHBOURS: Final = 3
_NEAR_ZERO: Final = 0.01
"""degrees"""


@dataclass(frozen=True, slots=True)
class Point:
    """Coordinates in degrees. `groups` are the ids of the areas that hold the place, the widest first."""

    latitude: float
    longitude: float
    groups: tuple[str, ...] = ()


@dataclass(slots=True)
class Judgement:
    """The reason of each doubtful point by its place in the list, and what is odd about the list as a whole."""

    doubts: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def is_nowhere(north: float, east: float) -> bool:
    """Whether there can be no such place. 0, 0 is in the ocean; programs write it for "none"."""
    is_outside = not (abs(north) <= 90 and abs(east) <= 180)
    return is_outside or (abs(north) < _NEAR_ZERO and abs(east) < _NEAR_ZERO)


def judge(points: Sequence[Point], region: str) -> Judgement:
    """Say which points are doubtful. `region` (ISO 3166) is the country of the deployment, or empty."""
    said = Judgement()
    _hold_against_country(points, region, said)
    for i, point in enumerate(points):
        if point.latitude == point.longitude:
            said.doubts.setdefault(i, "latitude and longitude are equal")
    settled: set[int] = set()
    for group in _groups(points, said):
        settled |= {i for i, km in _distances(points, group).items() if km <= _AMONG_ITS_OWN_KM}
    whole = [i for i in range(len(points)) if i not in said.doubts]
    _hold_against_neighbours(points, whole, _MIN_OFF_IN_LIST_KM, settled, said)
    for group in _groups(points, said):
        _hold_against_neighbours(points, [i for i in group if i not in said.doubts], _MIN_OFF_KM, settled, said)
    return said


def _groups(points: Sequence[Point], said: Judgement) -> list[list[int]]:
    """Return the points of each area that are not doubtful, the widest areas first."""
    found: list[list[int]] = []
    for level in range(max((len(point.groups) for point in points), default=0)):
        groups: dict[str, list[int]] = {}
        for i, point in enumerate(points):
            if i not in said.doubts and level < len(point.groups):
                groups.setdefault(point.groups[level], []).append(i)
        found += groups.values()
    return found


def _distances(points: Sequence[Point], members: Sequence[int]) -> dict[int, float]:
    """Return how far each point is from the middle of all, in km; nothing where there are too few to say."""
    if len(members) < _MIN_NEIGHBOURS:
        return {}
    middle = _middle(points, members)
    return {i: _km(points[i], middle) for i in members}


def _middle(points: Sequence[Point], members: Sequence[int]) -> Point:
    return Point(median(points[i].latitude for i in members), median(points[i].longitude for i in members))


def _hold_against_country(points: Sequence[Point], region: str, said: Judgement) -> None:
    """Doubt what lies in another part of the world. If most points do, the list is of another country, or swapped."""
    towns = _towns().get(region, ())
    far = [i for i, point in enumerate(points) if towns and not _is_near(point, towns)]
    if not far:
        return
    swapped = [i for i in far if _is_near(_swap(points[i]), towns)]
    if 2 * len(far) > len(points) and 2 * len(swapped) <= len(far):
        said.notes.append(f"most places lie far from {region} (MWAVULI_REGION); their coordinates were taken as given")
        return
    if 2 * len(far) > len(points):
        said.notes.append(
            "latitude and longitude stand in each other's column: exchange the two headings and import the list again"
        )
    for i in far:
        said.doubts[i] = f"the coordinates lie in another country{_cause(points[i], lambda p: _is_near(p, towns))}"


def _hold_against_neighbours(
    points: Sequence[Point], members: Sequence[int], min_off_km: float, settled: set[int], said: Judgement
) -> None:
    off = _distances(points, members)
    if not off:
        return
    middle = _middle(points, members)
    usual = max(_MIN_OFF_BY_SLIP_KM, _TIMES_THE_USUAL * median(off.values()))
    for i, km in off.items():
        cause = _cause(points[i], lambda point: _km(point, middle) <= usual / 2) if km > usual else ""
        if cause or (km > max(min_off_km, usual) and i not in settled):
            said.doubts[i] = f"the coordinates lie {max(10, round(km, -1)):.0f} km from the places around{cause}"


def _cause(point: Point, fits: Callable[[Point], bool]) -> str:
    """Return which slip would explain it, with a comma before it."""
    north, east = point.latitude, point.longitude
    slips = (
        (_swap(point), "latitude and longitude seem exchanged"),
        (Point(-north, east), "the minus sign of the latitude seems wrong"),
        (Point(north, -east), "the minus sign of the longitude seems wrong"),
        (Point(-north, -east), "both minus signs seem wrong"),
    )
    possible = ((other, words) for other, words in slips if not is_nowhere(other.latitude, other.longitude))
    return next((f", {words}" for other, words in possible if fits(other)), "")


def _swap(point: Point) -> Point:
    return Point(point.longitude, point.latitude)


def _is_near(point: Point, towns: Iterable[Spot]) -> bool:
    return not is_nowhere(point.latitude, point.longitude) and any(
        _km(point, Point(*town)) <= COUNTRY_KM for town in towns
    )


def _km(one: Point, other: Point) -> float:
    return distance_km(one, other) or 0.0


@cache
def _towns() -> dict[str, tuple[Spot, ...]]:
    table = tomllib.loads(files("gateway.imports").joinpath("countries.toml").read_text(encoding="utf-8"))
    return {country: tuple((north, east) for north, east in towns) for country, towns in table.items()}

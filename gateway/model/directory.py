"""The directory: the clinics to offer for a need, at a place and a time."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.model.area import Atlas
from gateway.model.clinic import Clinic
from gateway.model.distance import Vector, closeness_of_km, distance_km, km_of_closeness, unit_vector
from gateway.model.hours import minute_of_week
from gateway.model.needs import NEEDS, Need

# Assumed distances (km) where coordinates are missing: same area, same parent, farther up in the tree, another root.
_TREE_CLOSENESS: Final = tuple(map(closeness_of_km, (2.0, 10.0, 40.0, 400.0)))
# If a circle of this radius has enough clinics, no clinic outside it is offered ...
_RADII_KM: Final = (10.0, 30.0, 100.0)
# ... except clinics that the organisation checked: they are few, and worth the fare.
_CHECKED_RADIUS_KM: Final = 30.0
# Travel time by shared taxi and on foot, at 30 km/h.
_MINUTES_PER_KM: Final = 2.0


@dataclass(frozen=True, slots=True)
class ClinicMatch:
    """A clinic to offer. The distance is a straight line, None when either place has no coordinates.

    `open_now` None: its hours are not known. `opens_at`: local time, only while it is closed.
    """

    clinic: Clinic
    distance_km: float | None
    open_now: bool | None
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Option:
    """A clinic for a need. `service_rank` 0 is best; `ancestry` has the ids from the root to its area."""

    clinic: Clinic
    service_rank: int
    position: Vector | None
    ancestry: tuple[str, ...]


class Directory:
    """Every clinic, sorted by need once. A look-up among 10,000 clinics takes a few milliseconds at most."""

    def __init__(self, clinics: Iterable[Clinic], atlas: Atlas) -> None:
        self._clinics = {clinic.code: clinic for clinic in clinics}
        self._atlas = atlas
        self._ancestries = {area.id: (*reversed(atlas.ancestors(area.id)), area.id) for area in atlas}
        self._options = {need.id: list(self._options_for(need)) for need in NEEDS.values()}

    def _options_for(self, need: Need) -> Iterator[_Option]:
        for clinic in self._clinics.values():
            if (match := need.service_rank(clinic.services)) is not None:
                yield _Option(clinic, match, unit_vector(clinic), self._ancestries.get(clinic.area_id, ()))

    def __len__(self) -> int:
        return len(self._clinics)

    def __iter__(self) -> Iterator[Clinic]:
        return iter(self._clinics.values())

    def get(self, code: str) -> Clinic | None:
        """Return the clinic with this code, or None."""
        return self._clinics.get(code)

    def nearest(self, need: str, area_id: str, now: datetime, limit: int) -> list[ClinicMatch]:
        """Return at most `limit` clinics for the need (a key of NEEDS), the best first. `now` is local time.

        For a need that can wait, clinics are in the smallest circle that has enough of them. Open clinics are first,
        then clinics with unknown hours; within each group the better service, then checked, then nearer clinics.
        For an urgent need (`hurt`) the nearest open clinics are first, at any distance, then the clinics with the
        earliest care, travel included, then clinics with unknown hours.
        """
        options, minute = self._options[need], minute_of_week(now)
        near = self._closeness(options, area_id)
        urgent = NEEDS[need].urgent
        order, candidates = (
            (_urgent_order, range(len(near))) if urgent else (_routine_order, _within_radius(options, near, limit))
        )
        chosen = heapq.nsmallest(limit, candidates, key=lambda i: order(options[i], near[i], minute))
        return [self._match(options[i].clinic, area_id, now) for i in chosen]

    def _closeness(self, options: list[_Option], area_id: str) -> list[float]:
        area, line = self._atlas.get(area_id), self._ancestries.get(area_id, ())
        here = unit_vector(area) if area else None
        if here is None:
            return [_tree_closeness(line, option.ancestry) for option in options]
        x, y, z = here
        return [
            x * spot[0] + y * spot[1] + z * spot[2] if (spot := o.position) else _tree_closeness(line, o.ancestry)
            for o in options
        ]

    def _match(self, clinic: Clinic, area_id: str, now: datetime) -> ClinicMatch:
        area = self._atlas.get(area_id)
        km = distance_km(area, clinic) if area else None
        return ClinicMatch(clinic, km, clinic.is_open_at(now), clinic.next_opening(now))


def _within_radius(options: list[_Option], near: list[float], limit: int) -> Sequence[int]:
    """Return the options in the smallest circle that has `limit` of them, and checked clinics a fare away."""
    for km in _RADII_KM:
        edge, fare = closeness_of_km(km), closeness_of_km(max(km, _CHECKED_RADIUS_KM))
        candidates = [i for i, close in enumerate(near) if close >= edge]
        if len(candidates) >= limit:
            farther = (i for i, close in enumerate(near) if fare <= close < edge)
            return candidates + [i for i in farther if options[i].clinic.is_checked]
    return range(len(options))


def _routine_order(option: _Option, close: float, minute: int) -> tuple[float, ...]:
    wait = _minutes_to_opening(option.clinic, minute)
    state = 1 if wait is None else 2 if wait else 0
    return state, option.service_rank, not option.clinic.is_checked, -close


def _urgent_order(option: _Option, close: float, minute: int) -> tuple[float, ...]:
    wait = _minutes_to_opening(option.clinic, minute)
    if wait:
        return 1, max(wait, km_of_closeness(close) * _MINUTES_PER_KM), option.service_rank, not option.clinic.is_checked
    return 0 if wait == 0 else 2, -close, option.service_rank, not option.clinic.is_checked


def _minutes_to_opening(clinic: Clinic, minute: int) -> int | None:
    """Return the minutes until it opens; 0 while it is open, None when its hours are not known."""
    if clinic.open_24h:
        return 0
    if clinic.hours is None:
        return None
    return 0 if clinic.hours.is_open_at(minute) else clinic.hours.minutes_to_opening(minute)


def _tree_closeness(here: tuple[str, ...], there: tuple[str, ...]) -> float:
    shared = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        shared += 1
    return _TREE_CLOSENESS[min(len(here) - shared, len(_TREE_CLOSENESS) - 2) if shared else -1]

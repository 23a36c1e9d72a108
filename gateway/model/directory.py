"""The directory: the clinics to offer for a need, at a place and a time."""

import copy
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gateway.model.area import Atlas
from gateway.model.clinic import Clinic
from gateway.model.clinic_state import ClinicState
from gateway.model.distance import Vector, closeness_of_km, distance_km, km_of_closeness, unit_vector
from gateway.model.hours import minute_of_week
from gateway.model.needs import NEEDS, Need

# Assumed distances (km) where coordinates are missing: same area, same parent, farther up in the tree, another root.
_TREE_CLOSENESS: Final = tuple(map(closeness_of_km, (2.0, 10.0, 40.0, 400.0)))
# If a circle of this radius has enough clinics, no clinic outside it is offered ...
_RADII_KM: Final = (10.0, 30.0, 100.0)
_CIRCLES: Final = tuple(map(closeness_of_km, _RADII_KM))
_FARTHEST: Final = -1.0
_TOLD_NOTHING: Final = ClinicState("")
# ... except clinics that the organisation checked: they are few, and worth the fare.
_CHECKED_RADIUS_KM: Final = 30.0
# Travel time by shared taxi and on foot, at 30 km/h.
_MINUTES_PER_KM: Final = 2.0


@dataclass(frozen=True, slots=True)
class ClinicMatch:
    """A clinic to offer. The distance is a straight line, None when either place has no coordinates.

    `open_now` None: its hours are not known. `opens_at`: local time, only while it is closed. `out_until` and
    `closed_until`: local time, only where it said that it cannot meet the need, or is closed.
    """

    clinic: Clinic
    distance_km: float | None
    open_now: bool | None
    opens_at: datetime | None
    out_until: datetime | None = None
    closed_until: datetime | None = None
    is_full: bool = False
    """its nurse answered a code of this need today: no place"""


@dataclass(frozen=True, slots=True)
class _Option:
    """A clinic for a need. `service_rank` 0 is best; `ancestry` has the ids from the root to its area."""

    clinic: Clinic
    service_rank: int
    position: Vector | None
    ancestry: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """When somebody looks for a clinic: the local time, the minute of the week, and Unix seconds."""

    local: datetime
    minute: int
    at: float


class Directory:
    """Every clinic, sorted by need once. A look-up among 10,000 clinics takes a few milliseconds at most.

    What clinics told us since (`ClinicState`) is laid over it, so that a report costs no new sorting.
    """

    def __init__(self, clinics: Iterable[Clinic], atlas: Atlas) -> None:
        self._clinics = {clinic.code: clinic for clinic in clinics}
        self._atlas = atlas
        self._ancestries = {area.id: (*reversed(atlas.ancestors(area.id)), area.id) for area in atlas}
        self._options = {need.id: list(self._options_for(need)) for need in NEEDS.values()}
        self._states: Mapping[str, ClinicState] = {}

    def with_states(self, states: Iterable[ClinicState]) -> "Directory":
        """Return this directory with what its clinics told us."""
        other = copy.copy(self)
        other._states = {state.code: state for state in states}
        return other

    def _options_for(self, need: Need) -> Iterator[_Option]:
        for clinic in self._clinics.values():
            if (match := need.service_rank(clinic.services)) is not None:
                yield _Option(clinic, match, unit_vector(clinic), self._ancestries.get(clinic.area_id, ()))

    def __len__(self) -> int:
        return len(self._clinics)

    def __iter__(self) -> Iterator[Clinic]:
        return iter(self._clinics.values())

    def get(self, code: str) -> Clinic | None:
        """Return the clinic with this code, or None. If nobody confirmed its check in time, it is listed only."""
        found = self._clinics.get(code)
        return replace(found, grade="listed") if found and self.state(code).has_lapsed else found

    def state(self, code: str) -> ClinicState:
        """Return what the clinic told us; an empty state where it told nothing."""
        return self._states.get(code, ClinicState(code))

    def nearest(self, need: str, area_id: str, now: datetime, limit: int) -> list[ClinicMatch]:
        """Return at most `limit` clinics for the need (a key of NEEDS), the best first. `now` is local time.

        Doubtful places come last, before them clinics that said that they cannot meet the need now, or are full. For a
        need that can wait, clinics are in the smallest circle that has enough of them. Open clinics are first, then
        clinics with unknown hours; within each group the better service, then checked, then the nearer circle, then how
        visits went, then nearer clinics. For an urgent need (`hurt`) the nearest open clinics are first, at any
        distance, then the clinics with the earliest care, travel included, then clinics with unknown hours; how visits
        went decides among equals only.
        """
        options, urgent = self._options[need], NEEDS[need].urgent
        near, moment = self._closeness(options, area_id), _Moment(now, minute_of_week(now), now.timestamp())
        order, among = (
            (_urgent_order, range(len(near))) if urgent else (_routine_order, _within_radius(options, near, limit))
        )

        def rank(i: int) -> tuple[float, ...]:
            state = self._states.get(options[i].clinic.code, _TOLD_NOTHING)
            cannot = state.out_until(need, moment.at) or state.full_until(need, moment.at)
            return options[i].clinic.is_doubtful, cannot > 0, *order(options[i], state, near[i], moment)

        chosen = (self.get(options[i].clinic.code) for i in heapq.nsmallest(limit, among, key=rank))
        return [self._match(clinic, need, area_id, now) for clinic in chosen if clinic]

    def _closeness(self, options: list[_Option], area_id: str) -> list[float]:
        area, line = self._atlas.get(area_id), self._ancestries.get(area_id, ())
        here = unit_vector(area) if area else None
        if here is None:
            return [_vague_closeness(line, option) for option in options]
        x, y, z = here
        return [
            x * spot[0] + y * spot[1] + z * spot[2] if (spot := o.position) else _vague_closeness(line, o)
            for o in options
        ]

    def _match(self, clinic: Clinic, need: str, area_id: str, now: datetime) -> ClinicMatch:
        area, state = self._atlas.get(area_id), self.state(clinic.code)
        km = distance_km(area, clinic) if area else None
        is_open = False if state.is_closed(now.timestamp()) else clinic.is_open_at(now)
        out_until, closed_until = (
            datetime.fromtimestamp(at, now.tzinfo) if at > now.timestamp() else None
            for at in (state.out.get(need, 0), state.closed_until)
        )
        is_full = state.full_until(need, now.timestamp()) > 0
        return ClinicMatch(clinic, km, is_open, _opening(clinic, state, now), out_until, closed_until, is_full)


def _within_radius(options: list[_Option], near: list[float], limit: int) -> Sequence[int]:
    """Return the options in the smallest circle that has `limit` of them, and checked clinics a fare away."""
    for km in _RADII_KM:
        edge, fare = closeness_of_km(km), closeness_of_km(max(km, _CHECKED_RADIUS_KM))
        candidates = [i for i, close in enumerate(near) if close >= edge]
        if len(candidates) >= limit:
            farther = (i for i, close in enumerate(near) if fare <= close < edge)
            return candidates + [i for i in farther if options[i].clinic.is_checked]
    return range(len(options))


def _routine_order(option: _Option, state: ClinicState, close: float, moment: _Moment) -> tuple[float, ...]:
    wait = _minutes_to_opening(option.clinic, state, moment)
    opening = 1 if wait is None else 2 if wait else 0
    circle = sum(close < edge for edge in _CIRCLES)
    return opening, option.service_rank, not _is_checked(option, state), circle, state.rating_rank, -close


def _urgent_order(option: _Option, state: ClinicState, close: float, moment: _Moment) -> tuple[float, ...]:
    wait = _minutes_to_opening(option.clinic, state, moment)
    last = option.service_rank, not _is_checked(option, state), state.rating_rank
    if wait:
        return 1, max(wait, km_of_closeness(close) * _MINUTES_PER_KM), *last
    return 0 if wait == 0 else 2, -close, *last


def _is_checked(option: _Option, state: ClinicState) -> bool:
    return option.clinic.is_checked and not state.has_lapsed


def _opening(clinic: Clinic, state: ClinicState, now: datetime) -> datetime | None:
    """Return the next opening; None while it is open, or when its hours are not known and it did not say closed."""
    if not state.is_closed(now.timestamp()):
        return clinic.next_opening(now)
    again = datetime.fromtimestamp(state.closed_until, now.tzinfo)
    return clinic.next_opening(again) or again


def _minutes_to_opening(clinic: Clinic, state: ClinicState, moment: _Moment) -> int | None:
    """Return the minutes until it opens; 0 while it is open, None when its hours are not known."""
    if state.closed_until > moment.at and (opens := _opening(clinic, state, moment.local)):
        return max(1, int((opens - moment.local).total_seconds() // 60))
    if clinic.open_24h:
        return 0
    if clinic.hours is None:
        return None
    minute = moment.minute
    return 0 if clinic.hours.is_open_at(minute) else clinic.hours.minutes_to_opening(minute)


def _vague_closeness(here: tuple[str, ...], option: _Option) -> float:
    """Return the closeness of a clinic without coordinates. A doubtful place is in no circle."""
    return _FARTHEST if option.clinic.is_doubtful else _tree_closeness(here, option.ancestry)


def _tree_closeness(here: tuple[str, ...], there: tuple[str, ...]) -> float:
    shared = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        shared += 1
    return _TREE_CLOSENESS[min(len(here) - shared, len(_TREE_CLOSENESS) - 2) if shared else -1]

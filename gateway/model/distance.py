"""Straight-line distances between places, on a sphere (the error is at most 0.6 %)."""

import math
from typing import Final, Protocol

EARTH_KM: Final = 6371.0

Vector = tuple[float, float, float]


class Located(Protocol):
    """Anything with coordinates in degrees (WGS 84), or None for each."""

    @property
    def latitude(self) -> float | None: ...

    @property
    def longitude(self) -> float | None: ...


def distance_km(one: Located, other: Located) -> float | None:
    """Return the kilometres between two places (haversine); None when one of them has no coordinates."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.sin(math.radians(other.longitude - one.longitude) / 2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * turn**2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def unit_vector(place: Located) -> Vector | None:
    """Return the place as a point on a sphere of radius 1. The dot product of two points is their closeness."""
    if place.latitude is None or place.longitude is None:
        return None
    up, east = math.radians(place.latitude), math.radians(place.longitude)
    return math.cos(up) * math.cos(east), math.cos(up) * math.sin(east), math.sin(up)


def closeness_of_km(km: float) -> float:
    """Return the cosine of the angle of a distance. 1 is the same place, less is farther. It is cheap to compare."""
    return math.cos(km / EARTH_KM)


def km_of_closeness(close: float) -> float:
    """Return the kilometres of a closeness, exact to about a metre."""
    return EARTH_KM * math.acos(max(-1.0, min(1.0, close)))

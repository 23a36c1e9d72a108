"""The tree of places of a list: two spellings of one place under one parent are one place."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from gateway.model.area import Area, Atlas, Mac, area_id
from gateway.model.names import normalise_name

Spot = tuple[float, float]
"""latitude and longitude in degrees"""
_Child = tuple[str, str]
"""the id of a parent, empty at the top, and a name in a form that is compared"""
TOP: Final = ""


@dataclass(slots=True)
class Place:
    """A place while its list is read. `aliases` are other names, by their compared form or by their spelling."""

    id: str
    path: tuple[str, ...]
    parent: str | None
    aliases: dict[str, str] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)

    def add_aliases(self, names: Iterable[str]) -> None:
        for name in names:
            if normalise_name(name) not in ("", normalise_name(self.path[-1])):
                self.aliases.setdefault(normalise_name(name), name)

    def as_area(self) -> Area:
        aliases = tuple(self.aliases.values())
        if not self.spots:
            return Area(self.id, self.path, aliases, self.parent)
        north, east = (median(axis) for axis in zip(*self.spots, strict=True))
        return Area(self.id, self.path, aliases, self.parent, north, east)


class PlaceTree:
    """Finds a place by its path, among the areas that exist and those of the list. It adds what is new.

    An area that exists keeps its id and its name, also where the list has an alias of it: it may have been renamed.
    """

    def __init__(self, atlas: Atlas, mac: Mac) -> None:
        self._mac = mac
        self._atlas = atlas
        self._exact: dict[_Child, str] = {}
        self._named: dict[_Child, str] = {}
        self._paths: dict[str, tuple[str, ...]] = {area.id: area.path for area in atlas}
        for area in atlas:
            parent = next(iter(atlas.ancestors(area.id)), TOP)
            self._exact[parent, area.name] = area.id
            self._named.setdefault((parent, normalise_name(area.name)), area.id)
        for area in atlas:
            parent = next(iter(atlas.ancestors(area.id)), TOP)
            for alias in area.aliases:
                self._named.setdefault((parent, normalise_name(alias)), area.id)
        self.used: dict[str, Place] = {}
        """the places that the list names, parents first"""
        self.spellings: list[tuple[str, str]] = []
        """the other spellings that the list has, each with the path that it was taken for"""

    def find(self, path: Iterable[str]) -> tuple[str, ...]:
        """Return the ids along the path, as far as they exist, and use no place."""
        found: list[str] = []
        for name in path:
            here = self._id_under(found[-1] if found else TOP, name)
            if not here:
                break
            found.append(here)
        return tuple(found)

    def use(self, path: Iterable[str]) -> list[Place]:
        """Return the places along the path, the widest first; what does not exist is made."""
        along: list[Place] = []
        for name in path:
            along.append(self._use_under(along[-1] if along else None, name))
        return along

    def _id_under(self, parent: str, name: str) -> str:
        return self._exact.get((parent, name)) or self._named.get((parent, normalise_name(name)), "")

    def _use_under(self, parent: Place | None, name: str) -> Place:
        above = parent.id if parent else TOP
        known = self._id_under(above, name)
        id_ = known or self._new_id((*(parent.path if parent else ()), name))
        path = self._paths.setdefault(id_, (*(parent.path if parent else ()), name))
        place = self.used.setdefault(id_, Place(id_, path, above or None))
        if (above, name) not in self._exact:
            self._exact[above, name] = id_
            self._named.setdefault((above, normalise_name(name)), id_)
            if known:
                self._note_spelling(place, name)
        return place

    def _note_spelling(self, place: Place, name: str) -> None:
        """Keep another spelling as an alias. Capitals, and how accents are stored, are no other spelling."""
        known = self._atlas.get(place.id)
        if _spelling(name) != _spelling(place.path[-1]) and not (known and name in known.aliases):
            place.aliases.setdefault(name, name)
            self.spellings.append((name, "/".join(place.path)))

    def _new_id(self, path: tuple[str, ...]) -> str:
        """Return the id of a new place. A renamed area may have kept the id of its old name."""
        id_ = area_id(path, self._mac)
        return id_ if id_ not in self._paths else self._new_id((*path, "2"))


def _spelling(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def clean_name(text: str) -> str:
    """Return a name as it is stored: accents in one piece, each run of blanks as one."""
    return " ".join(unicodedata.normalize("NFC", text).split())

"""Areas: the tree of places (county / constituency / ward, or any other), which every process keeps in memory."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.errors import BadInput
from gateway.model.names import NameIndex, normalise_name

Mac = Callable[[bytes], bytes]
STEP: Final = " > "
"""between the names of an exact path"""
_MAX_LISTED: Final = 8
# Any phone may send a text, and the work grows with the square of the number of slashes in it.
_MAX_PARTS: Final = 8


@dataclass(frozen=True, slots=True)
class Area:
    """A place that people can choose. Latitude and longitude are degrees (WGS 84), the medians of the places in it."""

    id: str
    path: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def full_name(self) -> str:
        return "/".join(self.path)

    @property
    def exact_name(self) -> str:
        """The path for commands where a slash in a name could be taken for a step down."""
        return STEP.join(self.path)


Areas = tuple[Area, ...]


def area_id(path: Sequence[str], mac: Mac) -> str:
    """Return the id of a new place: 10 hexadecimal digits, the same for all spellings that `normalise_name` equals.

    Names are joined by a sign that no such name has, so that `Awasi/Onjiko` is another place than `Onjiko` in `Awasi`.
    `mac` is keyed. With a hash without a key, a thief of the store could try the names of all wards.
    """
    return mac(("area:" + "\n".join(map(normalise_name, path))).encode())[:5].hex()


class Atlas:
    """Every area of a deployment, indexed once and never changed. A look-up among 2,000 areas takes microseconds.

    Typed names are compared by `normalise_name`. An id that is not in the atlas has no parent and no children.
    """

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._areas = {area.id: area for area in sorted(areas, key=lambda a: (normalise_name(a.name), a.path))}
        self._children: dict[str | None, list[Area]] = {}
        for area in self._areas.values():
            self._children.setdefault(self._parent(area), []).append(area)
        self._order: list[str] = []
        self._span: dict[str, tuple[int, int]] = {}
        for root in self._children.get(None, ()):
            self._index_subtree(root)
        self._paths: dict[str, list[Area]] = {}
        self._exact: dict[str, list[Area]] = {}
        for area in self:
            self._paths.setdefault(normalise_name(area.full_name), []).append(area)
            for exact in {_exact(area.full_name), _exact(area.exact_name)}:
                self._exact.setdefault(exact, []).append(area)
        widest_first = sorted(self._areas.values(), key=lambda area: len(area.path))
        self._names = NameIndex((area.id, (area.name, *area.aliases)) for area in widest_first)

    def _parent(self, area: Area) -> str | None:
        """Return the parent's id, if the parent is in the atlas and one level above. Otherwise the area is a root.

        So no loop can arise.
        """
        above = self._areas.get(area.parent or "")
        return above.id if above is not None and len(above.path) == len(area.path) - 1 else None

    def _index_subtree(self, area: Area) -> None:
        start = len(self._order)
        self._order.append(area.id)
        for child in self._children.get(area.id, ()):
            self._index_subtree(child)
        self._span[area.id] = (start, len(self._order))

    def __len__(self) -> int:
        return len(self._areas)

    def __iter__(self) -> Iterator[Area]:
        return (self._areas[id_] for id_ in self._order)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._areas

    def get(self, id_: str | None) -> Area | None:
        """Return the area, or None when it is not in the atlas."""
        return None if id_ is None else self._areas.get(id_)

    def children(self, id_: str | None = None) -> Areas:
        """Return the areas directly under this one, by name; for None the top areas."""
        return tuple(self._children.get(id_, ()))

    def ancestors(self, id_: str) -> tuple[str, ...]:
        """Return the ids of the areas above this one, its parent first."""
        area = self._areas.get(id_)
        above = self._parent(area) if area is not None else None
        return () if above is None else (above, *self.ancestors(above))

    def subtree(self, id_: str) -> tuple[str, ...]:
        """Return the ids of this area, which is first, and of every area under it."""
        start, end = self._span.get(id_, (0, 0))
        return tuple(self._order[start:end])

    def audience_areas(self, id_: str) -> tuple[str, ...]:
        """Return the ids whose subscribers a warning here reaches: this area, and all areas under it and above it."""
        return self.subtree(id_) + self.ancestors(id_)

    def contains(self, id_: str, inner: str) -> bool:
        """Whether `inner` is this area or is under it: the scope of a member of staff."""
        start, end = self._span.get(id_, (0, 0))
        return start <= self._span.get(inner, (-1, -1))[0] < end

    def covers(self, id_: str, of: str) -> bool:
        """Whether `of` is among the audience areas of this one."""
        return self.contains(id_, of) or self.contains(of, id_)

    def find(self, text: str) -> Areas:
        """Return the areas that have this name or alias: none, one, or several with different parents."""
        return self._areas_of(self._names.find(text))

    def starting_with(self, text: str, limit: int) -> Areas:
        """Return at most `limit` areas with these letters: as whole name, as its start, then in a later word."""
        return self._areas_of(self._names.starting_with(text, limit))

    def suggest(self, text: str, limit: int = 3) -> Areas:
        """Return the areas with the closest spelling, for "did you mean". Slow (`NameIndex.closest`)."""
        return self._areas_of(self._names.closest(text, limit))

    def _areas_of(self, ids: Iterable[str]) -> Areas:
        return tuple(self._areas[id_] for id_ in ids)

    def resolve(self, path_text: str) -> Area:
        """Return the one area that `Mombasa/Kisauni`, or any unique part of its path, names. A whole path wins.

        An exact path wins over all others. `Kisumu > Awasi/Onjiko` is exact where a name has a slash itself.
        Raises BadInput, with the possible paths where there are several, otherwise with the nearest spellings.
        """
        exact = self._exact.get(_exact(path_text), [])
        found = exact or self._paths.get(normalise_name(path_text)) or self._find_along_path(path_text)
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(f"several areas have that name; say which: {_format_areas(found)}")
        near = self.suggest(path_text.rpartition("/")[2])
        raise BadInput("no area has that name" + (f"; the nearest are: {_format_areas(near)}" if near else ""))

    def _find_along_path(self, path_text: str) -> list[Area]:
        """Return the areas that the last part names, under those that earlier parts name. A name may have a slash."""
        parts = path_text.split("/")
        if len(parts) > _MAX_PARTS:
            return []
        reached: list[list[Area]] = []
        for end in range(1, len(parts) + 1):
            here = self.find("/".join(parts[:end]))
            under = [
                area
                for cut in range(1, end)
                for area in self.find("/".join(parts[cut:end]))
                if any(above.id in self.ancestors(area.id) for above in reached[cut - 1])
            ]
            reached.append(list({area.id: area for area in (*here, *under)}.values()))
        return reached[-1]

    def parse_leading_area(self, words: Sequence[str]) -> tuple[Areas, tuple[str, ...]]:
        """Return the areas that the longest run of leading words names, and the words after it.

        If a second name on the same branch follows directly, it selects the area: `shella lamu`, `mombasa kisauni`.
        """
        for count in range(min(self._names.max_words, len(words)), 0, -1):
            head = " ".join(words[:count])
            if found := self.find(head) or ("/" in head and tuple(self._find_along_path(head))):
                return self._narrow_by(found, tuple(words[count:]))
        return (), tuple(words)

    def _narrow_by(self, found: Areas, following_words: tuple[str, ...]) -> tuple[Areas, tuple[str, ...]]:
        more, left = self.parse_leading_area(following_words) if following_words else ((), following_words)
        under = tuple(m for m in more if any(self.contains(f.id, m.id) for f in found if f != m))
        chosen = under or tuple(f for f in found if any(self.contains(m.id, f.id) for m in more if f != m))
        return (chosen, left) if chosen else (found, following_words)


def _exact(path_text: str) -> str:
    """Return a path as it is written. Only what no reader sees is made the same: blanks, and how accents are stored."""
    return " ".join(unicodedata.normalize("NFC", path_text).split())


def _format_areas(areas: Sequence[Area]) -> str:
    """Return the paths, in the exact form where two of them read the same."""
    alike = len({area.full_name for area in areas}) < len(areas)
    shown = ", ".join(area.exact_name if alike else area.full_name for area in areas[:_MAX_LISTED])
    return f"{shown} and {len(areas) - _MAX_LISTED} more" if len(areas) > _MAX_LISTED else shown

"""Names as people type them, compared without case or accents, and found whole or by their first letters."""

import difflib
import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final

from gateway.letters import drop_apostrophes, drop_marks, is_part_of_word

_LAST_CHAR: Final = "\U0010ffff"


def normalise_name(text: str) -> str:
    """Return a name as all names are compared: two places under one parent with one such name are the same place.

    It has no case, no accents (`drop_marks`) and no apostrophes: `Ng'ombe` is `ngombe`. Any other sign becomes a space.
    """
    plain = drop_marks(drop_marks(drop_apostrophes(text)).casefold())
    return " ".join("".join(c if is_part_of_word(c) else " " for c in plain).split())


class NameIndex:
    """An index from names to ids, built once. One id may have several names, one name several ids.

    A double name, `Awasi/Onjiko`, is also found by each half, unless another id has that half as its own name.
    """

    def __init__(self, named: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_half: dict[str, list[str]] = {}
        self._order: dict[str, int] = {}
        tails: set[tuple[str, int, str]] = set()
        for order, (id_, names) in enumerate(named):
            self._order[id_] = order
            for key in _normalised_names(names):
                self._by_name.setdefault(key, []).append(id_)
                words = key.split()
                tails.update((" ".join(words[i:]), min(i, 1), id_) for i in range(len(words)))
            for key in _normalised_names(half for name in names for half in name.split("/")):
                self._by_half.setdefault(key, []).append(id_)
        self._suffixes = sorted(tails)
        self.max_words = max((key.count(" ") + 1 for key in self._by_half | self._by_name), default=0)

    def find(self, text: str) -> tuple[str, ...]:
        """Return the ids that have this name."""
        key = normalise_name(text)
        return tuple(self._by_name.get(key) or self._by_half.get(key) or ())

    def starting_with(self, text: str, limit: int) -> tuple[str, ...]:
        """Return at most `limit` ids: with this whole name, then with this start of a name or of a later word."""
        typed = normalise_name(text)
        if not typed:
            return ()
        best: dict[str, int] = {}
        low, high = bisect_left(self._suffixes, (typed,)), bisect_right(self._suffixes, (typed + _LAST_CHAR,))
        for tail, later, id_ in self._suffixes[low:high]:
            rank = 2 if later else int(tail != typed)
            best[id_] = min(rank, best.get(id_, rank))
        return tuple(heapq.nsmallest(limit, best, key=lambda id_: (best[id_], self._order[id_])))

    def closest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return the ids with the closest spelling, nearest first. It is slow (tens of ms), so use it after `find`."""
        near = difflib.get_close_matches(normalise_name(text), self._by_name, n=limit)
        return tuple(dict.fromkeys(id_ for key in near for id_ in self._by_name[key]))[:limit]


def _normalised_names(names: Iterable[str]) -> list[str]:
    return [key for key in dict.fromkeys(map(normalise_name, names)) if key]

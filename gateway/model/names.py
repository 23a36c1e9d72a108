"""Names as people type them: compared without case or accents, found whole or by their first letters."""

import difflib
import heapq
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘ʼ`´"))
_AFTER_ALL: Final = "\U0010ffff"


def fold(text: str) -> str:
    """What is compared: no case, accents or apostrophes (`Ng'ombe`, `ngombe`); any other mark is a space."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_APOSTROPHES))
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


class Names:
    """An index from names to ids, built once. One id may have several names, one name several ids.

    A double name, `Awasi/Onjiko`, also answers to each half where nothing has that half for its own name.
    """

    def __init__(self, named: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._whole: dict[str, list[str]] = {}
        self._halves: dict[str, list[str]] = {}
        self._order: dict[str, int] = {}
        tails: set[tuple[str, int, str]] = set()
        for order, (id_, names) in enumerate(named):
            self._order[id_] = order
            for key in _keys(names):
                self._whole.setdefault(key, []).append(id_)
                words = key.split()
                tails.update((" ".join(words[i:]), min(i, 1), id_) for i in range(len(words)))
            for key in _keys(half for name in names for half in name.split("/")):
                self._halves.setdefault(key, []).append(id_)
        self._tails = sorted(tails)
        self.longest = max((key.count(" ") + 1 for key in self._halves | self._whole), default=0)

    def find(self, text: str) -> tuple[str, ...]:
        """The ids that have this name."""
        key = fold(text)
        return tuple(self._whole.get(key) or self._halves.get(key) or ())

    def starts(self, text: str, limit: int) -> tuple[str, ...]:
        """At most `limit` ids: of this whole name, then whose name starts so, then one of its later words."""
        typed = fold(text)
        if not typed:
            return ()
        best: dict[str, int] = {}
        low, high = bisect_left(self._tails, (typed,)), bisect_right(self._tails, (typed + _AFTER_ALL,))
        for tail, later, id_ in self._tails[low:high]:
            rank = 2 if later else int(tail != typed)
            best[id_] = min(rank, best.get(id_, rank))
        return tuple(heapq.nsmallest(limit, best, key=lambda id_: (best[id_], self._order[id_])))

    def spelt_like(self, text: str, limit: int) -> tuple[str, ...]:
        """The ids spelt most like it, nearest first. Tens of milliseconds: only after `find` failed."""
        near = difflib.get_close_matches(fold(text), self._whole, n=limit)
        return tuple(dict.fromkeys(id_ for key in near for id_ in self._whole[key]))[:limit]


def _keys(names: Iterable[str]) -> list[str]:
    return [key for key in dict.fromkeys(map(fold, names)) if key]

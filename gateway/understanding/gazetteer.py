"""Cuts the names of places out of a text. All names are in memory, thousands of them, with their aliases.

A name that is an everyday word too (`Central`, `Stage`) counts only behind a word such as `at`. A long name may have
one wrong letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.understanding.fold import PLACE, fold_words, is_chinese
from gateway.understanding.word_book import with_one_letter_less

CUES: Final = frozenset({
    "at", "in", "near", "around", "from", "to", "of", "for", "huko", "kule", "hapa", "kwa", "ya", "karibu", "hadi",
    "maeneo", "a", "au", "aux", "chez", "vers", "dans", "de", "du", "en", "por", "cerca", "la", "na", "v", "u", "s",
    "k", "iz", "okolo", "vozle", "ot", "do", "zai", "dao", "qu", "jin", "cong",
    "在", "到", "去", "来", "进", "从", "离", "往", "过",
})  # fmt: skip
"""words of any language behind which a place may stand"""
_MIN_NAME_CHARS: Final = 3
_MIN_STEM_CHARS: Final = 5
_MIN_MISSPELT_CHARS: Final = 6
_MORE_CHARS_WITHOUT_CUE: Final = 1


@dataclass(frozen=True, slots=True)
class PlaceCut:
    """A text's words with the sign for a place in each place's stead, and the ids of the areas of that name."""

    words: tuple[str, ...]
    areas: tuple[tuple[str, ...], ...]


class Gazetteer:
    """The names of places by their first word."""

    def __init__(
        self,
        named: Iterable[tuple[str, str]],
        everyday: frozenset[str] = frozenset(),
        everyday_phrases: Iterable[tuple[str, ...]] = (),
    ) -> None:
        """`named`: a name or an alias, and the id of its area. `everyday`: words that mean something else too.

        `everyday_phrases`: word by word; within one, no word is a place.
        """
        self._everyday = everyday
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._by_stem: dict[str, list[str]] = {}
        self._near: dict[str, set[str]] = {}
        for name, area in named:
            for written in dict.fromkeys((name, *name.split("/"))):
                self._add(written, area)
                if "w" in written.casefold():  # Russian has no such letter: `Соко Мвези`
                    self._add(written.casefold().replace("w", "v"), area)
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for phrase in everyday_phrases:
            if any(word in self._by_first for word in phrase):
                self._phrases.setdefault(phrase[0], []).append(phrase)
        for word in self._by_first:
            if len(word) >= _MIN_MISSPELT_CHARS and word.isascii():
                for shorter in with_one_letter_less(word):
                    self._near.setdefault(shorter, set()).add(word)

    def cut(self, words: Sequence[str]) -> PlaceCut:
        """Return the folded words with their places cut out. The longest name wins."""
        left: list[str] = []
        areas: list[tuple[str, ...]] = []
        at = 0
        while at < len(words):
            if phrase := self._phrase_at(words, at):
                left += phrase
                at += len(phrase)
                continue
            is_cued = at > 0 and words[at - 1] in CUES
            length, found = self._at(words, at, is_cued)
            left.append(PLACE if length else words[at])
            areas += [found] if length else []
            at += length or 1
        return PlaceCut(tuple(left), tuple(areas))

    def _phrase_at(self, words: Sequence[str], at: int) -> tuple[str, ...]:
        """Return the everyday phrase that begins here; empty where none does."""
        found = (one for one in self._phrases.get(words[at], ()) if tuple(words[at : at + len(one)]) == one)
        return max(found, key=len, default=())

    def _add(self, written: str, area: str) -> None:
        words = fold_words(written)
        if not words or (len(words) == 1 and len(words[0]) < _MIN_NAME_CHARS and not is_chinese(words[0])):
            return
        self._by_first.setdefault(words[0], []).append((tuple(words[1:]), area))
        is_cyrillic = any("\u0400" <= char <= "\u04ff" for char in written)
        if is_cyrillic and len(words) == 1 and len(words[0]) >= _MIN_STEM_CHARS:
            self._by_stem.setdefault(words[0][:-2], []).append(area)

    def _at(self, words: Sequence[str], at: int, is_cued: bool) -> tuple[int, tuple[str, ...]]:
        """Return the number of words of the place that begins here, and its areas; 0 where none does."""
        found: dict[int, list[str]] = {}
        for following, area in self._by_first.get(words[at], ()):
            if tuple(words[at + 1 : at + 1 + len(following)]) == following:
                found.setdefault(1 + len(following), []).append(area)
        if not found:
            found = {1: areas} if (areas := self._inflected(words[at]) or self._misspelt(words[at], is_cued)) else {}
        if not found:
            return 0, ()
        length = max(found)
        if length == 1 and not is_cued and words[at] in self._everyday:
            return 0, ()
        return length, tuple(dict.fromkeys(found[length]))

    def _inflected(self, word: str) -> list[str]:
        """Return the areas of a Russian name with another ending."""
        if len(word) < _MIN_STEM_CHARS:
            return []
        return [area for size in range(len(word), len(word) - 4, -1) for area in self._by_stem.get(word[:size], ())]

    def _misspelt(self, word: str, is_cued: bool) -> list[str]:
        """Return the areas of the only name of one word that one letter tells from this one."""
        is_long = len(word) >= _MIN_MISSPELT_CHARS + (0 if is_cued else _MORE_CHARS_WITHOUT_CUE)
        if not is_long or word in self._everyday:
            return []
        shorter = with_one_letter_less(word)
        near = {name for one in shorter for name in self._near.get(one, ())}
        near |= {one for one in shorter if one in self._by_first and len(one) >= _MIN_MISSPELT_CHARS}
        names = [area for name in near for following, area in self._by_first[name] if not following]
        return names if len(near) == 1 else []

"""One language's words and the concepts that they stand for.

An entry of a concept is a word (`stop`), the beginning of words (`stop*`), letters inside words (`*fungia*`), or
several words of which the last may be a beginning (`opt out`, `take me off*`). With `+` before it, it counts beside
whatever else the word stands for. A longer entry wins over a shorter one, and an exact word over a beginning or a part.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from gateway.understanding.concepts import DANGER
from gateway.understanding.fold import fold_words

MAX_WORD_CHARS: Final = 24
"""a longer word is compared whole only"""
MIN_GUESSED_CHARS: Final = 6
"""a word must have so many letters that one of them may be wrong"""
MIN_GUESSED_DANGER_CHARS: Final = 8
"""the same, for a word of danger"""
_MAX_CACHED_WORDS: Final = 20_000


class Fit(IntEnum):
    """How a word fits an entry. A higher one wins."""

    GUESSED = 0
    """one letter is missing, added, wrong, or swapped with its neighbour"""
    INSIDE = 1
    START = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Tag:
    """What the words from `start` up to, but not including, `end` stand for. Both count folded words from 0."""

    start: int
    end: int
    concepts: tuple[str, ...]
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry, as what must follow its first word."""

    concept: str
    following: tuple[tuple[str, Fit], ...]


_Found = tuple[tuple[Fit, int], _Entry]
"""how the first word fits, with the number of letters that decided it, and the entry"""


class _Candidates:
    """The entries whose first word fits a word. Most of several words are found by their second word."""

    def __init__(self, found: Iterable[_Found]) -> None:
        self.always: list[_Found] = []
        self._by_second: dict[str, list[_Found]] = {}
        for one in found:
            following = one[1].following
            if following and following[0][1] is Fit.EXACT:
                self._by_second.setdefault(following[0][0], []).append(one)
            else:
                self.always.append(one)

    def before(self, second: str) -> Iterable[_Found]:
        """Return the entries that may fit where this is the second word; an empty one stands for none."""
        more = self._by_second.get(second)
        return (*self.always, *more) if more else self.always


_LATIN_RUSSIAN: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("shch|sch", "sh"), ("kh|x", "h"), ("ts|tz", "c"), ("[ij]a", "ya"), ("[ij]u", "yu"),
        ("y(?![au])|j(?![au])", "i"), ("ii+", "i"), ("w", "v"),
    )
)  # fmt: skip


def plain_latin_russian(word: str) -> str:
    """Return one spelling for the many Latin spellings of Russian: `khochu`, `hochu`, `xochu`."""
    for pattern, plain in _LATIN_RUSSIAN:
        word = pattern.sub(plain, word)
    return word


class WordBook:
    """Finds the concepts of a text. `respell` gives each folded word one spelling, as for Russian in Latin letters."""

    def __init__(self, entries: Mapping[str, Iterable[str]], respell: Callable[[str], str] | None = None) -> None:
        self._respell = respell
        self._by_fit: dict[Fit, dict[str, list[_Entry]]] = {Fit.EXACT: {}, Fit.START: {}, Fit.INSIDE: {}}
        self._beside: dict[str, list[_Entry]] = {}
        fold_once = cache(self._fold)  # most words stand in several entries
        for concept, written in entries.items():
            for entry in written:
                self._add(concept, entry, fold_once)
        self._near: dict[str, set[str]] = {}
        for word in {*self._by_fit[Fit.EXACT], *self._by_fit[Fit.START]}:
            if len(word) >= MIN_GUESSED_CHARS and word.isascii():
                for shorter in with_one_letter_less(word):
                    self._near.setdefault(shorter, set()).add(word)
        self._never_guessed: frozenset[str] = frozenset()
        self._cache: dict[str, _Candidates] = {}

    @property
    def whole_words(self) -> frozenset[str]:
        """The words that an entry has as they stand."""
        return frozenset(self._by_fit[Fit.EXACT])

    @property
    def whole_phrases(self) -> frozenset[tuple[str, ...]]:
        """The entries of several words, each as it stands."""
        entries = ((first, entry.following) for first, some in self._by_fit[Fit.EXACT].items() for entry in some)
        return frozenset(
            (first, *(word for word, _fit in following))
            for first, following in entries
            if following and all(fit is Fit.EXACT for _word, fit in following)
        )

    def never_guess(self, words: frozenset[str]) -> None:
        """Take these words as right: they are words of some language, and no misspelt ones of this."""
        self._never_guessed = words
        self._cache.clear()

    def tag(self, words: Sequence[str]) -> list[Tag]:
        """Return the concepts of folded words, from left to right. Words that stand for nothing have no tag."""
        if self._respell:
            words = [self._respell(word) for word in words]
        tags, at = [], 0
        while at < len(words):
            found = self._best_at(words, at)
            beside = self._concepts_beside(words, at)
            if beside:
                tags.append(Tag(at, at if found else at + 1, beside))
            if found:
                tags.append(found)
            at = found.end if found else at + 1
        return tags

    def _add(self, concept: str, written: str, fold_once: Callable[[str], list[str]]) -> None:
        if written.startswith("+"):
            first, *rest = fold_once(written.strip("+*"))
            behind = (*((word, Fit.EXACT) for word in rest[:-1]), *((word, Fit.START) for word in rest[-1:]))
            self._beside.setdefault(first, []).append(_Entry(concept, behind))
            return
        parts: list[tuple[str, Fit]] = []
        for part in written.split():
            fit = Fit.INSIDE if part.startswith("*") else Fit.START if part.endswith("*") else Fit.EXACT
            folded = fold_once(part.strip("*"))
            parts += [(word, Fit.EXACT) for word in folded[:-1]]
            parts += [(word, fit) for word in folded[-1:]]
        if parts:
            (first, fit), following = parts[0], tuple(parts[1:])
            self._by_fit[fit].setdefault(first, []).append(_Entry(concept, following))

    def _fold(self, text: str) -> list[str]:
        words = fold_words(text)
        return [self._respell(word) for word in words] if self._respell else words

    def _best_at(self, words: Sequence[str], at: int) -> Tag | None:
        """Return the longest entries that fit here; of these, those with the best fit."""
        best: dict[str, tuple[int, tuple[Fit, int]]] = {}
        second = words[at + 1] if at + 1 < len(words) else ""
        for rank, entry in self._candidates(words[at]).before(second):
            if not entry.following or _all_fit(words, at + 1, entry.following):
                value = len(entry.following), rank
                if entry.concept not in best or best[entry.concept] < value:
                    best[entry.concept] = value
        if not best:
            return None
        length, rank = highest = max(best.values())
        fit, concepts = rank[0], tuple(concept for concept, value in best.items() if value == highest)
        return Tag(at, at + length + 1, concepts, fit is Fit.GUESSED)

    def _concepts_beside(self, words: Sequence[str], at: int) -> tuple[str, ...]:
        """Return the concepts of the entries with `+` that begin here. Of several words only the last may go on."""
        if not self._beside:
            return ()
        word = words[at]
        begun = (entry for size in range(len(word), 1, -1) for entry in self._beside.get(word[:size], ()))
        found = [entry.concept for entry in begun if not entry.following]
        whole = (entry for entry in self._beside.get(word, ()) if entry.following)
        found += [entry.concept for entry in whole if _all_fit(words, at + 1, entry.following)]
        return tuple(dict.fromkeys(found))

    def _candidates(self, word: str) -> _Candidates:
        found = self._cache.get(word)
        if found is None:
            found = _Candidates(self._look_up(word))
            if len(self._cache) < _MAX_CACHED_WORDS:
                self._cache[word] = found
        return found

    def _look_up(self, word: str) -> list[_Found]:
        size = len(word)
        exact, start, inside = self._by_fit[Fit.EXACT], self._by_fit[Fit.START], self._by_fit[Fit.INSIDE]
        found: list[_Found] = [((Fit.EXACT, size), entry) for entry in exact.get(word, ())]
        if size > MAX_WORD_CHARS:
            return found
        for n in range(size, 1, -1):
            found += [((Fit.START, n), entry) for entry in start.get(word[:n], ())]
        for n in range(size, 2, -1) if inside else ():
            for i in range(size - n + 1):
                found += [((Fit.INSIDE, n), entry) for entry in inside.get(word[i : i + n], ())]
        may_guess = size >= MIN_GUESSED_CHARS and word.isascii() and word.isalpha() and word not in self._never_guessed
        if not found and may_guess:
            for near in self._spelt_alike(word):
                entries = (*exact.get(near, ()), *start.get(near, ()))
                is_long = size >= MIN_GUESSED_DANGER_CHARS
                found += [((Fit.GUESSED, len(near)), e) for e in entries if is_long or e.concept not in DANGER]
        return found

    def _spelt_alike(self, word: str) -> list[str]:
        """Return the words that one letter tells from this word, or from its beginning. The first letter is right."""
        start = self._by_fit[Fit.START]
        found = {near for near in self._one_letter_from(word) if abs(len(near) - len(word)) < 2}
        for size in range(MIN_GUESSED_CHARS, len(word)):
            found.update(near for near in self._one_letter_from(word[:size]) if near in start)
        return sorted(near for near in found if near[0] == word[0])

    def _one_letter_from(self, word: str) -> Iterable[str]:
        return (near for shorter in with_one_letter_less(word) for near in self._near.get(shorter, ()))


def _all_fit(words: Sequence[str], at: int, wanted: Sequence[tuple[str, Fit]]) -> bool:
    if at + len(wanted) > len(words):
        return False
    return all(_fits(words[at + n], *one) for n, one in enumerate(wanted))


def _fits(word: str, wanted: str, fit: Fit) -> bool:
    if fit is Fit.EXACT:
        return word == wanted
    return word.startswith(wanted) if fit is Fit.START else wanted in word


def with_one_letter_less(word: str) -> set[str]:
    """Return the word, and the word without each one of its letters."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}

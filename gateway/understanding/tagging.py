"""Finds the concepts of a text in the language that covers most of it, and fills the gaps from the second."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.understanding.concepts import DANGER, FILLER
from gateway.understanding.fold import is_chinese, pinyin_syllables, split_pinyin
from gateway.understanding.word_book import Tag, WordBook

CHINESE, PINYIN = "zh_Hans", "pinyin"
_ENOUGH: Final = 0.8
"""of the letters: no further language is tried"""
_OWN_LANGUAGE: Final = 1.25
"""how much more the phone's own language counts"""
_LONGER_ENTRY: Final = 1.15
"""how much more an entry of several words counts"""
_CHINESE_CHARACTER: Final = 3
_MIN_FILLED_CHARS: Final = 3
_CLEAR: Final = 0.6
"""of the letters: the text is in this language"""
_CLEAR_LEAD: Final = 1.3
"""how much more it must cover than the second language"""
_MIN_WORDS, _MIN_LETTERS = 3, 10
_MIN_LIKELY_LETTERS: Final = 4
_MIN_PINYIN: Final = 0.7
"""of the syllables: the text is pinyin"""


@dataclass(frozen=True, slots=True)
class TaggedText:
    """A text's tags from left to right. `lang` is the language that covers most of it, empty where none is clear."""

    words: tuple[str, ...]
    tags: tuple[Tag, ...]
    """without fillers"""
    lang: str
    known: frozenset[int]
    """the places of all words that a word book has"""
    likely_lang: str = ""
    """the language that covers most of it, however short it is"""

    @property
    def concepts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tag.concepts for tag in self.tags)

    @property
    def is_covered(self) -> bool:
        """Whether every word has a meaning of its own: none is unknown, and none a filler."""
        return sum(tag.end - tag.start for tag in self.tags) >= len(self.words)

    @property
    def unknown_words(self) -> int:
        """The number of words that stand for nothing."""
        return len(self.words) - len(self.known)

    @property
    def words_without_concept(self) -> tuple[str, ...]:
        return tuple(word for at, word in enumerate(self.words) if at not in self.known)

    def without_guesses(self) -> "TaggedText":
        guessed = {at for tag in self.tags if tag.guessed for at in range(tag.start, tag.end)}
        sure = tuple(tag for tag in self.tags if not tag.guessed)
        return TaggedText(self.words, sure, self.lang, self.known - guessed)


def tag_text(words: Sequence[str], books: Mapping[str, WordBook], lang: str) -> TaggedText:
    """Return the text with its concepts. `lang` is the language of the phone; `books` are by language."""
    if lang == CHINESE and PINYIN in books and (syllables := _as_pinyin(words)):
        return _tagged(syllables, books[PINYIN].tag(syllables), CHINESE)
    tried: list[tuple[float, int, str, list[Tag]]] = []
    has_chinese = any(is_chinese(word[0]) for word in words)
    for code in _order(books, lang, has_chinese):
        tags = books[code].tag(words)
        cover = _cover(words, tags)
        tried.append((cover * (_OWN_LANGUAGE if code == lang else 1.0), -len(tried), code, tags))
        if cover >= _ENOUGH and (code == lang or has_chinese):
            break
    tried.sort(key=lambda row: row[:2], reverse=True)
    cover, _, best, tags = tried[0]
    if len(tried) > 1:
        tags = sorted([*tags, *_gaps_filled(words, tags, tried[1][3])], key=lambda tag: tag.start)
    has_letters = sum(_weight(word) for word in words if word.isalpha()) >= _MIN_LIKELY_LETTERS
    is_likely = has_letters and cover >= _CLEAR and (len(tried) == 1 or cover > _CLEAR_LEAD * tried[1][0])
    tagged = _tagged(words, tags, best if is_likely and _says_enough(words) else "")
    return replace(tagged, likely_lang=best if is_likely else "")


def _says_enough(words: Sequence[str]) -> bool:
    """Whether a text is long enough to tell its language: `ok 5` is said in many."""
    return len(words) >= _MIN_WORDS and sum(_weight(word) for word in words if word.isalpha()) >= _MIN_LETTERS


def _tagged(words: Sequence[str], tags: Sequence[Tag], lang: str) -> TaggedText:
    known = frozenset(at for tag in tags for at in range(tag.start, tag.end))
    return TaggedText(tuple(words), tuple(tag for tag in tags if FILLER not in tag.concepts), lang, known)


def _order(books: Mapping[str, WordBook], lang: str, has_chinese: bool) -> Iterable[str]:
    first = [CHINESE] if has_chinese else []
    return [code for code in dict.fromkeys((*first, lang, "en", *books)) if code in books and code != PINYIN]


def _cover(words: Sequence[str], tags: Iterable[Tag]) -> float:
    """Return the share of the letters that stand for something."""
    covered = 0.0
    for tag in tags:
        letters = sum(map(_weight, words[tag.start : tag.end]))
        covered += letters * (_LONGER_ENTRY if tag.end - tag.start > 1 else 1.0)
    return covered / (sum(map(_weight, words)) or 1)


def _weight(word: str) -> int:
    """Return how much a word counts: its letters, of which a Chinese character says as much as several."""
    return _CHINESE_CHARACTER if is_chinese(word[0]) else len(word)


def _gaps_filled(words: Sequence[str], tags: Iterable[Tag], others: Iterable[Tag]) -> list[Tag]:
    """Return the tags of the second language where the first has none. Its shortest words mean too many things.

    A word of danger that only another language has counts as guessed.
    """
    taken = {at for tag in tags for at in range(tag.start, tag.end)}
    return [
        replace(tag, guessed=True) if DANGER.intersection(tag.concepts) else tag
        for tag in others
        if not taken.intersection(range(tag.start, tag.end))
        and (sum(map(len, words[tag.start : tag.end])) >= _MIN_FILLED_CHARS or is_chinese(words[tag.start][0]))
    ]


def _as_pinyin(words: Sequence[str]) -> list[str]:
    """Return the syllables of a text in pinyin; empty for another text."""
    if not all(word.isascii() or word == "§" for word in words):
        return []
    syllables = [part for word in words for part in (split_pinyin(word) if word.isalpha() else [word])]
    known = sum(part in pinyin_syllables() for part in syllables)
    return syllables if known >= _MIN_PINYIN * len(syllables) else []

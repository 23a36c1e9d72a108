"""Words that must not stand on a phone, by language: `<language>/words.toml`.

    neutral = ["polic*", "raid*"]      # not in texts and screens that promise to be neutral, nor in senders' names
    nowhere = ["prostitut*"]           # nowhere at all

A star at the end means any ending, at the beginning any beginning. Case and accents do not count. Chinese writes no
blanks between words: its words are found anywhere in a text, and a Latin word also between Chinese ones.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from translations.normalise import normalise_words

FILE_NAME: Final = "words.toml"
_BOUNDARY_CHARS: Final = r"[^\W\u2e80-\uffff]"
_LIST_NAMES: Final = frozenset({"neutral", "nowhere"})


@dataclass(frozen=True, slots=True)
class ForbiddenWords:
    """One language's forbidden words, as its file has them."""

    neutral: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()

    def find_revealing(self, text: str) -> list[str]:
        """Return the words in the text that a neutral text must not have."""
        return find_words((*self.neutral, *self.nowhere), text)

    def find_forbidden(self, text: str) -> list[str]:
        """Return the words in the text that no text may have."""
        return find_words(self.nowhere, text)


def read_forbidden_words(code: str, folders: Sequence[Path]) -> ForbiddenWords:
    """Read the language's words from the last folder that has the file; no words where none has it.

    Raises BadInput that names the file.
    """
    paths = [path for folder in folders if (path := folder / code / FILE_NAME).is_file()]
    if not paths:
        return ForbiddenWords()
    try:
        lists = tomllib.loads(paths[-1].read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{paths[-1]}: {error}") from None
    if not _LIST_NAMES.issuperset(lists) or not all(_is_list_of_words(words) for words in lists.values()):
        raise BadInput(f'{paths[-1]}: right are lines like neutral = ["polic*"] and nowhere = ["prostitut*"]')
    return ForbiddenWords(**{name: tuple(words) for name, words in lists.items()})


def _is_list_of_words(words: object) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) and normalise_words(word) for word in words)


def find_words(words: Sequence[str], text: str) -> list[str]:
    """Return which of the words stand in the text, as the text has them without case and accents."""
    return find_in_normalised(words, normalise_words(text))


def find_in_normalised(words: Sequence[str], text: str) -> list[str]:
    """Return the same for a text in the form of `normalise_words`."""
    return _pattern(tuple(words)).findall(text) if words else []


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_word_patterns(words)))


def _word_patterns(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        bare = re.escape(normalise_words(word))
        before, after = (rf"{_BOUNDARY_CHARS}*" if star == "*" else "" for star in (word[0], word[-1]))
        yield bare if word >= "\u2e80" else rf"(?<!{_BOUNDARY_CHARS}){before}{bare}{after}(?!{_BOUNDARY_CHARS})"

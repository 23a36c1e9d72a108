"""Words that must not stand on a phone, by language: `<language>/words.toml`.

    neutral = ["polic*", "raid*"]      # not in texts and screens that promise to be neutral, nor in senders' names
    nowhere = ["prostitut*"]           # nowhere at all

A star at the end means any ending. Case and accents do not count. Chinese, which parts no words, is found anywhere.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from translations.words import plain_words

FILE: Final = "words.toml"
_LISTS: Final = frozenset({"neutral", "nowhere"})


@dataclass(frozen=True, slots=True)
class Taboo:
    """One language's words, as they stand in its file."""

    neutral: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()

    def unneutral(self, text: str) -> list[str]:
        """What stands in the text though it promises to be neutral."""
        return _found((*self.neutral, *self.nowhere), text)

    def unfit(self, text: str) -> list[str]:
        """What stands in the text and may stand nowhere."""
        return _found(self.nowhere, text)


def read_taboo(code: str, folders: Sequence[Path]) -> Taboo:
    """The language's words, the last folder's file winning; none where there is no file.

    Raises BadInput that names the file.
    """
    paths = [path for folder in folders if (path := folder / code / FILE).is_file()]
    if not paths:
        return Taboo()
    try:
        lists = tomllib.loads(paths[-1].read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{paths[-1]}: {error}") from None
    if not _LISTS.issuperset(lists) or not all(_is_list_of_words(words) for words in lists.values()):
        raise BadInput(f'{paths[-1]}: right are lines like neutral = ["polic*"] and nowhere = ["prostitut*"]')
    return Taboo(**{name: tuple(words) for name, words in lists.items()})


def _is_list_of_words(words: object) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) and plain_words(word) for word in words)


def _found(words: tuple[str, ...], text: str) -> list[str]:
    return _pattern(words).findall(plain_words(text)) if words else []


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_parts(words)))


def _parts(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        bare, ending = re.escape(plain_words(word)), r"\w*" if word.endswith("*") else ""
        yield bare if word >= "\u2e80" else rf"\b{bare}{ending}\b"

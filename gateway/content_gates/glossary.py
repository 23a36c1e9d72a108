"""One language's agreed words, owned by its readers: `translations/<language>/glossary.toml`.

    refusals = ["you can say no"]          # a topic says so only beside a slot for this country's law
    [page_breaks]
    stays_with_next = ["not", "no"]        # no page ends in them: the next word belongs to them
    [homographs]                           # a word -> what phones show without its accents, another word
    "tú" = "tu (your)"
    [term.held]                            # one table an idea
    idea = "held by police"
    english = ["held", "arrest*"]          # English words that call for one of the agreed words
    agreed = ["garde à vue", "arrest*"]
    avoid = ["on retient"]                 # words that stand nowhere for this idea
    exceptions = ["If I am held"]          # English sentences, or topics as health/hiv, that need no agreed word

A star at the end of a word means any ending, at its beginning any beginning (Kiswahili puts persons and times there).
Case and accents do not count. Chinese words are found anywhere.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from gateway.errors import BadInput
from translations.normalise import normalise_words

FILE_NAME: Final = "glossary.toml"
_LISTS: Final = frozenset({"refusals", "plain_words"})
_TERM_LISTS: Final = frozenset({"english", "agreed", "avoid", "exceptions"})


@dataclass(frozen=True, slots=True)
class Term:
    """One idea: the English words that call for it, the agreed words, and words that must not stand for it."""

    idea: str
    english: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glossary:
    """The agreed words of one language; empty where nobody wrote any."""

    stays_with_next: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    plain_words: tuple[str, ...] = ()
    """long words that every reader knows all the same; for English"""
    homographs: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()


def read_glossary(code: str, folders: Sequence[Path]) -> Glossary:
    """Read the language's glossary from the last folder that has one. Raises BadInput that names the file."""
    paths = [path for folder in folders if (path := folder / code / FILE_NAME).is_file()]
    if not paths:
        return Glossary()
    try:
        table = tomllib.loads(paths[-1].read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{paths[-1]}: {error}") from None
    if not _is_glossary(table):
        raise BadInput(f"{paths[-1]}: not a glossary; the shipped {FILE_NAME} of any language shows its form")
    return Glossary(
        stays_with_next=tuple(table.get("page_breaks", {}).get("stays_with_next", ())),
        homographs=table.get("homographs", {}),
        terms=tuple(_read_term(name, term) for name, term in table.get("term", {}).items()),
        **{name: tuple(table.get(name, ())) for name in _LISTS},
    )


def _read_term(name: str, term: Mapping[str, Any]) -> Term:
    return Term(term.get("idea", name), **{field: tuple(term.get(field, ())) for field in _TERM_LISTS})


def _is_glossary(table: Mapping[str, Any]) -> bool:
    terms = table.get("term", {})
    homographs = table.get("homographs", {})
    breaks = table.get("page_breaks", {})
    return (
        _LISTS.union({"homographs", "page_breaks", "term"}).issuperset(table)
        and isinstance(breaks, dict)
        and {"stays_with_next"}.issuperset(breaks)
        and _is_list_of_words(breaks.get("stays_with_next", []))
        and isinstance(terms, dict)
        and all(isinstance(term, dict) and _is_term(term) for term in terms.values())
        and isinstance(homographs, dict)
        and all(isinstance(word, str) for word in homographs.values())
        and all(_is_list_of_words(table.get(name, [])) for name in _LISTS)
    )


def _is_term(term: Mapping[str, Any]) -> bool:
    lists = all(_is_list_of_words(term.get(name, [])) for name in _TERM_LISTS - {"exceptions"})
    return lists and (_TERM_LISTS | {"idea"}).issuperset(term) and isinstance(term.get("idea", ""), str)


def _is_list_of_words(words: object) -> bool:
    """Whether it is a list of words. A star stands at an end of a word only."""
    return isinstance(words, list) and all(
        isinstance(word, str) and normalise_words(word) and "*" not in word[1:-1] for word in words
    )

"""Reads `<language>/phrases.toml`: what people text in a language, and what it means. A community edits these files.

    [phrases]     whole texts for each meaning; the first of each is the word that we print
    [staff]       the words with which staff begin a command, the first printed
    [clinic]      what a clinic's nurse says in words: that a visitor may come, or came; what has run out, until when
    [labels]      the choices of our question
    [concepts]    the words that stand for each concept
    [examples]    texts as people send them, by meaning; `mwavuli words check` reads them

The file in an organisation's own folder adds to ours; its labels replace ours.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from gateway.understanding.concepts import CONCEPTS
from gateway.understanding.meaning import Meaning
from gateway.understanding.text_reader import Phrases

FILE_NAME: Final = "phrases.toml"
STAFF_KEYWORDS: Final = ("ALERT", "CONFIRM", "REJECT", "CLEAR", "UPDATE")
CALLER_KEYWORDS: Final = (
    "JOIN", "STOP", "HELP", "ALERTS", "RIGHTS", "CLINIC", "REPORT", "LANG", "DELETE", "YES", "SAFE", "SOS",
)  # fmt: skip
"""the meanings whose word we print, so each language has one"""
KEYWORDS: Final = CALLER_KEYWORDS + STAFF_KEYWORDS
CLINIC_ANSWERS: Final = ("OK", "FULL", "CAME", "MISSED")
"""what a clinic may answer in words, in the order of its numbers from 1"""
CLINIC_REPORT: Final = (
    "OUT", "BACK", "CLOSED", "OPEN", "TILL", "TODAY", "TOMORROW", "DAYS",
    "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN",
)  # fmt: skip
"""of what a clinic's report about itself is made: that something has run out, or is there again, and until when"""
_MEANINGS: Final = tuple(meaning.value for meaning in Meaning)
_SECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "phrases": _MEANINGS,
    "staff": STAFF_KEYWORDS,
    "clinic": (*CLINIC_ANSWERS, *CLINIC_REPORT),
    "labels": _MEANINGS,
    "concepts": CONCEPTS,
    "examples": _MEANINGS,
}

Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class PhraseBook:
    """One language's phrases and words. Each part maps a name, as `STOP` or `police`, to what people write for it.

    Files that did not change give the same object again.
    """

    phrases: Lists = field(default_factory=dict)
    staff: Lists = field(default_factory=dict)
    clinic: Lists = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    concepts: Lists = field(default_factory=dict)
    examples: Lists = field(default_factory=dict)

    @property
    def keywords(self) -> Lists:
        """What people write for each keyword of callers and staff. The first is printed."""
        return {**self.phrases, **self.staff}

    @property
    def printed(self) -> Mapping[str, str]:
        """The word that we print for each keyword."""
        return {name: words[0] for name, words in self.keywords.items() if words}

    def for_reader(self, code: str) -> Phrases:
        """Return what the reader of texts needs."""
        return Phrases(code, {Meaning(name): words for name, words in self.phrases.items()}, self.concepts)


def read_phrases(code: str, folders: Sequence[Path]) -> PhraseBook:
    """Return the language's phrases, our own first. Without a file the book is empty. Raises BadInput with the file."""
    paths = [path for folder in folders if (path := folder / code / FILE_NAME).is_file()]
    return _read_book(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


@lru_cache(maxsize=64)
def _read_book(files: tuple[tuple[Path, int, int], ...]) -> PhraseBook:
    """Read files in their order; each is given with the time of its last change and its size."""
    merged: dict[str, dict[str, tuple[str, ...]]] = {section: {} for section in _SECTIONS}
    for path, _changed, _size in files:
        for section, lists in _read_file(path).items():
            for name, written in lists.items():
                before = () if section == "labels" else merged[section].get(name, ())
                merged[section][name] = tuple(dict.fromkeys((*before, *written)))
    labels = {name: written[0] for name, written in merged.pop("labels").items()}
    return PhraseBook(labels=labels, **merged)


def _read_file(path: Path) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    _check_names(path, "parts", tables, _SECTIONS)
    return {section: _read_section(path, section, table) for section, table in tables.items()}


def _read_section(path: Path, section: str, table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise BadInput(
            f'{path}: {section} is to be a part of its own, as in [{section}], with lines such as NAME = ["word"]'
        )
    _check_names(path, f"names in [{section}]", table, _SECTIONS[section])
    return {
        name: _read_list(f"{path}: [{section}] {name}", value, section == "labels") for name, value in table.items()
    }


def _read_list(where: str, value: object, is_label: bool) -> tuple[str, ...]:
    written = [value] if is_label else value
    if not isinstance(written, list) or not all(isinstance(one, str) and one.strip(" *+") for one in written):
        right = 'one text in quotes, as "Health"' if is_label else 'a list of texts in quotes, as ["stop", "no more"]'
        raise BadInput(f"{where} is to be {right}")
    if not written:
        raise BadInput(f"{where} is empty; write at least one word, or take the line out")
    return tuple(one.strip() for one in written)


def _check_names(path: Path, what: str, found: Iterable[str], known: Iterable[str]) -> None:
    if unknown := [name for name in found if name not in known]:
        raise BadInput(f"{path}: unknown {what}: {', '.join(unknown)}; there are {', '.join(known)}")

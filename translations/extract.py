"""What the code says: every sentence marked for translation, with the programmers' notes and the room they give.

Read from the files as text, so from a checkout and from an installed package alike; nothing is imported.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.extract import extract_from_file

from translations.languages import TRANSLATIONS_DIR

ROOT: Final = TRANSLATIONS_DIR.parent
SOURCE_FOLDERS: Final = ("gateway", "menus", "jobs", "translations")
MARKER_FUNCTIONS: Final[dict[str, Any]] = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_NOTE_PREFIX: Final = "# Translators:"
_LIMIT_PATTERN: Final = re.compile(r"(\beach\b.*?)?\bat most (\d+) characters")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One marked place in the code. `ids`: the English, or its singular and plural; `limit`: most characters."""

    file: Path
    line: int
    context: str
    msgids: tuple[str, ...]
    notes: tuple[str, ...] = ()
    max_chars: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A comment for translators: of the next sentence before `end`; where it says 'each', of all of them."""

    line: int
    end_line: int
    text: str
    applies_to_all: bool
    max_chars: int | None


@cache
def extract_sentences() -> tuple[Sentence, ...]:
    """Everything marked, in the order of the code."""
    return tuple(sentence for file in source_files() for sentence in _sentences_with_notes(file))


def collect_limits() -> dict[str, int]:
    """English -> the most characters that its translation may have, where a note says so."""
    found: dict[str, int] = {}
    for sentence in extract_sentences():
        if sentence.max_chars is not None:
            found |= {text: min(sentence.max_chars, found.get(text, sentence.max_chars)) for text in sentence.msgids}
    return found


def source_files() -> list[Path]:
    """The files that may say something."""
    return sorted(file for folder in SOURCE_FOLDERS for file in (ROOT / folder).rglob("*.py"))


def find_marked(file: Path) -> Iterator[Sentence]:
    """What Babel finds in the file, then what it passed over."""
    seen: set[str] = set()
    for line, ids, _comments, context in extract_from_file("python", file, MARKER_FUNCTIONS):
        seen.update(flatten_forms(ids))
        yield Sentence(file, line, context or "", flatten_forms(ids))
    yield from (s for s in find_missed_by_babel(file) if not seen.issuperset(s.msgids))


def find_missed_by_babel(file: Path) -> Iterator[Sentence]:
    """What Python itself sees: `_("...")` and `translator(lang)("...")`, also inside f-strings."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        match call:
            case ast.Call(
                func=ast.Name("_") | ast.Call(func=ast.Attribute(attr="translator")),
                args=[ast.Constant(str(text)), *_],
            ):
                yield Sentence(file, call.lineno, "", (text,))


def find_notes(file: Path) -> Iterator[Note]:
    """The file's comments for translators: from one that says so to the end of the comment."""
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    for at, line in enumerate(lines):
        if line.startswith(_NOTE_PREFIX) and not (at and lines[at - 1].startswith(_NOTE_PREFIX)):
            below = next((n for n in range(at, len(lines)) if not lines[n].startswith("#")), len(lines))
            text = " ".join(part.removeprefix(_NOTE_PREFIX).lstrip("# ") for part in lines[at:below])
            room = _LIMIT_PATTERN.search(text)
            end = next((n for n in range(below, len(lines)) if not lines[n]), len(lines))
            yield Note(at + 1, end + 1, text, bool(room and room[1]), int(room[2]) if room else None)


def flatten_forms(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence, or its singular and plurals; one empty text where there is nothing yet."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def _sentences_with_notes(file: Path) -> list[Sentence]:
    """The file's sentences in its order, each with what the notes say of it."""
    found = sorted(find_marked(file), key=lambda s: s.line)
    for note in find_notes(file):
        below = [at for at, s in enumerate(found) if note.line < s.line < note.end_line]
        for at in below if note.applies_to_all else below[:1]:
            limit = found[at].max_chars if note.max_chars is None else note.max_chars
            found[at] = replace(found[at], notes=(*found[at].notes, note.text), max_chars=limit)
    return found

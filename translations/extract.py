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

from translations.languages import HERE

ROOT: Final = HERE.parent
FOLDERS: Final = ("gateway", "menus", "jobs", "translations")
MARKS: Final[dict[str, Any]] = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_NOTE: Final = "# Translators:"
_LIMIT: Final = re.compile(r"(\beach\b.*?)?\bat most (\d+) characters")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One marked place in the code. `ids`: the English, or its singular and plural; `limit`: most characters."""

    file: Path
    line: int
    context: str
    ids: tuple[str, ...]
    notes: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A comment for translators: of the next sentence before `end`; where it says 'each', of all of them."""

    line: int
    end: int
    text: str
    each: bool
    limit: int | None


@cache
def sentences() -> tuple[Sentence, ...]:
    """Everything marked, in the order of the code."""
    return tuple(sentence for file in sources() for sentence in _noted(file))


def limits() -> dict[str, int]:
    """English -> the most characters that its translation may have, where a note says so."""
    found: dict[str, int] = {}
    for sentence in sentences():
        if sentence.limit is not None:
            found |= {text: min(sentence.limit, found.get(text, sentence.limit)) for text in sentence.ids}
    return found


def sources() -> list[Path]:
    """The files that may say something."""
    return sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))


def marked(file: Path) -> Iterator[Sentence]:
    """What Babel finds in the file, then what it passed over."""
    seen: set[str] = set()
    for line, ids, _comments, context in extract_from_file("python", file, MARKS):
        seen.update(flat(ids))
        yield Sentence(file, line, context or "", flat(ids))
    yield from (s for s in passed_over(file) if not seen.issuperset(s.ids))


def passed_over(file: Path) -> Iterator[Sentence]:
    """What Python itself sees: `_("...")` and `translator(lang)("...")`, also inside f-strings."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        match call:
            case ast.Call(
                func=ast.Name("_") | ast.Call(func=ast.Attribute(attr="translator")),
                args=[ast.Constant(str(text)), *_],
            ):
                yield Sentence(file, call.lineno, "", (text,))


def notes(file: Path) -> Iterator[Note]:
    """The file's comments for translators: from one that says so to the end of the comment."""
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    for at, line in enumerate(lines):
        if line.startswith(_NOTE) and not (at and lines[at - 1].startswith(_NOTE)):
            below = next((n for n in range(at, len(lines)) if not lines[n].startswith("#")), len(lines))
            text = " ".join(part.removeprefix(_NOTE).lstrip("# ") for part in lines[at:below])
            room = _LIMIT.search(text)
            end = next((n for n in range(below, len(lines)) if not lines[n]), len(lines))
            yield Note(at + 1, end + 1, text, bool(room and room[1]), int(room[2]) if room else None)


def flat(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence, or its singular and plurals; one empty text where there is nothing yet."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def _noted(file: Path) -> list[Sentence]:
    """The file's sentences in its order, each with what the notes say of it."""
    found = sorted(marked(file), key=lambda s: s.line)
    for note in notes(file):
        below = [at for at, s in enumerate(found) if note.line < s.line < note.end]
        for at in below if note.each else below[:1]:
            limit = found[at].limit if note.limit is None else note.limit
            found[at] = replace(found[at], notes=(*found[at].notes, note.text), limit=limit)
    return found

"""An extraction method for Babel, named in `babel.cfg`: Babel's own for Python, with our notes and limits of length.

Babel itself attaches a comment to the next line only. A note of ours holds for the next sentence of its paragraph,
or for all of them where it says "each". Each entry also says how much room it has, from the note or from `babel.cfg`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from babel.messages.extract import extract_python

LINE: Final = "a few words, as in a line of a menu: about 30 characters, or 15 in other scripts than GSM-7"
ROOM_PREFIX: Final = "room: "
_NOTE_PREFIX: Final = "# Translators:"
_LIMIT_PATTERN: Final = re.compile(r"(\beach\b.*?)?\b(at most \d+ characters)")

Texts = str | Sequence[str | None]
"""the text of a call, or its texts in order, None for what is no plain text"""

Extracted = tuple[int, Any, Any, list[str]]
"""line, function, its texts, comments for the translator: as Babel has them"""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment for translators. It holds for sentences between its line and `end_line`, which is a blank line."""

    line: int
    end_line: int
    text: str
    applies_to_all: bool
    limit: str

    def holds_for(self, line: int) -> bool:
        """Whether a sentence on that line belongs to the note's paragraph."""
        return self.line < line < self.end_line


def extract(
    file: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """Extract a Python file's sentences in order. `options`: the room of its sentences, and of its lines."""
    calls = extract_python(file, keywords, (), {})
    found = sorted((call for call in calls if call[2]), key=lambda call: call[0])
    file.seek(0)
    notes = find_notes(file.read().decode("utf-8"))
    taken = {note: next((one for one in found if note.holds_for(one[0])), None) for note in notes}
    for one in found:
        line, function, texts, _comments = one
        own = [note for note in notes if note.holds_for(line) and (note.applies_to_all or taken[note] is one)]
        limits = [note.limit for note in own if note.limit]
        room = limits[-1] if limits else describe_room(texts, options)
        yield line, function, texts, [*(f"Translators: {note.text}" for note in own), f"{ROOM_PREFIX}{room}"]


def find_notes(code: str) -> list[Note]:
    """Find a file's comments for translators, each from its first line to the end of the comment."""
    lines = [line.strip() for line in code.splitlines()]
    return [
        _read_note(lines, at)
        for at, line in enumerate(lines)
        if line.startswith(_NOTE_PREFIX) and not (at and lines[at - 1].startswith(_NOTE_PREFIX))
    ]


def _read_note(lines: Sequence[str], start: int) -> Note:
    below = _find_line(lines, start, lambda line: not line.startswith("#"))
    text = " ".join(part.removeprefix(_NOTE_PREFIX).lstrip("# ") for part in lines[start:below])
    limit = _LIMIT_PATTERN.search(text)
    end = _find_line(lines, below, lambda line: not line)
    return Note(start + 1, end + 1, text, bool(limit and limit[1]), limit[2] if limit else "")


def _find_line(lines: Sequence[str], start: int, is_wanted: Any) -> int:
    return next((at for at in range(start, len(lines)) if is_wanted(lines[at])), len(lines))


def describe_room(texts: Texts, options: Mapping[str, Any]) -> str:
    """Return what a call's texts have room for: words without a value and a full stop are names or lines of menus."""
    sentence = texts if isinstance(texts, str) else next(filter(None, reversed(texts)), "")
    is_line = "{" not in sentence and sentence[-1:] not in ".?:!"
    return str(options.get("line", LINE) if is_line else options["room"])

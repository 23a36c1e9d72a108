"""The rows of a CSV text. Only a real line end ends a row, and a stray quotation mark costs one row."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = '"'
_MAX_LINES: Final = 50
"""the most lines of one row; a mark that is open for longer is a stray one"""
_MIN_WHOLE_ROW: Final = 3
"""separators"""
_MAX_LINES_IF_NARROW: Final = 3
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a file. `cells` is None where a quotation mark is left open."""

    line: int
    cells: tuple[str, ...] | None


def split_lines(text: str) -> list[str]:
    """Return the lines of a text. CR, LF and CRLF end one; no other sign does, as `str.splitlines` would have it."""
    return _LINE.findall(text)


def read_records(lines: Iterable[str], delimiter: str, first_line: int = 1) -> Iterator[Record]:
    """Yield the row of each line, or of several lines where a quoted cell has line breaks."""
    ahead: list[str] = []
    source, line = iter(lines), first_line
    while True:
        if not ahead:
            if (one := next(source, None)) is None:
                return
            ahead.append(one.replace("\0", ""))
        count = _lines_of_record(ahead, source, delimiter)
        text = "".join(part if part.endswith(("\r", "\n")) else part + "\n" for part in ahead[: count or 1])
        yield Record(line, _cells(text, delimiter) if count else None)
        del ahead[: count or 1]
        line += count or 1


def _lines_of_record(ahead: list[str], source: Iterator[str], delimiter: str) -> int:
    """Return how many lines the first record has; 0 where its quotation mark is stray. It may read further lines."""
    is_open = _is_open_after(ahead[0], delimiter, False)
    if not is_open:
        return 1
    for count in range(1, _MAX_LINES):
        if len(ahead) == count:
            if (one := next(source, None)) is None:
                return 0
            ahead.append(one.replace("\0", ""))
        is_open = _is_open_after(ahead[count], delimiter, True)
        if is_open is None:
            return 0
        if not is_open:
            return 0 if _swallows_rows(ahead[: count + 1], delimiter) else count + 1
    return 0


def _is_open_after(line: str, delimiter: str, is_open: bool) -> bool | None:
    """Whether a quoted cell goes on after this line. None: a mark ends the cell where no cell can end."""
    if MARK not in line:
        return is_open
    text, at, continues = line.rstrip("\r\n"), 0, is_open
    while at < len(text):
        if is_open:
            at = text.find(MARK, at)
            if at < 0:
                return True
            if text[at : at + 2] == MARK * 2:
                at += 2
                continue
            is_open, at = False, at + 1
            if continues and text[at : at + 1].strip() and text[at] != delimiter:
                return None
            continues = False
        begin = at if text[at : at + 1] == delimiter else text.find(delimiter, at)
        if not at and text[:1] == MARK:
            is_open, at = True, 1
        elif begin < 0:
            return False
        else:
            is_open, at = text[begin + 1 : begin + 2] == MARK, begin + 1 + (text[begin + 1 : begin + 2] == MARK)
    return is_open


def _swallows_rows(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a cell of several lines looks like rows of its own: its first line and another one are whole rows.

    In a narrow list any sentence looks like a row; there a cell may have a few lines.
    """
    whole = len(_cells("".join(lines), delimiter) or ()) - 1
    if whole < _MIN_WHOLE_ROW:
        return len(lines) > _MAX_LINES_IF_NARROW
    counts = [line.count(delimiter) for line in lines]
    return counts[0] >= whole and any(count >= whole for count in counts[1:])


def _cells(text: str, delimiter: str) -> tuple[str, ...] | None:
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter), []))
    except csv.Error:
        return None

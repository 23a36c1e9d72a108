"""A list as it comes, of any kind of file: its headings, wherever they stand, and the rows below them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from gateway.errors import BadInput
from gateway.imports import decoding, workbook
from gateway.imports.blanks import clean_cell, is_tag_row
from gateway.imports.columns import guess_columns, label_headings
from gateway.imports.csv_records import Record, read_records, split_lines

_DELIMITERS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r'\ufeff?"?sep=(.)"?[,;\t]*\s*', re.IGNORECASE)
"""the first line by which a spreadsheet is told what separates cells"""
_LINES_TO_HEADINGS: Final = 25
_MORE_HEADINGS: Final = 2
"""Another row than the first wide one has the headings only if it has so many more that we know."""


@dataclass(slots=True)
class Source:
    """The headings of a list, named by `label_headings`, its rows, and what was odd about the file."""

    labels: list[str]
    header_line: int
    records: list[Record]
    notes: list[str] = field(default_factory=list)


def open_bytes(data: bytes) -> Source:
    """Return the list in a file. What it is tell its bytes, not its name. Raises BadInput for what is no table."""
    if data.startswith(workbook.MARK):
        return _find_headings(*workbook.read_workbook(data))
    decoding.refuse_other_files(data)
    text, notes = decoding.decode(data)
    return open_lines(split_lines(text), notes)


def open_lines(lines: Iterable[str], notes: Sequence[str] = ()) -> Source:
    """Return the list in these lines of a CSV file."""
    text = list(lines)
    said, begin = list(notes), 0
    delimiter = _find_delimiter(text)
    if text and (separator := _SEPARATOR_LINE.fullmatch(text[0])):
        delimiter, begin = separator[1], 1
        said.append(f"line 1 says that {delimiter!r} separates cells")
    if text[begin:]:
        text[begin] = text[begin].lstrip("\ufeff")
    return _find_headings(list(read_records(text[begin:], delimiter, begin + 1)), said)


def _find_delimiter(lines: Sequence[str]) -> str:
    """Return what separates headings that we know, else what separates cells in most of the first lines."""
    filled = [line for line in lines[: 4 * _LINES_TO_HEADINGS] if line.strip()][:_LINES_TO_HEADINGS]

    def fitness(sign: str) -> tuple[int, float]:
        known = (_known([clean_cell(cell).strip('"') for cell in line.split(sign)]) for line in filled)
        return max(known, default=0), median([line.count(sign) for line in filled] or [0])

    return max(_DELIMITERS, key=fitness)


def _find_headings(records: list[Record], notes: list[str]) -> Source:
    """Tell the headings from titles above them. Raises BadInput when the file is empty."""
    rows = [(at, _clean(record)) for at, record in enumerate(records[: 4 * _LINES_TO_HEADINGS])]
    rows = [(at, cells) for at, cells in rows if any(cells) and not is_tag_row(cells)][:_LINES_TO_HEADINGS]
    if not rows:
        raise BadInput("the file is empty; its first line names the columns")
    widest = max(_width(cells) for _, cells in rows)
    at, cells = next(row for row in rows if 2 * _width(row[1]) >= widest)
    best = max(rows, key=lambda row: _known(row[1]))
    if _known(best[1]) >= _known(cells) + _MORE_HEADINGS:
        at, cells = best
    above = [records[i].line for i, row in rows if i < at and any(row)]
    if above:
        where = f"lines {above[0]} to {above[-1]} stand" if len(above) > 1 else f"line {above[0]} stands"
        notes.append(f"{where} above the headings, and no place is there")
    while cells and not cells[-1]:
        cells = cells[:-1]
    return Source(label_headings(cells), records[at].line, records[at + 1 :], notes)


def _clean(record: Record) -> tuple[str, ...]:
    return tuple(map(clean_cell, record.cells or ()))


def _width(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def _known(cells: Sequence[str]) -> int:
    return len(guess_columns(label_headings(cells)))

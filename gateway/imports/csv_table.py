"""CSV tables that organisations send, as spreadsheets write them. Bad rows are reported and left out."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gateway.errors import BadInput

Row = dict[str, str]
OnRow = Callable[[int], None]
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at a line of the file. The reason shows no digit of a cell, which may be of a phone number."""

    line: int
    reason: str


class CsvTable:
    """The rows of a CSV file, read lazily; `problems` grows while they are read.

    It accepts a byte order mark, commas, semicolons or tabs, any order and case of columns, CRLF, blank lines and
    short rows. A row with more cells than columns is left out, because it is shifted. Unknown columns are reported.
    """

    def __init__(self, lines: Iterable[str], known_columns: frozenset[str], on_row: OnRow | None = None) -> None:
        self.problems: list[Problem] = []
        self._on_row = on_row
        source = enumerate(lines, 1)
        self._header_line, first = next(((n, line) for n, line in source if line.strip("\ufeff \r\n")), (1, ""))
        delimiter = max(_DELIMITERS, key=first.count)
        cells = next(csv.reader([first.lstrip("\ufeff")], delimiter=delimiter), [])
        self.columns = [" ".join(cell.split()).casefold() for cell in cells]
        self._reader = csv.reader((line for _, line in source), delimiter=delimiter)
        for column in self.columns:
            if column and column not in known_columns:
                self.warn(self._header_line, f"the column {mask_cell(column)} is not known and was left out")

    def require_columns(self, required: Iterable[str]) -> None:
        """Check the header. Raises BadInput that names the missing columns, or says that the file is empty."""
        if not self.columns:
            raise BadInput("the file is empty; its first line names the columns")
        if missing := [column for column in required if column not in self.columns]:
            raise BadInput(f"the first line lacks the columns: {', '.join(missing)}")

    def warn(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, reason))

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Yield each row with its line number (of the last line, where a quoted cell has several)."""
        for count, cells in enumerate(self._rows(), 1):
            if self._on_row is not None:
                self._on_row(count)
            # Line breaks and tabs inside a cell would break a screen, so each run of white space becomes one space.
            values = [" ".join(cell.split()) for cell in cells]
            line = self._header_line + self._reader.line_num
            if any(values[len(self.columns) :]):
                self.warn(line, "more cells than columns; the row was left out")
            elif any(values):
                yield line, dict.fromkeys(self.columns, "") | dict(zip(self.columns, values, strict=False))

    def _rows(self) -> Iterator[list[str]]:
        while True:
            try:
                yield next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                self.warn(self._header_line + self._reader.line_num, "not CSV; is a quotation mark left open?")


def mask_cell(cell: str) -> str:
    """Return the cell, shortened and with masked digits, for a reason."""
    return repr("".join("#" if c.isdigit() else c for c in cell[:40]))

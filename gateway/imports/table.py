"""The rows of a list by our names of columns. A row that cannot be used is told and left out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from gateway.errors import BadInput
from gateway.imports import blanks, columns
from gateway.imports.columns import FIELDS, Columns
from gateway.imports.csv_records import Record
from gateway.imports.report import ImportReport, Problem, mask_cell, mask_numbers, name_line
from gateway.imports.source import Source

Row = dict[str, str]
"""The cells of a row by our names of columns; a column that the list lacks is empty."""
OnRow = Callable[[int], None]
_MAX_SIGNS_NAMED: Final = 4


class ListTable:
    """The rows of a list; `problems` and `notes` grow while they are read."""

    def __init__(self, source: Source, chosen: Columns | None = None, on_row: OnRow | None = None) -> None:
        """`chosen`: the columns as a person chose them; without it those under our own headings."""
        self.columns = chosen or Columns(columns.own_columns(source.labels), {})
        self.notes = list(source.notes)
        self.problems: list[Problem] = []
        self._source, self._on_row = source, on_row
        self._read = self._skipped = self._blank = 0
        self._nothing: Counter[str] = Counter()
        self._nothing_at = 0
        self._tell_columns(is_chosen=chosen is not None)

    def _tell_columns(self, is_chosen: bool) -> None:
        guessed = {at: field for field, at in columns.guess_columns(self._source.labels).items()}
        left = [at for at in range(len(self._source.labels)) if at not in self.columns.at.values()]
        for at in left:
            self._tell_left_out(at, guessed.get(at, ""), is_chosen)

    def _tell_left_out(self, at: int, guessed: str, is_chosen: bool) -> None:
        label = self._source.labels[at]
        if label == f"column {at + 1}":
            return
        first = label.rpartition(" (")[0]
        twin = next((f for f, i in self.columns.at.items() if first and self._source.labels[i] == first), "")
        if twin:
            self.notes.append(f"the column {first!r} is there twice: the first was taken; the other is {label!r}")
        elif not is_chosen:
            hint = f"; if it is {guessed}, say --map {guessed}={mask_numbers(label)!r}" if guessed else ""
            shown = mask_cell(label.casefold())
            self.warn(self._source.header_line, f"the column {shown} is not known and was left out{hint}")

    def require_columns(self, required: Sequence[str]) -> None:
        """Raise BadInput that names the missing columns, and those that are there."""
        if missing := self.columns.missing(required):
            there = ", ".join(map(mask_cell, self._source.labels))
            where = name_line(self._source.header_line)
            raise BadInput(f"{where} lacks the columns: {', '.join(missing)}; it has: {there}")

    def warn(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, reason))

    def lose(self, line: int, reason: str) -> None:
        """Tell that the row of this line is left out."""
        self.problems.append(Problem(line, f"{reason}; the row was left out", is_row_lost=True))

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Yield each row that is one of the list, with the line where it begins."""
        for count, record in enumerate(self._source.records, 1):
            if self._on_row is not None:
                self._on_row(count)
            if (row := self._read_record(record)) is not None:
                yield record.line, row

    def _read_record(self, record: Record) -> Row | None:
        if record.cells is None:
            self._read += 1
            self.lose(record.line, "a quotation mark is left open, or stands where none can")
            return None
        cells = [blanks.clean_cell(cell) for cell in record.cells]
        if not any(cells):
            self._blank += 1
            return None
        self._read += 1
        if self._is_none_of_the_list(cells, record.line):
            self._skipped += 1
            return None
        if any(cells[len(self._source.labels) :]):
            self.lose(record.line, "more cells than columns")
            return None
        return self._named(cells, record.line)

    def _is_none_of_the_list(self, cells: Sequence[str], line: int) -> bool:
        if blanks.is_tag_row(cells):
            self.notes.append(f"line {line} has tags alone (#adm1), and no place")
            return True
        labels = [label.casefold() for label in columns.label_headings(cells)]
        if [label for label in labels if label[:7] != "column "] == [
            label.casefold() for label in self._source.labels if label[:7] != "column "
        ]:
            self.notes.append(f"line {line} has the headings again, and no place")
            return True
        return False

    def _named(self, cells: Sequence[str], line: int) -> Row:
        row = dict.fromkeys(FIELDS, "") | dict(self.columns.constants)
        for field, at in self.columns.at.items():
            cell = cells[at] if at < len(cells) else ""
            if blanks.says_nothing(cell):
                self._nothing[cell] += 1
                self._nothing_at = self._nothing_at or line
                cell = ""
            row[field] = cell
        return row

    def report(self) -> ImportReport:
        """Return what became of the rows that were read so far."""
        lost = sum(problem.is_row_lost for problem in self.problems)
        taken = self._read - self._skipped - lost
        notes = [*self.notes, *self._tell_nothing()]
        problems = tuple(sorted(self.problems, key=lambda problem: problem.line))
        return ImportReport(self._read, taken, lost, self._skipped, problems, tuple(notes))

    def _tell_nothing(self) -> Iterator[str]:
        if self._nothing:
            signs = ", ".join(repr(sign) for sign, _ in self._nothing.most_common(_MAX_SIGNS_NAMED))
            cells = f"{self._nothing.total()} cells with {signs}"
            yield f"{cells} were taken as empty; the first is in line {self._nothing_at}"
        if self._blank:
            yield f"{self._blank} blank rows"

"""What became of the rows of a list: each one is taken, or it is told why not."""

import re
from dataclasses import dataclass
from typing import Final

_LONG_NUMBER: Final = re.compile(r"\d[\d ()-]{4,}\d")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem at a line of the file. The reason shows no digit of a cell, which may be of a phone number."""

    line: int
    reason: str
    is_row_lost: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The rows below the headings, without blank ones: `read` is the sum of what was taken, lost and skipped.

    Skipped are rows that are none of the list: headings again, or tags. `notes` are about the list as a whole.
    """

    read: int
    taken: int
    lost: int
    skipped: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def counts(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.read} rows read: {self.taken} taken, {self.lost} left out{skipped}"


def name_line(line: int) -> str:
    return "the first line" if line == 1 else f"line {line}"


def mask_numbers(text: str) -> str:
    """Return the text without what may be a phone number: a file without headings may have one in its first line."""
    return _LONG_NUMBER.sub("###", text)


def mask_cell(cell: str) -> str:
    """Return the cell, shortened and with masked digits, for a reason."""
    return repr("".join("#" if c.isdigit() else c for c in cell[:40]))

"""A reader's sheet as a file: a workbook (`.xlsx`), or a table (`.csv`) for every other spreadsheet.

A cell is always text. A text that begins as a formula would, with = + - or @, is neither computed nor lost.
"""

import csv
import re
import zipfile
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from gateway.imports.workbook import import_openpyxl
from gateway.os_errors import describe_os_error

Row = dict[str, str]
"""heading -> text of the cell"""

WIDTHS: Final = (12, 24, 30, 45, 45, 36, 45, 45)
_FORMULA_PATTERN: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_LARGEST_FILE: Final = 20_000_000
"""bytes; a sheet of all sentences has about 200,000"""


def write_sheet(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write the sheet. Raises BadInput for another kind of file, and where the library for workbooks is missing."""
    table = [headings, *rows]
    kind = _kind(path)
    try:
        if kind == ".xlsx":
            _write_workbook(path, table)
        else:
            _write_csv(path, table)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {describe_os_error(error)}") from None


def read_sheet(path: Path, headings: Sequence[str]) -> list[Row]:
    """Return the rows below the headings; the columns may stand in any order. Raises BadInput that says what is wrong.

    A row without any text is returned too, so that a row's number is its place in the file minus two.
    """
    kind = _kind(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise BadInput(f"{path} is larger than a sheet of ours can be")
        table = _read_workbook(path) if kind == ".xlsx" else _read_csv(path)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {describe_os_error(error)}") from None
    first = table[0] if table else []
    if missing := [heading for heading in headings if heading not in first]:
        raise BadInput(f"{path}: its first line lacks the heading '{missing[0]}'; leave the headings as they were")
    at = {heading: first.index(heading) for heading in headings}
    return [{heading: row[i] if i < len(row) else "" for heading, i in at.items()} for row in table[1:]]


def _kind(path: Path) -> str:
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise BadInput(f"{path}: the name of a sheet ends in .xlsx or .csv")
    return path.suffix.lower()


def _write_workbook(path: Path, table: Sequence[Sequence[str]]) -> None:
    openpyxl = import_openpyxl()
    book = openpyxl.Workbook()
    sheet = book.active
    top, bold = openpyxl.styles.Alignment(wrap_text=True, vertical="top"), openpyxl.styles.Font(bold=True)
    for at, row in enumerate(table, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(at, column, text)
            cell.data_type, cell.quotePrefix, cell.number_format = "s", True, "@"
            cell.alignment = top
            if at == 1:
                cell.font = bold
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    book.save(path)


def _read_workbook(path: Path) -> list[list[str]]:
    openpyxl = import_openpyxl()
    try:
        sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        return [["" if value is None else str(value) for value in row] for row in rows]
    except (zipfile.BadZipFile, KeyError, ValueError, openpyxl.utils.exceptions.InvalidFileException):
        raise BadInput(f"{path} is no workbook; save it as .xlsx or .csv") from None


def _write_csv(path: Path, table: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_guard(text) for text in row] for row in table)


def _read_csv(path: Path) -> list[list[str]]:
    """Read a table with commas, or with semicolons as many spreadsheets write it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is to be saved as UTF-8 (in Excel: CSV UTF-8)") from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [[_bare(cell) for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise BadInput(f"{path} is no table of texts ({error})") from None


def _guard(text: str) -> str:
    """Return a text that no spreadsheet computes."""
    return f"'{text}" if _FORMULA_PATTERN.match(text) else text


def _bare(text: str) -> str:
    """Return the text that was guarded."""
    return text[1:] if text[:1] == "'" and _FORMULA_PATTERN.match(text) else text

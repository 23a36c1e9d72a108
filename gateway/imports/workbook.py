"""Reads a workbook (`.xlsx`) as rows of text, from its bytes."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any, Final

from gateway.errors import BadInput
from gateway.imports.csv_records import Record

MARK: Final = b"PK\x03\x04"
MAX_BYTES: Final = 100_000_000
"""the most that a sheet may hold when it is unpacked"""


def import_openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise BadInput("a file .xlsx needs `pip install 'mwavuli[sheet]'`; a file .csv needs nothing more") from None
    return openpyxl


def read_workbook(data: bytes) -> tuple[list[Record], list[str]]:
    """Return the rows of the sheet with the most rows, and what was odd. Raises BadInput for another kind of file."""
    openpyxl = import_openpyxl()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
                raise BadInput("the workbook is larger than a list can be; save its sheet as CSV UTF-8")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {sheet.title: _rows(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, openpyxl.utils.exceptions.InvalidFileException):
        raise BadInput("the file is packed, and no workbook; save its sheet as .xlsx or CSV UTF-8") from None
    title = max(sheets, key=lambda name: len(sheets[name]), default="")
    others = [name for name, rows in sheets.items() if name != title and rows]
    notes = [f"the sheet {title!r} was read, not {', '.join(map(repr, others))}"] if others else []
    return sheets.get(title, []), notes


def _rows(sheet: Any) -> list[Record]:
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    return [Record(line, tuple(map(_as_text, row))) for line, row in rows if any(cell is not None for cell in row)]


def _as_text(value: object) -> str:
    """Return what a person sees in the cell: 3 for 3.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)

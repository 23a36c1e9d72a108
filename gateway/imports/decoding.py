"""Turns the bytes of a list into text: UTF-8, UTF-16 with or without its mark, or Windows-1252, line by line."""

import codecs
import re
import unicodedata
from typing import Final

from gateway.errors import BadInput

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES: Final = 20_000
_MIN_ZEROS: Final = 0.02
"""share of zero bytes on one side: separators, digits and line ends have them in any language of two bytes a letter"""
_OTHER_FILES: Final = (
    (b"PK\x03\x04", "is packed (as .xlsx, .ods and .zip are)"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel file (.xls); save it as .xlsx or CSV UTF-8"),
    (b"%PDF", "is a PDF, no table; ask its author for the table"),
    (b"\x1f\x8b", "is packed (.gz); unpack it first"),
    (b"{", "is JSON, no table; open it in a spreadsheet or a map program and save it as CSV UTF-8"),
    (b"[", "is JSON, no table; open it in a spreadsheet or a map program and save it as CSV UTF-8"),
    (b"<", "is a web page or XML, no table; open it in a spreadsheet and save it as CSV UTF-8"),
)
_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MAX_SAID: Final = 3
_FOREIGN_RUN: Final = 3
"""letters beyond ASCII in a row: no language of Windows-1252 has them, all others have"""


def refuse_other_files(data: bytes) -> None:
    """Raise BadInput, which says what the file is, where it is no table."""
    begin = data.removeprefix(codecs.BOM_UTF8).lstrip()[:8]
    if what := next((what for mark, what in _OTHER_FILES if begin.startswith(mark)), ""):
        raise BadInput(f"the file {what}")


def decode(data: bytes) -> tuple[str, list[str]]:
    """Return the text and what was odd about its bytes. Raises BadInput where nobody can say which letters they are."""
    if encoding := _wide_encoding(data):
        text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
        return text, [f"the file is in {encoding.upper()}; it was read as that"]
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        return _decode_lines(data)


def _wide_encoding(data: bytes) -> str:
    """Return the encoding of several bytes a letter, by its mark or by the side on which the zero bytes are."""
    if marked := next((name for mark, name in _MARKS if data.startswith(mark)), ""):
        return marked
    sample = data[:_SAMPLE_BYTES]
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if max(odd, even) < max(2, len(sample) // 2 * _MIN_ZEROS) or min(odd, even) * 10 > max(odd, even):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_lines(data: bytes) -> tuple[str, list[str]]:
    """Read each line as UTF-8, or else as Windows-1252. A file that people put together may have both."""
    lines: list[str] = []
    said: list[str] = []
    for number, line in enumerate(_LINE.findall(data), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            text, how = _decode_odd_line(line, number)
            lines.append(text)
            said.append(f"line {number} is not in UTF-8: {how}")
    if len(said) > _MAX_SAID:
        said = [said[0], f"{len(said) - 1} more lines are not in UTF-8; look at the accents, or save it as CSV UTF-8"]
    return "".join(lines), said


def _decode_odd_line(line: bytes, number: int) -> tuple[str, str]:
    broken = line.decode(errors="replace")
    lost = broken.count("\ufffd")
    if sum(ord(char) > 127 for char in broken) > 2 * lost:
        return broken.replace("\ufffd", ""), "broken letters were dropped"
    text = line.decode("cp1252", errors="replace")
    if "\ufffd" in text or _has_foreign_run(text):
        raise BadInput(
            f"the file is not in UTF-8, and line {number} is in letters that we do not recognise; save it as CSV UTF-8"
        )
    return text, "read as Windows-1252"


def _has_foreign_run(line: str) -> bool:
    """Whether so many letters beyond ASCII follow each other that they must be of another script."""
    run = 0
    for char in line:
        run = run + 1 if ord(char) > 127 and unicodedata.category(char)[0] in "LSPNC" else 0
        if run >= _FOREIGN_RUN:
            return True
    return False

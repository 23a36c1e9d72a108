"""Cells and rows that say nothing: signs for "no value", rows of tags, and headings in the middle of a list."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_NOTHING: Final = frozenset({
    "n/a", "#n/a", "#na", "n.a.", "n.a", "null", "<null>", "(null)", "nil", "none", "nan", "-nan", "#null!", "#ref!",
    "#value!", "#name?", "#div/0!", "#num!", "(blank)", "(none)", "\\n", "not available", "not applicable",
    "#n/a n/a", "<na>", "s/d", "n/d",
})  # fmt: skip
"""what programs and people write for "no value" """
_NOTHING_EXACTLY: Final = frozenset({"NA"})
_TAG: Final = re.compile(r"#[a-z][a-z0-9_]*(\s*[+][a-z0-9_+\s]*)?", re.IGNORECASE)
"""a hashtag of the Humanitarian Exchange Language, as `#adm1+name`"""
_NOTHING_IN_PATH: Final = re.compile(r"(^|/)\s*#?n/a\s*(?=/|$)", re.IGNORECASE)
_JOINERS: Final = "\u200c\u200d"
"""invisible signs that letters of some scripts need"""


def clean_cell(cell: str) -> str:
    """Return a cell on one line, without signs that nobody sees. A line break would break a screen."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
        cell = "".join(c for c in cell if c in _JOINERS or unicodedata.category(c) != "Cf")
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in cell).split())


def says_nothing(cell: str) -> bool:
    """Whether a cell stands for no value: `#N/A`, `NULL`, or signs alone, as `-`."""
    if cell in _NOTHING_EXACTLY or cell.casefold() in _NOTHING:
        return True
    return bool(cell) and not any(c.isalnum() or unicodedata.category(c)[0] == "M" for c in cell)


def drop_nothing_in_path(path: str) -> str:
    return _NOTHING_IN_PATH.sub(r"\1", path)


def is_tag_row(cells: Sequence[str]) -> bool:
    """Whether the row has hashtags alone."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_TAG.fullmatch(cell) for cell in filled)

"""The spreadsheet in which a reader reviews a language: `mwavuli language CODE` writes it and reads it back."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gateway.cli.sheet_files import read_sheet, write_sheet
from gateway.text.parts import split_numbered
from menus.engine import paging
from translations.catalog import read_catalog
from translations.country_words import read_country_words
from translations.languages import TRANSLATIONS_DIR
from translations.review import Remark, ReviewString, apply_remarks, list_strings
from translations.translator import CatalogTranslator

NAME, SHOWN, TEXT, REMARK = "string", "text now", "your text", "your remark"
HEADINGS: Final = (NAME, "where it stands", "room", "English", SHOWN, "as a phone shows it", TEXT, REMARK)
_VALUE_PATTERN: Final = re.compile(r"\{(\w+)\}")
_EXAMPLES: Final[Mapping[str, str]] = {
    "dial": "*384*2024#", "code": "48213", "hour": "21:40", "until": "01:00", "at": "21:40", "n": "3", "number": "7",
    "hotline": "0711000099", "phone": "0711000099", "keys": "1-4-3", "key": "4", "price": "0.80", "count": "3",
}  # fmt: skip
"""short values for the pages; a value without an example stays in its braces"""
_PAGE_BREAK: Final = "\n----\n"


def write_review_sheet(code: str, folder: Path | None, country: str, file: Path) -> int:
    """Write all strings of the language, and return their number. `country` (ISO 3166) chooses words. Raises BadInput.

    The reader's two columns are empty: an empty cell changes nothing.
    """
    folders = [TRANSLATIONS_DIR, *([folder] if folder else [])]
    strings = list_strings(code, folders)
    words = read_country_words(code, folders, country)
    book = read_catalog(code, folders, words=words)
    _ = CatalogTranslator(code, book.messages, book.plural_rule, book.normalise)
    rows = []
    for string in strings:
        text = words.fill(string.now, string.name) or string.english
        page = _show_page(string, _.normalise(text), _)
        rows.append((string.name, string.where, string.room, string.english, string.now, page, "", ""))
    write_sheet(file, HEADINGS, rows)
    return len(rows)


def read_review_sheet(code: str, folder: Path, file: Path) -> tuple[int, int]:
    """Bring the reader's texts and remarks into the folder's catalog; return the number of each.

    Raises BadInput with all errors, and changes nothing then.
    """
    remarks = [
        Remark(line, row[NAME].strip(), _clean(row[SHOWN]), _clean(row[TEXT]), _clean(row[REMARK]))
        for line, row in enumerate(read_sheet(file, HEADINGS), 2)
        if row[TEXT].strip() or row[REMARK].strip()
    ]
    return apply_remarks(code, folder, remarks)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _show_page(string: ReviewString, text: str, _: CatalogTranslator) -> str:
    """Return the text as a phone shows it: pages of a screen, or parts of a text, with examples of values."""
    shown = _VALUE_PATTERN.sub(lambda found: _EXAMPLES.get(found[1], found[0]), text)
    if "SMS" in string.room:
        return _PAGE_BREAK.join(split_numbered(shown, 160, 70, _.stays_with_next))
    return _PAGE_BREAK.join(paging.all_pages(shown, (), _, has_back=False))

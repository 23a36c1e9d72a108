"""Letters as people compare them: no case, and no accents where a letter without its accent is the same letter."""

import re
import unicodedata
from typing import Final

APOSTROPHES: Final = "'’‘‛ʼʻʽʾʿ`´ʹ′＇ꞌ"
"""the signs that people type for an apostrophe"""
_WITHOUT_APOSTROPHES: Final = dict.fromkeys(map(ord, APOSTROPHES))
_STROKES: Final = {ord(a): b for a, b in zip("œæøłđı", ("oe", "ae", "o", "l", "d", "i"), strict=True)}
"""Latin letters that lose no accent when they are decomposed"""
MARKS: Final = "".join(
    chr(code)
    for block in (range(0x300, 0x3100), range(0xA66F, 0xABEE), range(0x10A01, 0x11A00))
    for code in block
    if unicodedata.category(chr(code))[0] == "M"
)
"""the marks of living scripts, for a class of a regular expression: `\\w` holds none of them"""
_SCRIPTS_WITH_ACCENTS: Final = ("LATIN ", "CYRILLIC ", "GREEK ")
_UNSEEN: Final = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\ufe00-\ufe0f]")
"""signs that no screen shows, besides those of the category Cf"""


def drop_marks(text: str) -> str:
    """Return the text without accents on Latin, Cyrillic and Greek letters, and without invisible signs.

    In any other script a mark is a letter of its own, as a vowel in Thai or Hindi, and stays.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    is_letter_with_marks = False
    for char in unicodedata.normalize("NFKD", _UNSEEN.sub("", text)):
        category = unicodedata.category(char)
        if category[0] != "M":
            is_letter_with_marks = category[0] == "L" and not _has_accents(char)
        elif not is_letter_with_marks:
            continue
        if category != "Cf":
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_STROKES)


def drop_apostrophes(text: str) -> str:
    return text.translate(_WITHOUT_APOSTROPHES)


def is_part_of_word(char: str) -> bool:
    """Whether the character is a letter, a digit, or a mark: in many scripts a vowel is one."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _has_accents(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_SCRIPTS_WITH_ACCENTS)

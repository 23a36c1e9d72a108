"""How wide text will be in a typeface that nobody knows yet: an estimate on the generous side, and lines that fit it.

Widths are those of a wide sans-serif (DejaVu, Verdana), in ems; the machine that prints may have a narrower one.
"""

import unicodedata
from typing import Final

from gateway.errors import BadInput

_FULL: Final = 1.0
_CAPITAL: Final = 0.8
_SMALL: Final = 0.64
_BOLD: Final = 1.14
_STEP: Final = 0.95
"""so much smaller is the next size to try"""
_ODD: Final[dict[str, float]] = {
    **dict.fromkeys(" \N{NO-BREAK SPACE}'.,:;!|iíîïjlIJ", 0.36),
    **dict.fromkeys('()[]/-"ftr', 0.45),
    **dict.fromkeys("?*sczсгзэ", 0.56),
    **dict.fromkeys("wю", 0.86),
    **dict.fromkeys("mMжшщфыЖФМ+#=", 1.0),
    **dict.fromkeys("WШЩЮЫ", 1.18),
}
_STARTS_NO_LINE: Final = frozenset(",.;:!?)]}、。，；：！？）》」』”’")


def width(text: str, size: float, bold: bool = False) -> float:
    """Millimetres that the text takes at a type size of `size` mm."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def _em(char: str) -> float:
    if char in _ODD:
        return _ODD[char]
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return _FULL
    return _CAPITAL if char.isupper() else _SMALL


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str] | None:
    """The text in lines of at most `room` mm; None where one word is wider than that."""
    lines = [""]
    for piece in _pieces(text):
        if width((lines[-1] + piece).rstrip(), size, bold) <= room:
            lines[-1] += piece
        elif width(piece.rstrip(), size, bold) <= room:
            lines.append(piece)
        else:
            return None
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """What may stand on a line of its own: words with the blank after them, and Chinese signs with their marks."""
    pieces: list[str] = []
    for char in text:
        before = pieces[-1][-1] if pieces else " "
        if pieces and (
            char == " " or char in _STARTS_NO_LINE or not (before == " " or _breaks(before) or _breaks(char))
        ):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _breaks(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def fitted(
    text: str, room: float, most: float, least: float, lines: int, bold: bool = False
) -> tuple[float, list[str]]:
    """The largest size from `most` down to `least` mm at which the text takes at most so many lines, and those.

    Raises BadInput where even the smallest is too large.
    """
    size = most
    while size >= least:
        found = wrapped(text, size, room, bold)
        if found is not None and len(found) <= lines:
            return size, found
        size *= _STEP
    raise too_long(text)


def too_long(text: str) -> BadInput:
    return BadInput(f"no room on the card for: {text}. Shorten it in the catalog, or the setting it comes from")

"""Splits a long text into parts that a phone gets one after another, `1/2 ...` and `2/2 ...`."""

from gateway.text import gsm
from gateway.text.breaks import StaysWithNext, find_break, sentence_ends

MIN_SHARE = 3
"""A part ends with a sentence if that fills at least this share of it: a third."""


def split_numbered(text: str, limit_gsm: int, limit_ucs2: int, words: StaysWithNext = frozenset()) -> tuple[str, ...]:
    """Return the text in parts, numbered if there are several. The number is within the limit."""
    parts = split_text(text, limit_gsm, limit_ucs2, words)
    if len(parts) < 2:
        return tuple(parts)
    for digits in (1, 2, 3):  # the number takes room, which may cost one more part
        width = 2 * digits + len("/ ")
        parts = split_text(text, limit_gsm - width, limit_ucs2 - width, words)
        if len(str(len(parts))) == digits:
            break
    return tuple(f"{place}/{len(parts)} {part}" for place, part in enumerate(parts, 1))


def split_text(text: str, limit_gsm: int, limit_ucs2: int, words: StaysWithNext = frozenset()) -> list[str]:
    """Return the text in parts, each within the limit of its own encoding, broken at sentences, else at words.

    A word longer than a part is cut. Chinese may be broken between characters, but not before a closing mark.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        end = max(1, *(_find_end(rest, chars, words) for chars in gsm.fitting_prefixes(rest, limit_gsm, limit_ucs2)))
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return parts


def _find_end(text: str, max_chars: int, words: StaysWithNext) -> int:
    if max_chars >= len(text):
        return len(text)
    ends = [end for end in sentence_ends(text, words) if MIN_SHARE * end >= max_chars >= end]
    return ends[-1] if ends else find_break(text, max_chars, words)

"""GSM 03.38 (3GPP TS 23.038): the segments of a text, and ways to need fewer segments.

A text with only GSM-7 characters is counted in septets; ten of these characters take two septets. One other character
makes the whole text UCS-2, which is counted in 16-bit units and has less than half the room.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from gateway.text.breaks import StaysWithNext, find_break

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = "\f^{}\\[~]|€"  # the extension table: an escape goes before each, so two septets
_NEEDS_NORMALISING: Final = re.compile(r"[^\n -_a-~]")  # any character except the ASCII that needs no normalising
_NON_GSM: Final = re.compile(f"[^{re.escape(_BASIC + _EXTENSION)}]")
_DOUBLE_WIDTH: Final = re.compile(f"[{re.escape(_EXTENSION)}\U00010000-\U0010ffff]")  # takes two septets or units

# Characters that word processors, phones and Babel's formatters write instead of a plain character.
_SPACE_REPLACEMENTS: Final[dict[int, str | None]] = {
    **dict.fromkeys(map(ord, "\t\v\u00a0\u1680\u202f\u205f"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys([0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]),
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys([0x2028, 0x2029], "\n"),
}
_GSM_SPELLINGS: Final[dict[str, str]] = {
    **dict.fromkeys("‘’‚‛′`´ʻʼʹ‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict(zip("•·×ºª⁄", "-.xoa/", strict=True)),
    "…": "...",
    # Letters that Unicode does not decompose; the hooked ones are Hausa, Ewe, Akan and Fulfulde.
    **dict(zip("łŁđĐðÐħŧıƙƘɓƁɗƊɖƉƴƳŋŊɛƐɔƆəƏɣƔƒƑɲƝ", "lLdDdDhtikKbBdDdDyYnNeEoOeEgGfFnN", strict=True)),
    **dict(zip("œŒþÞẞ", ["oe", "OE", "th", "TH", "ß"], strict=True)),
}
# Letters of another keyboard that look like Latin letters, and signs that have a spelling.
_LOOKALIKES: Final[dict[str, str]] = {
    **dict(zip("АВЕЅЗІЈКМНОРСТУХаеѕіјорсухһԁԛԝ", "ABES3IJKMHOPCTYXaesijopcyxhdqw", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονικυρ", "ABEZHIKMNOPTYXaovikup", strict=True)),
    **dict(zip("→←⇒↔≤≥≈°。、", ["->", "<-", "=>", "<->", "<=", ">=", "about", " deg", ".", ","], strict=True)),
}


class Encoding(StrEnum):
    """The encoding of a text on the network."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


def is_gsm(text: str) -> bool:
    """Whether the text has no character that forces UCS-2. A raw escape is not a character of GSM-7."""
    return _NON_GSM.search(text) is None


def non_gsm_chars(text: str) -> str:
    """Return the characters that force UCS-2, each once, in order. After `normalise_text` these are unavoidable."""
    return "".join(dict.fromkeys(_NON_GSM.findall(text)))


def encoded_length(text: str) -> tuple[int, Encoding]:
    """Return the length of the text: septets in GSM-7, or UTF-16 units in UCS-2 (an emoji takes two)."""
    if is_gsm(text):
        return len(text) + len(_DOUBLE_WIDTH.findall(text)), Encoding.GSM7
    return len(text.encode("utf-16-be", "surrogatepass")) // 2, Encoding.UCS2


def max_screen_length(text: str) -> int:
    """Return the length that one USSD screen shows of this text: 160 septets, or 70 units."""
    return 160 if is_gsm(text) else 70


def count_segments(text: str, footer_chars: int = 0) -> int:
    """Return the billed segments: 160 septets alone or 153 joined; 70 units alone or 67 joined.

    A two-septet character or a surrogate pair is never split between segments, so not every segment has all 153.
    `footer_chars`: plain characters that the network appends (its words on how to opt out).
    """
    text += "." * footer_chars
    size, encoding = encoded_length(text)
    alone, joined = (160, 153) if encoding is Encoding.GSM7 else (70, 67)
    if size <= alone:
        return 1
    if size == len(text):
        return -(-size // joined)
    count, used = 1, 0
    for char in text:
        width = 2 if char > "\uffff" or (encoding is Encoding.GSM7 and char in _EXTENSION) else 1
        used += width
        if used > joined:
            count, used = count + 1, width
    return count


def normalise_text(text: str) -> str:
    """Return the text in NFC, in GSM-7 where that loses no meaning: ’ becomes ', – becomes -, ọ becomes o.

    A text with letters of another script (Cyrillic, Chinese, Amharic) is UCS-2 in any case. Only its spaces, line
    ends and invisible characters are normalised.
    """
    if _NEEDS_NORMALISING.search(text) is None:
        return text
    normalised = _normalise_spaces(text)
    if is_gsm(normalised):
        return normalised
    plain = _transliterate(normalised)
    return normalised if any(char.isalpha() for char in non_gsm_chars(plain)) else plain


def suggest_replacements(text: str) -> list[tuple[str, str]]:
    """Return each character that makes a normalised text UCS-2, and a replacement for it ('' where there is none).

    The list is empty for a text in another script, where only its length can be changed.
    """
    plain = _transliterate(_normalise_spaces(text))
    letters = [char for char in plain if char.isalpha()]
    foreign = sum(not is_gsm(char) for char in letters)
    if 2 * foreign > len(letters):
        return []
    return [(char, _replacement_for(char)) for char in non_gsm_chars(plain)]


def _normalise_spaces(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_SPACE_REPLACEMENTS)


def _transliterate(text: str) -> str:
    return _NON_GSM.sub(lambda found: _transliterate_char(found[0]), text)


def _replacement_for(char: str) -> str:
    """Return a spelling in GSM-7: a lookalike, or its parts by Unicode (½ is 1/2). '' where there is none."""
    spelt = _LOOKALIKES.get(char) or _transliterate(unicodedata.normalize("NFKC", char))
    return spelt if is_gsm(spelt) else ""


def _transliterate_char(char: str) -> str:
    """Return the nearest GSM-7 spelling of one character, or itself when there is none."""
    if char in _GSM_SPELLINGS:
        return _GSM_SPELLINGS[char]
    bare = "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))
    # A Latin accent that could not be composed (ɔ̀) is removed; й must not become и.
    return _GSM_SPELLINGS.get(bare, bare) if bare.isascii() or bare in _GSM_SPELLINGS else char


def clip(text: str, limit: int, words: StaysWithNext = frozenset()) -> str:
    """Return the text, cut after a word so that it takes at most `limit` septets, or units if it is UCS-2.

    It is not cut after one of `words`, which stay with the next word.
    """
    return (
        text
        if encoded_length(text)[0] <= limit
        else text[: find_break(text, _count_fitting_chars(text, limit), words)].rstrip()
    )


def fitting_prefixes(text: str, limit_gsm: int, limit_ucs2: int) -> list[int]:
    """Return how many first characters fit: those of GSM-7 alone and, if others follow soon, all of them as UCS-2."""
    non_gsm = _NON_GSM.search(text, 0, limit_gsm)
    if non_gsm is None:
        return [_count_fitting_chars(text, limit_gsm)]
    return [_count_fitting_chars(text[: non_gsm.start()], limit_gsm), _count_fitting_chars(text, limit_ucs2)]


def _count_fitting_chars(text: str, limit: int) -> int:
    """Return how many characters of the text fit into `limit` units, two for a character of double width."""
    left = limit
    if _DOUBLE_WIDTH.search(text, 0, limit) is None:
        return min(limit, len(text))
    for index, char in enumerate(text[: limit + 1]):
        left -= 2 if _DOUBLE_WIDTH.match(char) else 1
        if left < 0:
            return index
    return len(text)

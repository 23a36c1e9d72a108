"""The length of a text on the air (3GPP TS 23.038), computed independently of the gateway."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that take an escape character as well."""

SINGLE_UNITS: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
"""Most units of a text in one segment."""
MULTIPART_UNITS: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""Most units of each segment of a longer text: its header takes six bytes."""


@dataclass(frozen=True)
class Size:
    """The encoding of a text and its length in units of that encoding (septets or 16-bit units)."""

    encoding: Encoding
    units: int


def encoding_of(text: str) -> Encoding:
    """Return the encoding: one character outside GSM-7 makes the whole text UCS-2."""
    return "GSM-7" if BASIC.union(EXTENSION).issuperset(text) else "UCS-2"


def char_units(char: str, encoding: Encoding) -> int:
    """Return the units of one character."""
    doubled = char in EXTENSION if encoding == "GSM-7" else ord(char) > 0xFFFF
    return 2 if doubled else 1


def measure(text: str) -> Size:
    """Return the encoding and length of a whole text."""
    encoding = encoding_of(text)
    return Size(encoding, sum(char_units(char, encoding) for char in text))


def count_segments(text: str) -> int:
    """Return the segments that the network charges for; no character is split between two segments."""
    size = measure(text)
    if size.units <= SINGLE_UNITS[size.encoding]:
        return 1
    count, used = 1, 0
    for char in text:
        used += char_units(char, size.encoding)
        if used > MULTIPART_UNITS[size.encoding]:
            count, used = count + 1, char_units(char, size.encoding)
    return count


def truncate(text: str, encoding: Encoding, max_units: int) -> str:
    """Return the longest beginning of the text that fits `room` units."""
    used = 0
    for at, char in enumerate(text):
        used += char_units(char, encoding)
        if used > max_units:
            return text[:at]
    return text

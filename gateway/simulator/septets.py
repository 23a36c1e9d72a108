"""How much room a text takes on the air (3GPP TS 23.038): a second opinion on the gateway's."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that cost an escape besides themselves."""

SINGLE_UNITS: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
"""Units of a text that fits one message."""
MULTIPART_UNITS: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""Units of each part of a longer one: six bytes go to the header that joins the parts."""


@dataclass(frozen=True)
class Size:
    """A text's encoding and its length in that encoding's units (septets or 16-bit units)."""

    encoding: Encoding
    units: int


def encoding_of(text: str) -> Encoding:
    """One character outside GSM-7 turns the whole text into UCS-2."""
    return "GSM-7" if BASIC.union(EXTENSION).issuperset(text) else "UCS-2"


def char_units(char: str, encoding: Encoding) -> int:
    """Units one character takes."""
    doubled = char in EXTENSION if encoding == "GSM-7" else ord(char) > 0xFFFF
    return 2 if doubled else 1


def measure(text: str) -> Size:
    """The size of a whole text."""
    encoding = encoding_of(text)
    return Size(encoding, sum(char_units(char, encoding) for char in text))


def count_segments(text: str) -> int:
    """Messages the network charges for; no character is split between two of them."""
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
    """As much of the beginning as fits `room` units."""
    used = 0
    for at, char in enumerate(text):
        used += char_units(char, encoding)
        if used > max_units:
            return text[:at]
    return text

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

SINGLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
"""Units of a text that fits one message."""
JOINED: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""Units of each part of a longer one: six bytes go to the header that joins the parts."""


@dataclass(frozen=True)
class Size:
    """A text's encoding and its length in that encoding's units (septets or 16-bit units)."""

    encoding: Encoding
    units: int


def encoding_of(text: str) -> Encoding:
    """One character outside GSM-7 turns the whole text into UCS-2."""
    return "GSM-7" if BASIC.union(EXTENSION).issuperset(text) else "UCS-2"


def cost(char: str, encoding: Encoding) -> int:
    """Units one character takes."""
    doubled = char in EXTENSION if encoding == "GSM-7" else ord(char) > 0xFFFF
    return 2 if doubled else 1


def measure(text: str) -> Size:
    """The size of a whole text."""
    encoding = encoding_of(text)
    return Size(encoding, sum(cost(char, encoding) for char in text))


def segments(text: str) -> int:
    """Messages the network charges for; no character is split between two of them."""
    size = measure(text)
    if size.units <= SINGLE[size.encoding]:
        return 1
    count, used = 1, 0
    for char in text:
        used += cost(char, size.encoding)
        if used > JOINED[size.encoding]:
            count, used = count + 1, cost(char, size.encoding)
    return count


def cut(text: str, encoding: Encoding, room: int) -> str:
    """As much of the beginning as fits `room` units."""
    used = 0
    for at, char in enumerate(text):
        used += cost(char, encoding)
        if used > room:
            return text[:at]
    return text

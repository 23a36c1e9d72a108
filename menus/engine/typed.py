"""What people type on a keypad: a key or digits, with the signs that other services ask for behind them."""

import unicodedata
from typing import Final

from gateway.model.codes import LONGEST_CODE

_FULL_WIDTH: Final = {0xFF01 + at: 0x21 + at for at in range(94)}
_CLOSING: Final = "#*.,;:)] "
"""signs behind digits: banks ask for `#`, lists print `1.` and `1)`"""


def plain_key(typed: str) -> str:
    """Return digits as a keypad has them, without signs that close them or that no screen shows; words as typed."""
    seen = "".join(char for char in typed if unicodedata.category(char) != "Cf").strip()
    digits = seen.translate(_FULL_WIDTH).rstrip(_CLOSING)
    return digits if digits.isascii() and digits.isdigit() else typed.strip()


def joined_digits(typed: str) -> str:
    """Return a PIN or a code without the blanks and dashes between its digits; anything else as typed."""
    digits = plain_key("".join(char for char in typed if not char.isspace() and unicodedata.category(char) != "Pd"))
    is_code = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_CODE
    return digits if is_code and typed[:1].isalnum() else typed

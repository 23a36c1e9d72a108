"""Short codes that people type: numbers of alerts, codes of calls for help, of referrals and of client reports.

Strangers can use up codes, so a code gets longer when many are in use, and the search for a free one ends.
"""

import secrets
from collections.abc import Callable

from gateway.errors import NoFreeCode

CODES_PER_USED_CODE = 100
"""codes that exist for each code in use: then a random one is nearly always free, and hard to guess"""
SHORTEST_CODE, LONGEST_CODE = 4, 7
"""digits: 4 up to 89 codes in use, 5 up to 899, 6 up to 8,999, 7 up to 89,999"""
MAX_DRAWS = 32


def code_length(used: int, shortest: int = SHORTEST_CODE) -> int:
    """Return how many digits the next code needs where `used` codes are in use."""
    lengths = range(shortest, LONGEST_CODE + 1)
    return next((n for n in lengths if 9 * 10 ** (n - 1) >= CODES_PER_USED_CODE * (used + 1)), LONGEST_CODE)


def draw_code(used: int, is_used: Callable[[str], bool] = lambda code: False, shortest: int = SHORTEST_CODE) -> str:
    """Return random digits that are not in use. No code begins with 0, because people leave that out.

    Raises NoFreeCode after MAX_DRAWS codes that are in use.
    """
    smallest = 10 ** (code_length(used, shortest) - 1)
    for _ in range(MAX_DRAWS):
        code = str(smallest + secrets.randbelow(9 * smallest))
        if not is_used(code):
            return code
    raise NoFreeCode("every code that was drawn is in use")


def is_code(text: str, longest: int = LONGEST_CODE) -> bool:
    """Whether a text has the form of a code."""
    return SHORTEST_CODE <= len(text) <= longest and text.isascii() and text.isdigit()


def random_digits(count: int) -> str:
    """Return a secret of decimal digits, which may begin with 0."""
    return "".join(secrets.choice("0123456789") for _ in range(count))

"""What a provider is asked to send to."""

import time
from collections.abc import Sequence

from gateway.numbers import Number
from gateway.providers import Recipient

LATER = time.time() + 86_400
"""a deadline that no test reaches"""


def to(numbers: Sequence[Number]) -> list[Recipient]:
    """Return the recipients with a reference each, which shows no digits of the number."""
    return [Recipient(number, f"ref{at:04d}") for at, number in enumerate(numbers)]

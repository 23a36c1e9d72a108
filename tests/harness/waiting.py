"""Waiting for something that real processes do in their own time."""

import time
from collections.abc import Callable
from typing import Any

SOON = 40.0
"""Seconds in which anything must have happened; no test waits longer than needed."""


def until(true: Callable[[], Any], seconds: float = SOON, what: str = "it") -> Any:
    """Call `true` until it returns something. Return that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")

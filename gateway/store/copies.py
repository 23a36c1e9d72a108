"""Copies on replicas: consent and decisions about warnings are to outlive the master's disk.

WAIT travels behind the commit in the same round trip. A change that no replica confirmed in time stands all the same,
is counted and logged; only who leaves is not told so: the network repeats the text, and the caller reads an apology,
for a master that falls before the copy is made would bring the consent back.
"""

import time

from gateway.store.connection import Words
from gateway.store.place import Place

PATIENCE_MS = 200
SILENCE = 5
"""seconds in which replicas that did not answer are not waited for again: callers would queue up behind each other"""


class Copies:
    """Does at least one replica follow? Without sentinels nobody is asked."""

    def __init__(self, place: Place):
        self._kept = place.watched
        self._silent_until = 0.0

    def asks(self, leaving: bool) -> list[Words]:
        """What to send behind a commit."""
        if not self._kept:
            return []
        patient = leaving or time.monotonic() >= self._silent_until
        return [("WAIT", 1, PATIENCE_MS) if patient else ("WAIT", 0, 1)]

    def heard(self, answers: list[int]) -> bool:
        """Was it copied, as far as that was asked?"""
        copied = not answers or answers[0] > 0
        if not copied:
            self._silent_until = time.monotonic() + SILENCE
        return copied

"""What guards a phone against texts that are sent in its name: a text that waits for a fresh code, and limits."""

import msgspec
from msgspec.structs import replace

HOUR_S, DAY_S = 3600, 86400
MAX_TRIES = 3
"""Wrong codes after which a waiting text is dropped."""
MAX_WRONG_CODES = 5
"""Wrong codes of any kind by text in a day; after them this phone acts by dialling only."""
MAX_UNPROVEN_PER_HOUR, MAX_UNPROVEN_PER_DAY = 3, 8
"""Texts to a phone in answer to texts that may be forged."""
MAX_ANSWERED_PER_DAY = 30
"""Texts in answer to any texts of a phone. A forger cannot fill the inbox of a subscriber, or drain the balance."""
STAFF_FACTOR = 4
"""A phone with a role may get this many times as many."""
MAX_REQUESTED_TEXTS = 10
"""Texts a day that a caller asks for by dialling."""


class TextGuard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The guard of one phone. All times are in Unix seconds, rounded down to the minute where they only count."""

    until: int
    """when the record may go: a day after its last change"""
    waiting_text: str = ""
    """what was texted, and is applied when the code comes back; empty: nothing waits"""
    code: str = ""
    """the code that we texted to this phone"""
    code_until: int = 0
    tries: int = 0
    """wrong codes since the question"""
    unproven: tuple[int, ...] = ()
    """when this phone was answered without knowing that it had written"""
    answered: tuple[int, ...] = ()
    """when this phone got texts in answer to texts, the unproven ones not counted"""
    wrong_codes: tuple[int, ...] = ()
    requested: tuple[int, ...] = ()
    """when a caller had texts sent to this phone by dialling"""
    silent_until: int = 0
    """STOP came from this phone when there was nothing to stop: no text that may be forged is answered"""

    def waits(self, now: int) -> bool:
        """Whether a text waits for its code."""
        return bool(self.waiting_text) and now < self.code_until

    def with_question(self, text: str, code: str, until: int) -> "TextGuard":
        return replace(self, waiting_text=text, code=code, code_until=until, tries=0)

    def without_question(self) -> "TextGuard":
        return replace(self, waiting_text="", code="", code_until=0, tries=0)

    def with_wrong_code(self, now: int) -> "TextGuard":
        """Count a wrong code. After MAX_TRIES no text waits any more."""
        counted = replace(self, tries=self.tries + 1, wrong_codes=_note(self.wrong_codes, now), until=now + DAY_S)
        return counted.without_question() if counted.tries >= MAX_TRIES else counted

    def has_too_many_wrong_codes(self, now: int) -> bool:
        return _count(self.wrong_codes, now, DAY_S) >= MAX_WRONG_CODES

    def may_answer_unproven(self, now: int, is_staff: bool) -> bool:
        """Whether one more text may go to this phone in answer to a text that may be forged."""
        factor = STAFF_FACTOR if is_staff else 1
        in_hour, in_day = _count(self.unproven, now, HOUR_S), _count(self.unproven, now, DAY_S)
        below = in_hour < factor * MAX_UNPROVEN_PER_HOUR and in_day < factor * MAX_UNPROVEN_PER_DAY
        return below and not self.is_silent(now)

    def is_silent(self, now: int) -> bool:
        """Whether STOP came within a day when there was nothing to stop."""
        return now < self.silent_until

    def may_answer(self, now: int, is_staff: bool) -> bool:
        """Whether a text of this phone may be answered once more today."""
        return _count(self.answered, now, DAY_S) < MAX_ANSWERED_PER_DAY * (STAFF_FACTOR if is_staff else 1)

    def with_answer(self, now: int, is_unproven: bool, count: int) -> "TextGuard":
        if is_unproven:
            return replace(self, unproven=_note(self.unproven, now), until=now + DAY_S)
        return replace(self, answered=_note(self.answered, now, count), until=now + DAY_S)

    def may_request(self, now: int, count: int) -> bool:
        """Whether a caller may have this many texts more sent to this phone today."""
        return _count(self.requested, now, DAY_S) + count <= MAX_REQUESTED_TEXTS

    def with_requested(self, now: int, count: int) -> "TextGuard":
        return replace(self, requested=_note(self.requested, now, count), until=now + DAY_S)

    def silenced(self, now: int) -> "TextGuard":
        return replace(self, silent_until=now + DAY_S, until=now + DAY_S)


def _count(times: tuple[int, ...], now: int, window_s: int) -> int:
    return sum(at > now - window_s for at in times)


def _note(times: tuple[int, ...], now: int, count: int = 1) -> tuple[int, ...]:
    """Return the times of the last day, with `count` times more."""
    return (*(at for at in times if at > now - DAY_S), *(now // 60 * 60,) * count)

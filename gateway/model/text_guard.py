"""What guards a phone against texts that are sent in its name: the question that is open, and limits."""

import msgspec
from msgspec.structs import replace

from gateway.model.open_question import OpenQuestion

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
REPEAT_S = 300
"""Seconds within which an equal text is not answered again, and for which answers rest after too many."""

COPY_S = 60
"""Seconds within which the same words are one text, whatever ids the network gives to its copies."""
MAX_REMEMBERED = 20
"""texts"""


class TextGuard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The guard of one phone. All times are in Unix seconds, rounded down to the minute where they only count."""

    until: int
    """when the record may go: a day after its last change"""
    question: OpenQuestion | None = None
    """what we asked in answer to a text"""
    tries: int = 0
    """wrong codes since the question"""
    unproven: tuple[int, ...] = ()
    """when this phone was answered without knowing that it had written"""
    answered: tuple[int, ...] = ()
    """when this phone got texts in answer to texts, the unproven ones not counted"""
    wrong_codes: tuple[int, ...] = ()
    requested: tuple[int, ...] = ()
    """when a caller had texts sent to this phone by dialling"""
    heard: tuple[tuple[int, str], ...] = ()
    """when texts were answered in the last hour, each with a keyed hash of the text"""
    taken: tuple[tuple[int, str], ...] = ()
    """the texts of the last COPY_S, each with a keyed hash of its words"""
    unclear: int = 0
    """texts in a row that were not understood"""
    silent_until: int = 0
    """STOP came from this phone when there was nothing to stop: no text that may be forged is answered"""

    def open_question(self, now: int) -> OpenQuestion | None:
        """Return the question that still waits for an answer."""
        return self.question if self.question and now < self.question.until else None

    def open_code(self, now: int) -> str:
        """Return the fresh code for which a text waits; empty: none does."""
        question = self.open_question(now)
        return question.code if question else ""

    def with_question(self, question: OpenQuestion) -> "TextGuard":
        return replace(self, question=question, tries=0, until=max(self.until, question.until))

    def without_question(self) -> "TextGuard":
        return replace(self, question=None, tries=0)

    def has_heard(self, digest: str, now: int) -> bool:
        """Whether an equal text was answered a moment ago."""
        return any(one == digest and at > now - REPEAT_S for at, one in self.heard)

    def count_heard(self, now: int) -> int:
        """Return how many texts were answered in the last hour."""
        return sum(at > now - HOUR_S for at, _digest in self.heard)

    def rests(self, now: int, most: int) -> bool:
        """Whether so many texts were answered within the hour that answers rest for a moment."""
        return self.count_heard(now) >= most and any(at > now - REPEAT_S for at, _digest in self.heard)

    def with_heard(self, digest: str, now: int) -> "TextGuard":
        kept = tuple((at, one) for at, one in self.heard if at > now - HOUR_S)
        return replace(self, heard=(*kept, (now // 60 * 60, digest)), until=now + DAY_S)

    def has_taken(self, digest: str, now: int) -> bool:
        """Whether the same words came a moment ago."""
        return any(one == digest and at > now - COPY_S for at, one in self.taken)

    def with_taken(self, digest: str, now: int, has_asked: bool) -> "TextGuard":
        """Remember a text. After a question of ours the words of earlier texts may come again and mean it."""
        kept = () if has_asked else tuple((at, one) for at, one in self.taken if at > now - COPY_S)
        taken = (*kept, (now, digest))[-MAX_REMEMBERED:]
        return replace(self, taken=taken, until=max(self.until, now + COPY_S))

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

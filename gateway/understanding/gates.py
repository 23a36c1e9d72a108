"""Decides what follows from the model's guesses: an act, or one question. Pure.

The gates are code, not data. A wish to get no more texts acts only where the words themselves say so. Forgetting
somebody, and ending a call for help, never follow from free words. A cry acts, or stands in every question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gateway.understanding import concepts as c
from gateway.understanding.leaving import LeaveWish, denies_sending, is_stop_denied, leave_wish
from gateway.understanding.meaning import Meaning, Reading
from gateway.understanding.tagging import TaggedText

M = Meaning
MIN_LIKELIHOOD: Final = {
    M.SOS: 0.6, M.STOP: 0.7, M.SAFE: 0.9, M.JOIN: 0.75, M.YES: 0.7, M.NO: 0.7, M.LANG: 0.85, M.THANKS: 0.6,
    M.REPORT: 0.9, M.CLINIC: 0.75, M.ALERTS: 0.9, M.RIGHTS: 0.9, M.WHO: 0.85, M.HELP: 0.85,
}  # fmt: skip
"""From which a meaning acts; one that is not here never follows from free words.

Chosen on texts that no list had seen: of what acted between 0.7 and 0.9, three in ten were wrong. A cry must not wait
for a question, a wish to join waits for a code in any case, and thanks do nothing.
"""
MARGIN: Final = 0.15
"""how much likelier it must be than the second"""
ASKABLE: Final = (
    M.SOS, M.REPORT, M.CLINIC, M.STOP, M.RIGHTS, M.ALERTS, M.JOIN, M.DELETE, M.CANCEL, M.SAFE, M.LANG, M.WHO, M.HELP,
)  # fmt: skip
MIN_ASKED_SOS = MIN_ASKED_STOP = 0.12
MIN_OPTION: Final = 0.02
MAX_OPTIONS: Final = 4
MIN_CLEAR_STOP: Final = 0.45
_CALM: Final = (M.SAFE, M.CANCEL, M.RIGHTS, M.ALERTS, M.CLINIC, M.REPORT)
"""meanings that explain a word of danger, if they are very likely"""
_MIN_CALM: Final = 0.8
_TAKEN_OFF: Final = frozenset({"remove", "unsubscribe"})
_MIN_UNKNOWN: Final = 3
"""so many unknown words and no known one: nothing is known"""


@dataclass(frozen=True)
class Judgement:
    """The likelihoods of one text, with its concepts."""

    text: TaggedText
    by_meaning: Mapping[Meaning, float]
    by_label: Mapping[str, float]

    @cached_property
    def every(self) -> frozenset[str]:
        return frozenset(concept for tag in self.text.tags for concept in tag.concepts)

    @cached_property
    def ranked(self) -> tuple[Meaning, ...]:
        """The meanings, the likeliest first."""
        return tuple(sorted(self.by_meaning, key=lambda meaning: -self.by_meaning[meaning]))

    @cached_property
    def leave_wish(self) -> LeaveWish:
        return leave_wish(self.text)

    @property
    def best(self) -> Meaning:
        return self.ranked[0]

    @property
    def lead(self) -> float:
        """How much likelier the first meaning is than the second."""
        return self.by_meaning[self.best] - self.by_meaning[self.ranked[1]]

    @cached_property
    def has_danger(self) -> bool:
        """Whether a word of danger is there that no calmer meaning explains."""
        return bool(self.every & c.DANGER) and not self._is_calm

    @property
    def _is_calm(self) -> bool:
        if self.best not in _CALM or self.by_meaning[self.best] < _MIN_CALM:
            return False
        if self.best is M.CLINIC:
            return not self.every & c.PRESENT_DANGER and bool(self.every & (c.HEALTH | c.AFTER_SEX | {"talk"}))
        if self.best in (M.REPORT, M.ALERTS):
            return "me" not in self.every or bool(self.every & {"colleagues", "client", "bad_client"})
        return True


def decide(judgement: Judgement) -> Reading:
    """Return the meaning on which to act, or the options to ask about."""
    if judgement.every <= {c.QUESTION_MARK}:
        return Reading(reason="nothing known")
    if _is_plain_cry(judgement):
        return _reading(judgement, M.SOS, "the word itself")
    if _is_sure(judgement):
        return _reading(judgement, judgement.best, "sure")
    options = _options(judgement)
    return Reading(options=options, reason="unsure" if options else "nothing likely")


def _is_plain_cry(j: Judgement) -> bool:
    is_over = j.by_meaning[M.CANCEL] >= 0.3 or j.by_meaning[M.SAFE] >= 0.3 or j.every & c.OVER
    return "sos" in j.every and not j.every & c.HEALTH and not is_over


def _is_sure(j: Judgement) -> bool:
    if not j.text.tags and j.text.unknown_words >= _MIN_UNKNOWN:
        return False
    if j.best is M.STOP:
        return _is_sure_stop(j)
    if j.leave_wish is LeaveWish.CLEAR and j.best is not M.SOS and (j.by_meaning[M.STOP] >= 0.2 or j.best is M.JOIN):
        return False
    if j.best is M.JOIN and (not _wishes_texts(j) or _may_wish_to_leave(j)):
        return False
    if j.best is M.SOS and not _has_cry_sign(j):
        return False
    if j.best is M.YES and j.every & c.NEGATIONS:
        return False
    if j.best is M.REPORT and j.every <= c.TELLS_NOTHING:
        return False
    if _tells_or_asks(j):
        return False
    if j.best is not M.SOS and (j.by_meaning[M.SOS] >= 0.25 or j.has_danger):
        return False
    return j.by_meaning[j.best] >= MIN_LIKELIHOOD.get(j.best, 2.0) and j.lead >= MARGIN


def _wishes_texts(j: Judgement) -> bool:
    """Whether the words name what the person wants to get. `do not stop` is a wish to stay, `do not send` is none."""
    if is_stop_denied(j.text):
        return True
    names_texts = bool(j.every & c.JOINED) or ("keep" in j.every and bool(j.every & c.KEPT))
    return names_texts and not j.every & c.NEGATIONS


def _may_wish_to_leave(j: Judgement) -> bool:
    """Whether a text of joining also says to take something off: `I joined by mistake, remove me`."""
    return bool(j.every & _TAKEN_OFF) and not is_stop_denied(j.text)


def _has_cry_sign(j: Judgement) -> bool:
    return bool(j.every & c.CRY_SIGNS) or bool(j.every & c.WAY_OUT and j.every & c.CLOSED)


def _tells_or_asks(j: Judgement) -> bool:
    """Whether a text tells of danger at a place or asks for it, and its words say the other than the model."""
    first = j.text.tags[0].concepts if j.text.tags else ()
    names_danger, asks = bool(j.every & c.TOLD_AT_A_PLACE), bool(j.every & c.ASKING) or "question" in first
    return (j.best is M.ALERTS and names_danger and not asks) or (j.best is M.REPORT and c.QUESTION_MARK in j.every)


def _is_sure_stop(j: Judgement) -> bool:
    """Whether the text wishes no more texts: the words say it, and the model agrees."""
    likelihood, second = j.by_meaning[M.STOP], j.ranked[1]
    if j.by_meaning[M.SOS] >= 0.1 or "data" in j.every:  # `erase my data` is more than no more texts
        return False
    if j.leave_wish is LeaveWish.DOUBTFUL:
        return likelihood >= 0.85
    if j.leave_wish is not LeaveWish.CLEAR:
        return False
    if likelihood >= MIN_CLEAR_STOP and likelihood >= 1.5 * j.by_meaning[second]:
        return True
    is_stop_or_join = second is M.JOIN and likelihood + j.by_meaning[M.JOIN] >= 0.6
    return is_stop_or_join and denies_sending(j.text)


def _reading(j: Judgement, meaning: Meaning, reason: str) -> Reading:
    kind = _kind(j, meaning)
    is_delicate = (
        meaning is M.REPORT
        or (meaning is M.CLINIC and kind in ("hurt", "talk", "drugs", ""))
        or (meaning is M.RIGHTS and bool(j.every & (c.DANGER | {"arrested", "police"})))
        or bool(j.every & c.DANGER)
    )
    return Reading(meaning, kind, offers_sos=is_delicate and meaning is not M.SOS, reason=reason)


def _kind(j: Judgement, meaning: Meaning) -> str:
    """Return the likeliest kind, if it has at least half of the likelihood."""
    of_meaning = {label: p for label, p in j.by_label.items() if label.partition(".")[0] == meaning}
    label = max(of_meaning, key=lambda one: of_meaning[one])
    kind = label.partition(".")[2] if of_meaning[label] >= 0.5 * j.by_meaning[meaning] else ""
    return narrow_need(kind, j.every) if meaning is M.CLINIC else kind


def narrow_need(kind: str, concepts: frozenset[str]) -> str:
    """Return the need that the words name, where it is one of those that the model does not tell from others."""
    if "prep" in concepts and "pep" not in concepts and kind != "hurt":
        return "prep"
    return "self_test" if "self_test" in concepts and kind in ("test", "") else kind


def _options(j: Judgement) -> tuple[Meaning, ...]:
    """Return what is asked, the most urgent first: a cry is always among it, and a wish to leave after a stop word."""
    asks_sos = j.by_meaning[M.SOS] >= MIN_ASKED_SOS or j.has_danger
    is_cry_only = j.has_danger and j.leave_wish is LeaveWish.NONE  # `can you stop the bleeding`
    asks_stop = (j.by_meaning[M.STOP] >= MIN_ASKED_STOP and not is_cry_only) or (
        j.leave_wish is LeaveWish.CLEAR and j.by_meaning[M.STOP] >= 0.05
    )
    first = [M.SOS] * asks_sos + [M.STOP] * asks_stop + [M.REPORT, M.ALERTS] * _tells_or_asks(j)
    likely = [m for m in j.ranked if m in ASKABLE and m not in first and j.by_meaning[m] >= MIN_OPTION]
    options = [*first, *likely][: max(MAX_OPTIONS, len(first))]
    last = [M.STOP] if j.leave_wish is not LeaveWish.NONE or _may_wish_to_leave(j) else []
    return tuple(dict.fromkeys([M.SOS, *options, *last])) if options else ()

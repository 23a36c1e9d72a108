"""What a responder asks a caller who called for help, by one key, and what the caller answers, by one key."""

from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.help_kind import HelpKind


class SosQuestion(StrEnum):
    """The questions that a responder may ask."""

    WHERE = "where"
    """answered in words"""
    ALONE = "alone"
    HURT = "hurt"
    CAN_TALK = "talk"
    WHAT = "what"
    """what is wrong, answered in words: a text must not name it"""


ANSWER_KEYS: dict[str, tuple[SosQuestion, bool]] = {
    "1": (SosQuestion.ALONE, True),
    "2": (SosQuestion.ALONE, False),
    "3": (SosQuestion.HURT, True),
    "4": (SosQuestion.HURT, False),
    "5": (SosQuestion.CAN_TALK, True),
    "6": (SosQuestion.CAN_TALK, False),
}
"""What a digit in a text answers. Each question has digits of its own, so no answer is taken for another's."""

ANSWERED_KINDS = {SosQuestion.HURT: HelpKind.HEALTH}
"""what is wrong where the answer is yes"""
IN_WORDS = frozenset({SosQuestion.WHERE, SosQuestion.WHAT})
"""questions that no key answers"""


class AskedQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question with its answer."""

    question: SosQuestion
    asked_by: str
    """id of staff"""
    yes: bool | None = None
    """the answer; None: it waits"""


def keys_of(question: SosQuestion) -> tuple[str, str]:
    """Return the digits that answer a question by text: for yes, and for no."""
    yes, no = (key for key, (asked, _yes) in ANSWER_KEYS.items() if asked is question)
    return yes, no


def with_question(
    questions: tuple[AskedQuestion, ...], question: SosQuestion, asked_by: str
) -> tuple[AskedQuestion, ...]:
    """Return the questions with one more. What was answered to the same question before is dropped."""
    return (*without(questions, question), AskedQuestion(question, asked_by))


def without(questions: tuple[AskedQuestion, ...], question: SosQuestion) -> tuple[AskedQuestion, ...]:
    return tuple(asked for asked in questions if asked.question is not question)


def with_answer(questions: tuple[AskedQuestion, ...], question: SosQuestion, yes: bool) -> tuple[AskedQuestion, ...]:
    """Return the questions with the answer to one that waits."""
    is_meant = [asked.question is question and asked.yes is None for asked in questions]
    pairs = zip(questions, is_meant, strict=True)
    return tuple(replace(asked, yes=yes) if meant else asked for asked, meant in pairs)

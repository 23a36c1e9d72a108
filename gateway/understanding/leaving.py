"""Whether the words themselves say that a person wants no more texts. No model has a say here."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from gateway.understanding import concepts as c
from gateway.understanding.tagging import TaggedText
from gateway.understanding.word_book import Tag

_MAX_WORDS_BETWEEN: Final = 2
"""words between a negation and what it denies"""
_MAX_SHORT_WISH: Final = 4


class LeaveWish(IntEnum):
    """How clearly a text says it."""

    NONE = 0
    POSSIBLE = 1
    """a word of stopping, and no more"""
    DOUBTFUL = 2
    """it says what is to stop, beside words that have little to do with it"""
    CLEAR = 3


def leave_wish(text: TaggedText) -> LeaveWish:
    """Return how clearly the text says it."""
    every = {concept for tag in text.tags for concept in tag.concepts}
    stop_words = every & c.STOP_WORDS
    if stop_words <= {"again"}:
        return LeaveWish.NONE
    names_stopped = any(_is_stopped(stopped, stop_words) for stopped in every & c.STOPPED)
    doubts = every & c.NEVER_STOP
    if _is_denied(text.tags):
        return LeaveWish.NONE if doubts else LeaveWish.POSSIBLE
    if doubts or ("another_person" in every and "husband" not in every):
        if not names_stopped:
            return LeaveWish.NONE
        is_weak = doubts <= c.WEAK_DOUBTS and every & {"texts", "send", "list", "unsubscribe"}
        return LeaveWish.DOUBTFUL if is_weak else LeaveWish.POSSIBLE
    if names_stopped or (text.unknown_words == 0 and _is_short_wish(text.tags, every)):
        return LeaveWish.CLEAR
    return LeaveWish.POSSIBLE


def _is_stopped(stopped: str, stop_words: set[str]) -> bool:
    """Whether the words of stopping are about this. `my phone does not work` denies, and stops nothing."""
    if stopped == "unsubscribe":
        return True
    words = stop_words - {stopped, "again"}
    return bool(words - {"not", "no"} if stopped not in c.SENT else words)


def denies_sending(text: TaggedText) -> bool:
    """Whether the text says `do not` or the like right before sending or texts: `do not text me`."""
    return any(
        c.NEGATIONS & set(tag.concepts)
        and any({"send", "texts"} & set(later.concepts) for later in text.tags[at + 1 : at + 3])
        for at, tag in enumerate(text.tags)
    )


def _is_denied(tags: Sequence[Tag]) -> bool:
    """Whether a negation stands before the word of stopping (`do not stop`), or it is a complaint (`no texts come`)."""
    for at, tag in enumerate(tags):
        if not c.NEGATIONS & set(tag.concepts):
            continue
        for later in tags[at + 1 : at + 3]:
            is_near = later.start - tag.end <= _MAX_WORDS_BETWEEN
            is_complaint = "receive" in later.concepts and "do_not_want" not in tag.concepts
            if is_near and (c.UNDOABLE & set(later.concepts) or is_complaint):
                return True
            if "texts" in later.concepts:
                break
    return False


def _is_short_wish(tags: Sequence[Tag], every: set[str]) -> bool:
    is_padded_stop = every <= c.STOP_WORDS | c.EMPTY and every & {"stop", "unsubscribe", "remove"}
    return bool(is_padded_stop) and len(tags) <= _MAX_SHORT_WISH

"""Whether the words themselves say that a person wants no more texts. No model has a say here."""

from collections.abc import Sequence
from enum import IntEnum

from gateway.understanding import concepts as c

Concepts = Sequence[tuple[str, ...]]
"""what the words of a text stand for, in order"""


class LeaveWish(IntEnum):
    """How clearly a text says it."""

    NONE = 0
    POSSIBLE = 1
    """a word of stopping, and no more"""
    DOUBTFUL = 2
    """it says what is to stop, beside words that have little to do with it"""
    CLEAR = 3


def leave_wish(concepts: Concepts, unknown_words: int) -> LeaveWish:
    """Return how clearly the text says it. `unknown_words`: how many of its words stand for nothing that we know."""
    every = {concept for some in concepts for concept in some}
    stop_words = every & c.STOP_WORDS
    if stop_words <= {"again"}:
        return LeaveWish.NONE
    names_stopped = any(_is_stopped(stopped, stop_words) for stopped in every & c.STOPPED)
    doubts = every & c.NEVER_STOP
    if _is_denied(concepts):
        return LeaveWish.NONE if doubts else LeaveWish.POSSIBLE
    if doubts or ("another_person" in every and "husband" not in every):
        if not names_stopped:
            return LeaveWish.NONE
        is_weak = doubts <= c.WEAK_DOUBTS and every & {"texts", "send", "list", "unsubscribe"}
        return LeaveWish.DOUBTFUL if is_weak else LeaveWish.POSSIBLE
    if names_stopped or (unknown_words == 0 and _is_short_wish(concepts, every)):
        return LeaveWish.CLEAR
    return LeaveWish.POSSIBLE


def _is_stopped(stopped: str, stop_words: set[str]) -> bool:
    """Whether the words of stopping are about this. `my phone does not work` denies, and stops nothing."""
    if stopped == "unsubscribe":
        return True
    words = stop_words - {stopped, "again"}
    return bool(words - {"not", "no"} if stopped not in c.SENT else words)


def denies_sending(concepts: Concepts) -> bool:
    """Whether the text says `do not` or the like right before sending or texts: `do not text me`."""
    return any(
        c.NEGATIONS & set(some) and any({"send", "texts"} & set(later) for later in concepts[at + 1 : at + 3])
        for at, some in enumerate(concepts)
    )


def _is_denied(concepts: Concepts) -> bool:
    """Whether a negation stands before the word of stopping (`do not stop`), or it is a complaint (`no texts come`)."""
    for at, some in enumerate(concepts):
        if not c.NEGATIONS & set(some):
            continue
        for later in concepts[at + 1 : at + 3]:
            if c.UNDOABLE & set(later) or ("receive" in later and "do_not_want" not in some):
                return True
            if "texts" in later:
                break
    return False


def _is_short_wish(concepts: Concepts, every: set[str]) -> bool:
    is_padded_stop = every <= c.STOP_WORDS | c.EMPTY and every & {"stop", "unsubscribe", "remove"}
    return bool(is_padded_stop) and len(concepts) <= 4

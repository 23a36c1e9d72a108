"""The stages of a call for help, and the night in which nobody comes: who is told when, and what the caller reads."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import msgspec


class SosStage(Enum):
    """The stage of a call for help. The value is in the sealed record."""

    RAISED = 0
    """no responder was asked yet"""
    ROUND_1_DONE = 1
    """responders on duty were asked, near the caller first"""
    ROUND_2_DONE = 2
    """all responders were asked, and the contacts were texted"""
    ALL_ROUNDS_DONE = 3
    """the last row of the table is done; the call waits for an answer or for its end"""
    ROUND_3_DONE = 4
    """the organisation was asked too"""
    ROUND_4_DONE = 5
    """all of them were asked once more"""
    RENEWED = 8
    """a safe call ran out while this call was open: responders near, and those asked before, are asked once more"""
    HELPED = 20
    """a responder closed it, and the caller is about to get a text"""
    FALSE_ALARM = 21
    """a responder called it a false alarm, and the caller is about to get a text"""


class Asked(Enum):
    """Whom a round asks, while fewer than two come. Nobody is asked twice, but for `AGAIN`."""

    ON_DUTY = "responders on duty, near first; the organisation on duty up to two; nobody on duty: everybody"
    RESPONDERS = "all responders, on duty or not"
    ORGANISATION = "verifiers and admins too"
    AGAIN = "all who were asked before, and did not answer"
    NOBODY = "nobody"


class CallerReads(Enum):
    """What a caller reads to whom nobody comes."""

    NOTHING = 0
    NO_ANSWER_YET = 1
    ASKED_AGAIN = 2
    STAYS_OPEN = 3


class SosRound(msgspec.Struct, frozen=True):
    """One row of the table: what is done at this stage, and when."""

    minute: int
    """minutes since the call was raised or renewed"""
    asks: Asked
    following: SosStage
    reads: CallerReads = CallerReads.NOTHING
    texts_contacts: bool = False
    """the contacts are texted, where the caller chose so"""


_S = SosStage
NIGHT: Final[Mapping[SosStage, SosRound]] = {
    _S.RAISED: SosRound(0, Asked.ON_DUTY, _S.ROUND_1_DONE),
    _S.ROUND_1_DONE: SosRound(1, Asked.RESPONDERS, _S.ROUND_2_DONE, texts_contacts=True),
    _S.ROUND_2_DONE: SosRound(3, Asked.ORGANISATION, _S.ROUND_3_DONE, CallerReads.NO_ANSWER_YET),
    _S.ROUND_3_DONE: SosRound(10, Asked.AGAIN, _S.ROUND_4_DONE, CallerReads.ASKED_AGAIN),
    _S.ROUND_4_DONE: SosRound(30, Asked.NOBODY, _S.ALL_ROUNDS_DONE, CallerReads.STAYS_OPEN),
    _S.RENEWED: SosRound(0, Asked.RESPONDERS, _S.ROUND_2_DONE),
}
"""The rounds of an open call by its stage. After the last one nothing is due until the call's end."""

_CLOSED: Final = frozenset({SosStage.HELPED, SosStage.FALSE_ALARM})
TRANSITIONS: Final[Mapping[SosStage, frozenset[SosStage]]] = {
    **{stage: _CLOSED | {each.following, SosStage.RENEWED} for stage, each in NIGHT.items()},
    SosStage.ALL_ROUNDS_DONE: _CLOSED | {SosStage.RENEWED},
    **{stage: frozenset() for stage in _CLOSED},
}
"""the stages that may follow each stage"""
EVERYBODY_ASKED: Final = frozenset({SosStage.ROUND_3_DONE, SosStage.ROUND_4_DONE, SosStage.ALL_ROUNDS_DONE})
"""stages at which all whom a call may reach were asked"""


def seconds_to_next_round(stage: SosStage, age_s: int) -> int:
    """Return the seconds until the round of `stage` is due, for a call of this age; 0: no round is left."""
    found = NIGHT.get(stage)
    return max(1, found.minute * 60 - age_s) if found else 0

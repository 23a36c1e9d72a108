"""What the words of a call for help tell: what is wrong, and whether they say where. Pure.

Words that only say what is wrong are no place: `he has a knife`. In doubt words count as a place, because whoever comes
reads them, and a caller who told it must not be asked again and again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.understanding import concepts as c
from gateway.understanding.gazetteer import CUES
from gateway.understanding.tagging import TaggedText

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "violence": frozenset({
        "beaten", "weapon", "kill", "threat", "rape", "forced_into_car", "surrounded", "followed", "stripped",
    }),
    "police": frozenset({"police", "raid", "arrested", "checks"}),
    "held": frozenset({"locked_in", "held", "forced_into_car"}),
    "health": frozenset({"bleeding", "dying", "drugged", "symptoms", "clinic"}),
}  # fmt: skip
"""the concepts of each kind of help"""
_PLACES: Final = frozenset({c.PLACE_CONCEPT, "hotel", "bus_stop"})
"""somewhere that a person can go to"""
_PLACES_BEHIND_CUES: Final = frozenset({"clinic", "home", "door", "roadblock", "landlord", "food", "work", "vehicle"})
"""these are a place in `near the clinic`, and none in `I need a doctor`"""
_TOLD_WITH_PLACE: Final = frozenset({"followed", "arrested"})
"""as in `at the gate`, `at the station`: what is wrong and where in one"""
_NEED: Final = c.CRY_SIGNS | {
    "police", "raid", "checks", "bad_client", "client", "sad", "symptoms", "pregnant", "drugs", "cannot", "money",
    "call_me", "talk", "forced_into_car", "clinic", "let_go", "leave", "broke",
}  # fmt: skip
"""what is wrong, or that somebody should come"""
_SAYS_NOTHING: Final = (c.TELLS_NOTHING - {c.PLACE_CONCEPT}) | c.EMPTY | {"not", "no", "can", "who", "what", "how"}
_SOMEBODYS: Final = frozenset({"door", "home", "vehicle"})
"""with a person beside it no place that can be found: `he breaks my door`"""
_PEOPLE: Final = frozenset({"me", "another_person", "they"})
_CUES: Final = CUES - {"a"}
"""without the English article"""
_MAX_WORDS_TO_CUE: Final = 2


@dataclass(frozen=True, slots=True)
class CryReading:
    """What a cry tells."""

    kinds: tuple[str, ...] = ()
    """what is wrong, by the names in `KINDS`"""
    tells_where: bool = True


def read_cry(tagged: TaggedText, has_area: bool) -> CryReading:
    """Return what these words tell. `has_area`: they name an area that is known."""
    every = frozenset(concept for tag in tagged.tags for concept in tag.concepts)
    kinds = tuple(kind for kind, signs in KINDS.items() if every & signs)
    return CryReading(kinds, has_area or _tells_where(tagged, every))


def _tells_where(tagged: TaggedText, every: frozenset[str]) -> bool:
    if every & _PLACES or _is_somewhere_behind_cue(tagged) or _unknown_at_end(tagged):
        return True
    nothing = _SAYS_NOTHING | _SOMEBODYS if every & _PEOPLE else _SAYS_NOTHING
    return not (every & _NEED or (every and every <= nothing))


def _is_somewhere_behind_cue(tagged: TaggedText) -> bool:
    """Whether a word such as `near` stands before what may be a place, or before a word that is not known."""
    begun = (tagged.words[tag.start] for tag in tagged.tags if _TOLD_WITH_PLACE & set(tag.concepts))
    spans = [(tag.start, tag.end) for tag in tagged.tags if _PLACES_BEHIND_CUES & set(tag.concepts)]
    spans += [(at, at) for at in range(len(tagged.words)) if _is_name(tagged, at)]
    near = (word for start, end in spans for word in tagged.words[max(0, start - _MAX_WORDS_TO_CUE) : end])
    return not _CUES.isdisjoint((*begun, *near))


def _unknown_at_end(tagged: TaggedText) -> bool:
    """Whether the last word is not known, as in `he beats me rongai`. A number may stand behind it."""
    at = len(tagged.words) - 1
    while at > 0 and tagged.words[at].isdecimal():
        at -= 1
    return at >= 0 and _is_name(tagged, at)


def _is_name(tagged: TaggedText, at: int) -> bool:
    return at not in tagged.known and tagged.words[at].isalpha()

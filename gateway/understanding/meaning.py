"""What a text can mean, and how it was read."""

from dataclasses import dataclass, field
from enum import StrEnum


class Meaning(StrEnum):
    """What a person wants with a text. Most are keywords too, and have the same name."""

    SOS = "SOS"
    """somebody is in danger now, or wants to die"""
    STOP = "STOP"
    """no more texts from us"""
    DELETE = "DELETE"
    CANCEL = "CANCEL"
    """the help that was called is not needed"""
    SAFE = "SAFE"
    """the person is back"""
    JOIN = "JOIN"
    REPORT = "REPORT"
    """tells of police, or of another danger to others"""
    CLINIC = "CLINIC"
    """a need that a clinic or somebody who listens can meet"""
    ALERTS = "ALERTS"
    """asks how a place is"""
    RIGHTS = "RIGHTS"
    WHO = "WHO"
    """asks who we are"""
    LANG = "LANG"
    HELP = "HELP"
    """asks what can be done here"""
    YES = "YES"
    NO = "NO"
    THANKS = "THANKS"
    OTHER = "OTHER"
    """nothing that we can do: a wrong number, small talk"""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was read: a meaning on which to act, or the options of a question. With neither, nothing is known."""

    meaning: Meaning | None = None
    kind: str = ""
    """which need of CLINIC, or which kind of alert of REPORT; empty: unknown"""
    options: tuple[Meaning, ...] = ()
    """what the text may mean, to be asked, in this order"""
    is_phrase: bool = False
    """whether the whole text is a listed phrase"""
    offers_sos: bool = False
    """whether the answer must also say how to call for help"""
    areas: tuple[tuple[str, ...], ...] = ()
    """for each place that the text names, the ids of the areas of that name"""
    unknown_place: str = ""
    """words that seem to name a place which the gazetteer lacks"""
    lang: str = ""
    """the language in which the text is written, where that is clear"""
    likely_lang: str = ""
    """the same for a text that is too short to be clear, for a phone of which no language is known"""
    reason: str = ""
    """why, in a word or two, for `mwavuli words try`"""
    concepts: tuple[tuple[str, ...], ...] = ()
    """what the text's words stand for, in order"""
    unknown_words: tuple[str, ...] = ()
    """the folded words that stand for nothing we know"""
    likelihoods: tuple[tuple[Meaning, float], ...] = field(default=(), compare=False)
    """the model's guesses, the likeliest first"""

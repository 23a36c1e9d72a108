"""Makes texts comparable: no case, no accents, no drawn-out letters, Russian in Latin letters, simplified Chinese."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from gateway.letters import APOSTROPHES, MARKS, drop_apostrophes, drop_marks

MAX_CHARS, MAX_WORDS = 320, 80
"""the most characters and words of a text that are read: two long texts"""
PLACE: Final = "§"
"""stands for the name of a place"""

_CYRILLIC: Final = "абвгдежзиклмнопрстуфхцчшщъыьэюя"
_LATIN: Final = (
    "a", "b", "v", "g", "d", "e", "zh", "z", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "c", "ch",
    "sh", "sh", "", "y", "", "e", "yu", "ya",
)  # fmt: skip
_TO_LATIN: Final = {ord(a): b for a, b in zip(_CYRILLIC, _LATIN, strict=True)}
_EMOJI: Final = {
    "🆘": "sos", "🛑": "stop", "👍": "yes", "👎": "no", "🚓": "police", "🚔": "police", "👮": "police", "🚨": "police",
    "🙏": "please", "🔪": "knife", "🔫": "gun", "🩸": "blood",
}  # fmt: skip
_SIGNS: Final = {ord(sign): f" {word} " for sign, word in _EMOJI.items()}
_ELISION: Final = re.compile(rf"\b([ldnmtsjc]|qu)[{APOSTROPHES}](?=[^\W\d])")
"""French: `n'arrete`, `l'hotel`"""
_DRAWN_OUT: Final = re.compile(r"([^\W\d])\1{2,}")
_WORD: Final = re.compile(rf"[\u4e00-\u9fff]|(?:[^\W_\u4e00-\u9fff]|[{MARKS}])+|[§?]")


def is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def fold_words(text: str) -> list[str]:
    """Return the words of a text as they are compared. Each Chinese character is a word, and so is a question mark."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARS]).casefold()
    plain = drop_apostrophes(_ELISION.sub(r"\1 ", plain))
    if not plain.isascii():
        plain = plain.translate(traditional_to_simplified()).translate(_SIGNS)
        plain = drop_marks(plain).translate(_TO_LATIN)
    return _WORD.findall(_DRAWN_OUT.sub(r"\1", plain))[:MAX_WORDS]


def fold(text: str) -> str:
    """Return the folded words with one blank between them."""
    return " ".join(fold_words(text))


@cache
def traditional_to_simplified() -> dict[int, str]:
    """Return the simplified form of each traditional Chinese character."""
    return {ord(pair[0]): pair[1] for line in _table("traditional") for pair in line.split()}


@cache
def pinyin_of_characters() -> dict[str, str]:
    """Return the syllable without tone that spells each common Chinese character."""
    return {char: line.split()[0] for line in _table("pinyin") for char in line.split()[1]}


@cache
def pinyin_syllables() -> frozenset[str]:
    return frozenset(line.split()[0] for line in _table("pinyin"))


def split_pinyin(word: str) -> list[str]:
    """Return the syllables of a word in pinyin, the fewest that spell it; the word itself if it is no pinyin."""
    syllables, word = pinyin_syllables(), word.replace("lv", "lu").replace("nv", "nu")
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before, after = best[start], best[end]
            if before is None or word[start:end] not in syllables:
                continue
            if after is None or len(before) + 1 < len(after):
                best[end] = [*before, word[start:end]]
    return best[-1] or [word]


def _table(name: str) -> list[str]:
    text = files("gateway.understanding").joinpath("tables", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]

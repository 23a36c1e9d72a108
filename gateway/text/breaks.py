"""Where a text may be broken, between two pages or two parts of one text.

A page that ends in *not* says the opposite of its sentence, and a path of keys that is torn apart leads nowhere. So no
break comes after a word that stays with the next, after a number that counts something, after a colon, before an hour
(*since 20:40*), or within a path of keys.
"""

import re
from collections.abc import Iterator
from typing import Final

StaysWithNext = frozenset[str]
"""one language's words, in lower case, after which no page ends; one that ends in ' begins words, as the French n'"""

_NO_WORDS: Final[StaysWithNext] = frozenset()
_CLOSING_MARKS: Final = frozenset(",.;:!?)]}、。，；：！？）》」』”’")
_OPENING_MARKS: Final = "([{\"'«“„‘（《「『"
_COMMAS: Final = (",", "，", "、")
_COLONS: Final = (":", "：")
_HOUR: Final = re.compile(r"\d{1,2}:\d\d")
_MARKS_OF_THE_WORD_BEFORE: Final = ("!", "?", ":", ";", "»")
"""French writes a blank before them"""
_ITEM_NUMBER: Final = re.compile(r"\d{1,2}[.)]")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'»”’)]*(?=\s|$)|[。？！][」』”’）]*|\n")
_CLAUSE_END: Final = re.compile(r"[，；。？！]|;(?=\s)|\n")
_LONGEST_WORD: Final = 60
_IDEOGRAPHS: Final = "\u2e80"
"""From here on, characters are words: a text can be broken after each."""


def find_break(text: str, max_chars: int, words: StaysWithNext = _NO_WORDS) -> int:
    """Return the last index up to `max_chars` where a reader expects a break.

    If all words before it stay together, it is the last blank; in one long word it is `max_chars`.
    """
    if max_chars >= len(text):
        return len(text)
    last_blank = 0
    for end in range(max_chars, 0, -1):
        if _is_between_words(text, end):
            if not is_glued(text, end, words):
                return end
            last_blank = last_blank or end
    return last_blank or max_chars


def line_ends(text: str) -> list[int]:
    """Return the index after each line but the last, in order."""
    return [found.end() for found in re.finditer("\n", text)]


def sentence_ends(text: str, words: StaysWithNext = _NO_WORDS) -> list[int]:
    """Return the index after each sentence and line, in order."""
    return list(_ends(_SENTENCE_END, text, words))


def clause_marks(text: str, words: StaysWithNext = _NO_WORDS) -> list[int]:
    """Return the index after each line, semicolon and Chinese mark, in order."""
    return list(_ends(_CLAUSE_END, text, words))


def is_inside_word(text: str, end: int) -> bool:
    """Whether a break at this index would tear a word."""
    return 0 < end < len(text) and not _is_between_words(text, end)


def is_glued(text: str, end: int, words: StaysWithNext = _NO_WORDS) -> bool:
    """Whether the words before and after this index stay together, so that no page ends between them."""
    before, after = text[max(0, end - _LONGEST_WORD) : end], text[end : end + _LONGEST_WORD]
    head, tail = before.rstrip(), after.lstrip()
    if not head or not tail or "\n" in before[len(head) :] + after[: len(after) - len(tail)]:
        return False
    last = head.split()[-1].lstrip(_OPENING_MARKS)
    if last.endswith(_COLONS) or _HOUR.match(tail) or tail.startswith(_MARKS_OF_THE_WORD_BEFORE):
        return True
    following = tail.lstrip(_OPENING_MARKS)[:1]
    if last.endswith(_COMMAS):  # the keys `4, 3` or `7, PIN, 4`
        return last[-2:-1].isdigit() or following.isdigit()
    counts = last[-1:].isdigit() and (following.isalnum() or following == "%")
    return counts or bool(_ITEM_NUMBER.fullmatch(last)) or _stays_with_next(last, words)


def _stays_with_next(last: str, words: StaysWithNext) -> bool:
    plain = last.casefold()
    return plain in words or any(
        plain.startswith(word) if word.endswith("'") else word >= _IDEOGRAPHS and last.endswith(word) for word in words
    )


def _ends(pattern: re.Pattern[str], text: str, words: StaysWithNext) -> Iterator[int]:
    return (found.end() for found in pattern.finditer(text) if not is_glued(text, found.end(), words))


def _is_between_words(text: str, end: int) -> bool:
    before, after = text[end - 1], text[end]
    return after.isspace() or before.isspace() or (before >= _IDEOGRAPHS and after not in _CLOSING_MARKS)

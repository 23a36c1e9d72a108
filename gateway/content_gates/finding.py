"""What a gate finds in the words of one language."""

from collections.abc import Iterator
from typing import NamedTuple


class ContentFinding(NamedTuple):
    """One fault in words that phones show. It has the words of catalogs, and no number of a person."""

    language: str
    """code of the language"""
    place: str
    """the file, and the English sentence, the topic or the screen"""
    problem: str
    """what is wrong, in one sentence without its full stop"""
    remedy: str
    """what to do, in the imperative"""
    is_fatal: bool = False
    """the sentence cannot be sent: phones show the words before it"""
    gives_away: bool = False
    """other people who read the phone learn what it is about"""

    def __str__(self) -> str:
        return f"{self.language}: {self.place}: {self.problem}: {self.remedy}"


ContentFindings = Iterator[ContentFinding]

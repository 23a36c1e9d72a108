"""A question that we texted to a phone, and what each answer to it means."""

from typing import Final

import msgspec

CODE_DIGITS: Final = 4
"""digits of a fresh code; every other answer has fewer"""


class Choice(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One answer. Four digits are a fresh code: who sends them has this phone in hand."""

    answer: str
    """what the person sends: a number or word of a list, or a fresh code of four digits"""
    meaning: str = ""
    """what the text then means, as `JOIN`; empty: what its own words mean"""
    area: str = ""
    """the id of the area that the answer names"""
    kind: str = ""
    """the need that the answer names"""

    @property
    def is_code(self) -> bool:
        return len(self.answer) == CODE_DIGITS


class OpenQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """The question of one phone. It is kept sealed, and dropped with the first answer."""

    text: str
    """what was texted, and is read again with the answer"""
    until: int
    """Unix seconds"""
    choices: tuple[Choice, ...] = ()
    lang: str = ""
    """the language in which it was asked"""
    place_for: str = ""
    """the meaning for which a place is asked: then the name of a place answers too"""
    kind: str = ""
    """the need for which a place is asked"""

    @property
    def code(self) -> str:
        """The fresh code among the answers, or an empty string."""
        return next((choice.answer for choice in self.choices if choice.is_code), "")

"""What texts and screens need of a language: its sentences, from English. `translations` gives it."""

from typing import Protocol


class Translator(Protocol):
    """One language's sentences. A sentence that the language lacks stays English."""

    @property
    def lang(self) -> str:
        """The language's code, as `sw`."""

    def __call__(self, text: str, /) -> str:
        """Return the sentence in this language."""

    def ngettext(self, singular: str, plural: str, count: int, /) -> str:
        """Return the form for `count`; the numeral is left to the caller to fill in."""

    def pgettext(self, context: str, text: str, /) -> str:
        """Return the sentence where the same English has another meaning elsewhere."""

    def keyword(self, keyword: str, /) -> str:
        """Return the word to print for an SMS keyword, in capitals."""

    def normalise(self, text: str, /) -> str:
        """Return the text as this language's phones show it, without accents that would make it UCS-2."""

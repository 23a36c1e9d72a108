"""The translator of one language: the interface that texts and screens use. `translations` implements it."""

from typing import Protocol


class Translator(Protocol):
    """Translates English sentences into one language. A sentence without a translation stays English."""

    @property
    def lang(self) -> str:
        """The language's code, as `sw`."""

    @property
    def stays_with_next(self) -> frozenset[str]:
        """Words, as *not*, after which no page ends."""

    def __call__(self, text: str, /) -> str:
        """Return the sentence in this language."""

    def ngettext(self, singular: str, plural: str, count: int, /) -> str:
        """Return the form for `count`. The calling code fills the number in."""

    def pgettext(self, context: str, text: str, /) -> str:
        """Return the sentence for a context, because the same English has another meaning in other contexts."""

    def keyword(self, keyword: str, /) -> str:
        """Return the word to print for an SMS keyword, in capitals."""

    def normalise(self, text: str, /) -> str:
        """Return the text as phones of this language show it, without accents that would make it UCS-2."""

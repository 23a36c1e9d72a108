"""One language's sentences, as `_` in the code. It is always a parameter, never global. No I/O."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.text import gsm

Messages = Mapping[tuple[str, str], tuple[str, ...]]
"""(context or "", English singular) -> translation, one form for each plural of the language"""

Normalise = Callable[[str], str]
"""A text -> the text as this language's phones show it, without accents that GSM-7 lacks and meaning does not need"""


def N_(text: str) -> str:  # noqa: N802
    """Return the text itself. The call marks it for extraction where it cannot be translated yet."""
    return text


def pgettext(context: str, text: str) -> str:
    """Return the text itself. The call marks it for extraction, with a context for one meaning of the same English."""
    return text


class CatalogTranslator:
    """Translates from English; a sentence that the catalog lacks stays English. Threads share it: it never changes."""

    __slots__ = ("_keywords", "_messages", "_plural_rule", "lang", "normalise", "stays_with_next")

    def __init__(
        self,
        lang: str,
        messages: Messages,
        plural_rule: Callable[[int], int],
        normalise: Normalise = gsm.normalise_text,
        stays_with_next: frozenset[str] = frozenset(),
        keywords: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`keywords`: the word that the language prints for each keyword."""
        self.lang = lang
        self.stays_with_next = stays_with_next
        self.normalise = normalise
        self._messages = messages
        self._plural_rule = plural_rule
        self._keywords = keywords

    def __call__(self, text: str) -> str:
        return self._messages.get(("", text), (text,))[0]

    def pgettext(self, context: str, text: str) -> str:
        """Return the sentence in this language, where the same English has another meaning elsewhere."""
        return self._messages.get((context, text), (text,))[0]

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form for `count`; the numeral itself is left to the caller to fill in."""
        forms = self._messages.get(("", singular))
        if forms is None:
            return singular if count == 1 else plural
        return forms[min(self._plural_rule(count), len(forms) - 1)]

    def keyword(self, keyword: str) -> str:
        """Return the word to print for a keyword, as in "reply STOP": the first that this language lists."""
        return self._keywords.get(keyword, keyword).upper()

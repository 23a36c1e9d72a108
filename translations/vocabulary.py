"""The SMS keywords, and every word that people may send for them in any language."""

from collections.abc import Mapping
from typing import Final

from gateway.errors import BadInput
from translations.languages import Language, Languages
from translations.normalise import normalise_words
from translations.translator import KEYWORD_CONTEXT, pgettext

# Translators: list, with commas, the words that people would text; the first is the one we print.
# No word may mean two things in any two languages; none may say "safe".
CALLER_KEYWORDS: Final = (
    pgettext("keyword", "JOIN"),
    pgettext("keyword", "STOP"),
    pgettext("keyword", "HELP"),
    pgettext("keyword", "ALERTS"),
    pgettext("keyword", "RIGHTS"),
    pgettext("keyword", "CLINIC"),
    pgettext("keyword", "REPORT"),
    pgettext("keyword", "LANG"),
    pgettext("keyword", "DELETE"),
    pgettext("keyword", "YES"),
    pgettext("keyword", "SAFE"),
    pgettext("keyword", "SOS"),
)
STAFF_KEYWORDS: Final = (
    pgettext("keyword", "ALERT"),
    pgettext("keyword", "CONFIRM"),
    pgettext("keyword", "REJECT"),
    pgettext("keyword", "CLEAR"),
    pgettext("keyword", "UPDATE"),
)
KEYWORDS: Final = CALLER_KEYWORDS + STAFF_KEYWORDS


def load_keywords(languages: Languages) -> dict[str, str]:
    """Every accepted word or phrase, folded with `plain_words` -> its keyword.

    The words to stop are taken from all languages shipped, offered here or not: nobody is kept by a language.
    Raises BadInput when a word means two things in any two languages, or a catalog invents a keyword.
    """
    found = {normalise_words(keyword): keyword for keyword in KEYWORDS}
    for language in (*languages, *languages.not_offered):
        for keyword, words in _accepted_words(language).items():
            if language in languages or keyword == "STOP":
                _add_words(found, words, keyword, language.code)
    return found


def _accepted_words(language: Language) -> Mapping[str, list[str]]:
    """The language's keyword entries, unfolded. English is listed like any other."""
    entries = {
        text: forms[0].split(",") for (context, text), forms in language.messages.items() if context == KEYWORD_CONTEXT
    }
    for keyword in entries:
        if keyword not in KEYWORDS:
            raise BadInput(f"{language.code}: there is no keyword {keyword}; there are {', '.join(KEYWORDS)}")
    return entries


def _add_words(found: dict[str, str], words: list[str], keyword: str, code: str) -> None:
    for word in filter(None, map(normalise_words, words)):
        if found.setdefault(word, keyword) != keyword:
            raise BadInput(f"{code}: the word '{word}' means {keyword} here and {found[word]} elsewhere; take one out")

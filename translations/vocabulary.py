"""The SMS keywords, and the words that people may send for each of them in any language."""

from collections.abc import Mapping
from typing import Final

from gateway.errors import BadInput
from translations.languages import Language, Languages
from translations.normalise import normalise_words
from translations.translator import CLINIC_CONTEXT, KEYWORD_CONTEXT, pgettext

# Translators: list, with commas, the words that people would text; the first is the one we print.
# No word may mean two things in any two languages.
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
    # Translators: what somebody texts to say "I am back"; the words may say "safe", which our own sentences never do.
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

# Translators: list, with commas, the single words by which a clinic's nurse would accept a visitor. We print none.
CLINIC_ACCEPTS: Final = pgettext("clinic keyword", "OK")


def load_keywords(languages: Languages) -> dict[str, str]:
    """Return the keyword of each accepted word or phrase, the phrase in the form of `normalise_words`.

    The words for STOP come from all languages shipped, offered here or not: language keeps nobody subscribed.
    Raises BadInput for a word that means two things in any two languages, and for an unknown keyword in a catalog.
    """
    found = {normalise_words(keyword): keyword for keyword in KEYWORDS}
    for language in (*languages, *languages.not_offered):
        for keyword, words in _accepted_words(language).items():
            if language in languages or keyword == "STOP":
                _add_words(found, words, keyword, language.code)
    return found


def load_clinic_words(languages: Languages) -> frozenset[str]:
    """Return the words by which a clinic accepts a visitor, of all languages shipped, as `normalise_words` has them."""
    lists = (one.messages.get((CLINIC_CONTEXT, CLINIC_ACCEPTS), ()) for one in (*languages, *languages.not_offered))
    words = {normalise_words(word) for forms in lists for form in forms for word in form.split(",")}
    return frozenset({normalise_words(CLINIC_ACCEPTS), *words} - {""})


def _accepted_words(language: Language) -> Mapping[str, list[str]]:
    """Return the language's keyword entries as they stand in its catalog. English has a list like any other."""
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

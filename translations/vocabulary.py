"""The SMS keywords, and the words that people may send for each of them in any language."""

from collections.abc import Iterable

from gateway.errors import BadInput
from gateway.understanding.fold import fold
from translations.languages import Languages
from translations.normalise import normalise_words
from translations.phrases import CLINIC_ANSWERS, CLINIC_REPORT, KEYWORDS


def load_keywords(languages: Languages) -> dict[str, str]:
    """Return the keyword of each accepted word or phrase, the phrase in the form of `normalise_words`.

    The words for STOP come from all languages shipped, offered here or not: language keeps nobody subscribed.
    Raises BadInput for a word that means two things in any two languages.
    """
    found = {normalise_words(keyword): keyword for keyword in KEYWORDS}
    for language in (*languages, *languages.not_offered):
        for keyword, words in language.phrases.keywords.items():
            if language in languages or keyword == "STOP":
                _add_words(found, words, keyword, language.code)
    return found


def load_clinic_words(languages: Languages) -> dict[str, int]:
    """Return the number of the answer that each word or phrase of a clinic means, as `normalise_words` has them.

    The words are those of all languages shipped, because a nurse may speak another language than the callers.
    """
    books = [language.phrases for language in (*languages, *languages.not_offered)]
    return {
        normalise_words(word): number
        for book in books
        for number, answer in enumerate(CLINIC_ANSWERS, 1)
        for word in book.clinic.get(answer, ())
    }


def load_report_words(languages: Languages) -> dict[str, str]:
    """Return what each word or phrase of a clinic's report stands for, as `CLINIC_REPORT` names it; folded."""
    books = [language.phrases for language in (*languages, *languages.not_offered)]
    return {fold(word): name for book in books for name in CLINIC_REPORT for word in book.clinic.get(name, ())}


def _add_words(found: dict[str, str], words: Iterable[str], keyword: str, code: str) -> None:
    for word in filter(None, map(normalise_words, words)):
        if found.setdefault(word, keyword) != keyword:
            raise BadInput(f"{code}: the word '{word}' means {keyword} here and {found[word]} elsewhere; take one out")

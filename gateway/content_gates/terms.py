"""Gate: one term for one idea. The glossary of each language has the agreed words and the words to avoid."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.glossary import Term
from gateway.content_gates.language_texts import LanguageTexts, topic_place
from translations import KEYWORDS, normalise_words
from translations.forbidden_words import find_in_normalised
from translations.languages import SOURCE_LANGUAGE

_KEYWORD: Final = re.compile(rf"\b({'|'.join(KEYWORDS)})\b")
"""a word in capitals that people send: the gate of capitals reads it"""
_VALUE: Final = re.compile(r"\{\w*\}")
"""the name of a value, as {alerts}: it is no word of the sentence"""


def find_wrong_terms(texts: LanguageTexts) -> ContentFindings:
    for name, place, english, said in _texts_with_english(texts):
        plain = normalise_words(_KEYWORD.sub("", english)), normalise_words(said)
        for term in texts.glossary.terms:
            if name not in term.exceptions:
                yield from _find_in_text(texts.code, term, place, *plain)


def _texts_with_english(texts: LanguageTexts) -> Iterator[tuple[str, str, str, str]]:
    """Yield each text: its name in exceptions, its place, its English and what it says in this language."""
    for sentence in texts.sentences:
        for form in sentence.forms:
            yield sentence.msgid, sentence.place, _VALUE.sub(" ", sentence.msgid), _VALUE.sub(" ", form)
    sources = texts.languages.written_topics(SOURCE_LANGUAGE) if _has_english(texts) else []
    english = {topic.slug: topic for topic in sources}
    for topic in texts.written_topics:
        source = english.get(topic.slug)
        name = f"{topic.group}/{topic.slug}"
        said = f"{topic.title}\n{topic.body}"
        yield name, topic_place(texts, topic), f"{source.title}\n{source.body}" if source else "", said


def _has_english(texts: LanguageTexts) -> bool:
    return SOURCE_LANGUAGE in texts.languages.codes


def _find_in_text(code: str, term: Term, place: str, english: str, said: str) -> ContentFindings:
    """`english` and `said`: in the form of `normalise_words`."""
    if wrong := find_in_normalised(term.avoid, said):
        yield ContentFinding(
            code, place, f"'{wrong[0]}' is not the agreed word for: {term.idea}", _remedy(term, "use another word")
        )
    elif term.agreed and find_in_normalised(term.english, english) and not find_in_normalised(term.agreed, said):
        yield ContentFinding(code, place, f"no agreed word stands for: {term.idea}", _remedy(term, ""))


def _remedy(term: Term, otherwise: str) -> str:
    return f"say {' or '.join(term.agreed)}" if term.agreed else otherwise

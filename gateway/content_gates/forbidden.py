"""Gate: no word stands on a phone that must stand nowhere. A word of other people may be quoted, in quotation marks."""

import re
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, topic_place

_QUOTED: Final = re.compile(r"[\"“«][^\"”»]*[\"”»]")
_DENIED: Final = re.compile(r"does not mean safe")
"""the one sentence that may name safety: it denies it"""


def find_forbidden_words(texts: LanguageTexts) -> ContentFindings:
    said = [(sentence.place, form) for sentence in texts.sentences for form in sentence.forms]
    said += [(topic_place(texts, topic), f"{topic.title}\n{topic.body}") for topic in texts.topics]
    for place, text in said:
        own = _without_keywords(texts, _DENIED.sub("", _QUOTED.sub("", text)))
        for word in sorted(set(texts.language.forbidden_words.find_forbidden(own))):
            yield ContentFinding(texts.code, place, f"the word '{word}' stands on no phone", "say it in other words")


def _without_keywords(texts: LanguageTexts, text: str) -> str:
    """Return the text without the printed keyword SAFE, which callers send and we promise nothing with."""
    return text.replace(texts.translator.keyword("SAFE"), "").replace("SAFE", "")

"""Gate: a word printed in capitals is the first that its own language accepts, and means what it is printed for.

A word of another language would be answered in that language, and could subscribe the reader there.
"""

import re
from collections.abc import Mapping
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts, Sentence
from translations import KEYWORDS, Language, normalise_words

INTERNATIONAL: Final = frozenset({"sos", "stop"})
"""words that people and networks know in every country; each language may print them"""
_CAPITALS: Final = re.compile(r"(?<![\w{])[^\W\d_]{2,}(?![\w}])")
_PRINTED: Final = {word: re.compile(rf"\b{word}\b") for word in KEYWORDS}


def find_wrong_capitals(texts: LanguageTexts) -> ContentFindings:
    accepted = _accepted_words(texts.language)
    every_word = {word: name for one in texts.languages for word, name in _accepted_words(one).items()}
    every_word.update({normalise_words(name): name for name in KEYWORDS})
    yield from _find_borrowed_words(texts, accepted)
    for sentence in texts.sentences:
        yield from _find_in_sentence(texts, sentence, every_word)


def _find_borrowed_words(texts: LanguageTexts, accepted: Mapping[str, str]) -> ContentFindings:
    """Find a keyword whose printed word another language lists too."""
    for keyword in KEYWORDS:
        word = normalise_words(texts.translator.keyword(keyword))
        owners = [one.code for one in texts.languages if one.code != texts.code and word in _accepted_words(one)]
        if not texts.is_source and word not in INTERNATIONAL and (owners or word not in accepted):
            yield ContentFinding(
                texts.code,
                f"keyword {keyword}",
                f"its printed word {word.upper()} is a word of {', '.join(owners) or 'the English code'}",
                "put a word of this language first in the list",
            )


def _find_in_sentence(texts: LanguageTexts, sentence: Sentence, every_word: Mapping[str, str]) -> ContentFindings:
    wanted = {texts.translator.keyword(name) for name in KEYWORDS if _PRINTED[name].search(sentence.msgid)}
    for form in sentence.forms:
        printed = {word for word in _CAPITALS.findall(form) if word == word.upper() != word.lower()}
        wrong = {word for word in printed if normalise_words(word) in every_word} - wanted
        missing = {word for word in wanted if word not in printed and word not in form}
        for word in sorted(wrong):
            meaning = every_word[normalise_words(word)]
            yield ContentFinding(
                texts.code,
                sentence.place,
                f"{word} is printed, which means {meaning} and is not what the sentence prints in this language",
                f"print {' and '.join(sorted(missing or wanted)) or 'the word in small letters'}",
            )
        if missing and not wrong:
            yield ContentFinding(
                texts.code,
                sentence.place,
                f"the English prints a keyword, and the translation lacks {' and '.join(sorted(missing))}",
                "print the first word of this language's list",
            )


def _accepted_words(language: Language) -> dict[str, str]:
    """Return the keyword of each word that this language itself lists."""
    return {
        normalise_words(word): name
        for name, words in language.phrases.keywords.items()
        if name in KEYWORDS
        for word in words
        if normalise_words(word)
    }

"""Gate: a phrase has one meaning, our question fits one text, and the examples are read as they are meant."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts
from gateway.text.gsm import count_segments
from gateway.understanding.fold import PLACE, fold
from gateway.understanding.gates import ASKABLE
from gateway.understanding.gazetteer import Gazetteer
from gateway.understanding.linear_model import load_model
from gateway.understanding.meaning import Meaning, Reading
from gateway.understanding.question_text import list_options
from gateway.understanding.text_reader import TextReader
from menus.sms.questions import HOUSE_OPTIONS
from translations import Languages
from translations.phrases import FILE_NAME

PLACE_IN_EXAMPLES: Final = "{place}"
_NO_PLACES: Final = Gazetteer(())


def find_phrase_faults(texts: LanguageTexts) -> ContentFindings:
    file = f"{texts.code}/{FILE_NAME}"
    yield from _find_claimed_twice(texts, file)
    yield from _find_bad_labels(texts, file)
    yield from _find_misread_examples(texts, file)


def _find_claimed_twice(texts: LanguageTexts, file: str) -> ContentFindings:
    """Find a phrase that stands for one meaning here and for another here or in another language."""
    claims: dict[str, dict[Meaning, str]] = {}
    for language in (*texts.languages, *texts.languages.not_offered):
        for meaning, phrases in language.phrases.for_reader(language.code).whole.items():
            for phrase in phrases:
                claims.setdefault(fold(phrase), {}).setdefault(meaning, language.code)
    for meaning, phrases in texts.language.phrases.for_reader(texts.code).whole.items():
        for phrase in phrases:
            for other, code in claims[fold(phrase)].items():
                if other is not meaning:
                    yield ContentFinding(
                        texts.code,
                        file,
                        f"'{phrase}' means {meaning} here and {other} in {code}",
                        "take one of them out",
                    )


def _find_bad_labels(texts: LanguageTexts, file: str) -> ContentFindings:
    labels: Mapping[str, str] = texts.language.phrases.labels
    if not texts.language.phrases.phrases:  # a language that has no file of its own yet
        return
    for meaning in ASKABLE:
        if meaning not in labels:
            yield ContentFinding(texts.code, file, f"[labels] lacks {meaning}", "write a few neutral words for it")
        elif revealing := texts.language.forbidden_words.find_revealing(labels[meaning]):
            yield ContentFinding(
                texts.code, file, f"the label of {meaning} has '{revealing[0]}', which tells others what we are",
                "say it in neutral words", gives_away=True,
            )  # fmt: skip
    if all(meaning in labels for meaning in ASKABLE) and count_segments(house_question(texts)) > 1:
        yield ContentFinding(
            texts.code,
            file,
            f"the question with {', '.join(HOUSE_OPTIONS)} is longer than one text",
            "shorten the labels",
        )


def house_question(texts: LanguageTexts) -> str:
    """Return the question to a text of which nothing is known, as it leaves."""
    labels, _ = texts.language.phrases.labels, texts.translator
    options = [(str(number), labels[meaning]) for number, meaning in enumerate(HOUSE_OPTIONS, 1)]
    listed = list_options([*options, ("0", labels[Meaning.HELP])])
    return _.normalise(_("Send a number: {options}").format(options=listed))


def _find_misread_examples(texts: LanguageTexts, file: str) -> ContentFindings:
    reader = _reader(texts.languages)
    for meaning, examples in texts.language.phrases.examples.items():
        for example in examples:
            reading = reader.read(example.replace(PLACE_IN_EXAMPLES, PLACE), texts.code, _NO_PLACES)
            if not is_read_as(reading, meaning):
                read = reading.meaning or f"a question about {', '.join(reading.options) or 'everything'}"
                yield ContentFinding(
                    texts.code, file, f"the example '{example}' of {meaning} is read as {read}",
                    "add its words to the lists of [concepts] where they belong",
                )  # fmt: skip


def is_read_as(reading: Reading, meaning: str) -> bool:
    """Whether the text acts as it is meant, or is asked about with that choice. OTHER is right when it does nothing."""
    if meaning == Meaning.OTHER or reading.meaning in (None, Meaning.OTHER):
        return reading.meaning in (None, Meaning.OTHER) and (meaning == Meaning.OTHER or meaning in reading.options)
    return reading.meaning == meaning


@lru_cache(maxsize=4)
def _reader(languages: Languages) -> TextReader:
    every = (*languages, *languages.not_offered)
    return TextReader([language.phrases.for_reader(language.code) for language in every], load_model())

"""Reads a text: places, listed phrases, concepts, the model's guesses and the gates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.understanding import concepts as c
from gateway.understanding.cry import CryReading, read_cry
from gateway.understanding.features import text_features
from gateway.understanding.fold import PLACE, fold, fold_words, is_chinese, pinyin_of_characters
from gateway.understanding.gates import ASKABLE, Judgement, decide, narrow_need
from gateway.understanding.gazetteer import CUES, Gazetteer
from gateway.understanding.linear_model import LinearModel
from gateway.understanding.meaning import Meaning, Reading
from gateway.understanding.tagging import CHINESE, PINYIN, TaggedText, tag_text
from gateway.understanding.word_book import Tag, WordBook, plain_latin_russian

M = Meaning
RUSSIAN: Final = "ru"
_PLACE_MEANINGS: Final = (M.REPORT, M.ALERTS, M.JOIN)
"""meanings of texts that name a place"""
_SENTENCE_END: Final = re.compile(r"[.!?\n\r]+")
_PLACE_HINTS: Final = frozenset({"police", "raid", "happening", "checks", "join"})
_MAX_UNKNOWN_PLACE_WORDS, _MAX_UNKNOWN_PLACE_CHARS = 2, 4
_MAX_OPTIONS_AFTER_GUESS: Final = 4
_MIN_INVITED_ANSWER: Final = 0.2
"""likelihood from which an invited person's text answers the invitation"""
_SAID_TWICE: Final = (M.YES, M.THANKS, M.SAFE)
"""meanings of which two phrases in a row mean the same: `yes i agree`. `let me` and `get out` do not"""
_MAX_PHRASE_WORDS: Final = 12
_MIN_ADDRESSED_CHARS: Final = 3
"""a shorter phrase, as `T`, is said to nobody but us"""
_MAX_TORN_WORDS, _MIN_TORN_CHARS = 3, 4
"""a phrase of one long word may be torn: `sto p`"""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What people text in one language, from its `phrases.toml`."""

    code: str
    whole: Mapping[Meaning, Sequence[str]]
    concepts: Mapping[str, Sequence[str]] = field(repr=False)


class TextReader:
    """Reads texts in all languages at once. `read` is pure: the same text is read alike each time."""

    def __init__(self, languages: Sequence[Phrases], model: LinearModel) -> None:
        self._model = model
        self._books = {phrases.code: _word_book(phrases) for phrases in languages}
        self._whole: dict[str, dict[str, Meaning]] = {phrases.code: {} for phrases in languages}
        for phrases in languages:
            if phrases.code == CHINESE:
                self._books[PINYIN] = _pinyin_book(phrases)
            for meaning, listed in phrases.whole.items():
                for phrase in listed:
                    self._whole[phrases.code].setdefault(fold(phrase), meaning)
        books = self._books.values()
        whole_words = frozenset[str]().union(*(book.whole_words for book in books))
        for book in books:
            book.never_guess(whole_words)
        self.everyday_words = whole_words
        """words that are no sure sign of a place"""
        self.everyday_phrases: frozenset[tuple[str, ...]] = frozenset().union(*(book.whole_phrases for book in books))
        """phrases in which no word is a place, as `kwa bahati mbaya`"""

    def read(
        self, text: str, lang: str, places: Gazetteer, is_running: bool = False, is_invited: bool = False
    ) -> Reading:
        """Return how a text is read.

        `lang` is the language of the phone. `is_running`: a call for help or a safe call of this phone is open.
        `is_invited`: somebody asked this phone to be a contact, and it has not answered.
        """
        words = fold_words(text)
        cut = places.cut(words)
        tagged = tag_text(cut.words, self._books, lang)
        phrase = self._listed_meaning(words, tagged, lang) or self._outer_sentence(text, tagged, lang)
        reading = self._read_phrase(phrase, tagged, is_running) if phrase else None
        reading = reading or self._read_words(tagged, bool(cut.areas), is_running)
        if is_invited:
            reading = _answer_to_invitation(reading)
        return replace(
            reading,
            areas=cut.areas,
            lang=_lang_of_script(text) or tagged.lang,
            concepts=tagged.concepts,
            unknown_words=tagged.words_without_concept,
        )

    def read_cry(self, text: str, lang: str, places: Gazetteer) -> CryReading:
        """Return what the words of a call for help tell: what is wrong, and whether they say where."""
        cut = places.cut(fold_words(text))
        return read_cry(tag_text(cut.words, self._books, lang), bool(cut.areas))

    def concepts_of(self, word: str, lang: str) -> frozenset[str]:
        """Return what one word stands for."""
        tagged = tag_text(fold_words(word), self._books, lang)
        return frozenset(concept for some in tagged.concepts for concept in some)

    def kind_of(self, text: str, lang: str, places: Gazetteer, meaning: str) -> str:
        """Return the likeliest kind of a text whose meaning is known; empty where the meaning has no kinds."""
        tagged = tag_text(places.cut(fold_words(text)).words, self._books, lang)
        by_label = self._model.label_likelihoods(text_features(tagged, self._model))
        of_meaning = {label: p for label, p in by_label.items() if label.partition(".")[0] == meaning}
        kind = max(of_meaning, key=lambda label: of_meaning[label]).partition(".")[2] if of_meaning else ""
        every = frozenset(concept for tag in tagged.tags for concept in tag.concepts)
        return narrow_need(kind, every) if meaning == M.CLINIC else kind

    def features(self, text: str, lang: str) -> dict[str, float]:
        """Return what the model sees of a text in which PLACE stands for places. Training needs it."""
        return text_features(tag_text(fold_words(text), self._books, lang))

    def _read_phrase(self, meaning: Meaning, tagged: TaggedText, is_running: bool) -> Reading:
        """Return the reading of a text that is a listed phrase."""
        if meaning is M.HELP and any("help" in some for some in tagged.concepts):
            return Reading(options=(M.SOS, M.HELP), reason="a phrase: help from somebody, or how it works?")
        is_word = max(map(len, tagged.words), default=0) >= _MIN_ADDRESSED_CHARS
        if (
            meaning is M.STOP
            and is_word
            and tagged.tags
            and all(set(some) <= c.UNADDRESSED for some in tagged.concepts)
        ):
            return Reading(options=(M.SOS, M.STOP), reason="a phrase that may be said to somebody else")
        if is_running and meaning is M.STOP and _may_mean_what_runs(tagged):
            return Reading(options=(M.CANCEL, meaning, M.SOS), reason="a phrase, while something runs")
        return Reading(meaning, is_phrase=True, reason="a phrase")

    def _listed_meaning(self, words: Sequence[str], tagged: TaggedText, lang: str) -> Meaning | None:
        """Return the meaning of a text that is a phrase, with at most a `please` or a `hello` beside it."""
        said = [word for word in words if word != "?"]
        if found := self._phrase(said, lang):
            return found
        if PLACE in tagged.words:
            return None
        padding = {at for tag in tagged.tags if set(tag.concepts) & c.PADDING for at in range(tag.start, tag.end)}
        rest = [word for at, word in enumerate(tagged.words) if at not in padding and word != "?"]
        return self._phrase(rest, lang) if rest and len(rest) < len(said) else None

    def _phrase(self, said: Sequence[str], lang: str) -> Meaning | None:
        """Return the meaning of words that are a phrase, one word repeated, torn or spelt out, or two phrases."""
        if not said or (len(said) > _MAX_PHRASE_WORDS and len(set(said)) > 1):
            return None
        found = self._listed(" ".join(said), lang) or (self._listed(said[0], lang) if len(set(said)) == 1 else None)
        if found or len(said) < 2:
            return found
        joined, is_spelt_out = "".join(said), max(map(len, said)) == 1
        if is_spelt_out or (len(said) <= _MAX_TORN_WORDS and len(joined) >= _MIN_TORN_CHARS):
            found = self._listed(joined, lang)
        for at in range(1, len(said)) if found is None else ():
            first = self._listed(" ".join(said[:at]), lang)
            if first in _SAID_TWICE and first is self._listed(" ".join(said[at:]), lang):
                return first
        return found

    def _listed(self, phrase: str, lang: str) -> Meaning | None:
        """Return the meaning of a phrase, in the phone's language first."""
        books = (self._whole.get(lang, {}), *self._whole.values())
        return next((book[phrase] for book in books if phrase in book), None)

    def _outer_sentence(self, text: str, tagged: TaggedText, lang: str) -> Meaning | None:
        """Return STOP where the first or last sentence is a phrase of it, as before a signature or a quoted text."""
        own_lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
        if len(own_lines) < len(text.splitlines()):
            return self._phrase(fold_words("\n".join(own_lines)), lang)
        sentences = [words for part in _SENTENCE_END.split(text) if (words := fold_words(part))]
        elsewhere = c.DANGER | c.ELSEWHERE
        if len(sentences) < 2 or any(set(some) & elsewhere for some in tagged.concepts):
            return None
        meanings = (self._phrase(sentences[0], lang), self._phrase(sentences[-1], lang))
        return M.STOP if M.STOP in meanings else None

    def _read_words(self, tagged: TaggedText, names_place: bool, is_running: bool) -> Reading:
        reading = self._judge(tagged)
        sure = tagged.without_guesses()
        if reading.meaning and len(sure.tags) < len(tagged.tags):
            reading = self._doubt_guesses(reading, sure)
        if reading.meaning is M.SAFE and is_running:
            reading = Reading(options=(M.SAFE, M.SOS), reason="it would end what runs")
        if not names_place and reading.meaning in (None, M.OTHER, M.REPORT):
            reading = self._read_with_unknown_place(sure) or reading
        return reading

    def _judge(self, tagged: TaggedText) -> Reading:
        by_label = self._model.label_likelihoods(text_features(tagged, self._model))
        judgement = Judgement(tagged, self._model.meaning_likelihoods(by_label), by_label)
        likeliest = tuple((meaning, judgement.by_meaning[meaning]) for meaning in judgement.ranked[:4])
        return replace(decide(judgement), likelihoods=likeliest)

    def _doubt_guesses(self, reading: Reading, sure: TaggedText) -> Reading:
        """Return a question where the act rests on a word that is only spelt alike."""
        without = self._judge(sure)
        if without.meaning is reading.meaning or (reading.meaning is M.SOS and M.SOS in without.options):
            return reading
        asked = dict.fromkeys((reading.meaning, *without.options, M.SOS))
        options = tuple(m for m in asked if m is not None and m in ASKABLE)[:_MAX_OPTIONS_AFTER_GUESS]
        return replace(reading, meaning=None, kind="", options=options, reason="a word that is only spelt alike")

    def _read_with_unknown_place(self, sure: TaggedText) -> Reading | None:
        """Return the reading with the last unknown words as a place that no list has, if it tells of a place."""
        every = {concept for some in sure.concepts for concept in some}
        span = _unknown_place(sure)
        if span is None or not every & _PLACE_HINTS or every & c.SURE_STOP_WORDS:
            return None
        start, end = span
        gone = end - start - 1
        tags = [Tag(tag.start - gone, tag.end - gone, tag.concepts) if tag.start >= end else tag for tag in sure.tags]
        tags.append(Tag(start, start + 1, (c.PLACE_CONCEPT,)))
        words = (*sure.words[:start], PLACE, *sure.words[end:])
        known = frozenset(at if at < end else at - gone for at in sure.known) | {start}
        reading = self._judge(TaggedText(words, tuple(sorted(tags, key=lambda tag: tag.start)), sure.lang, known))
        if reading.meaning not in _PLACE_MEANINGS:
            return None
        return replace(reading, unknown_place=" ".join(sure.words[start:end]))


def _answer_to_invitation(reading: Reading) -> Reading:
    """Return the reading as yes or no where it may well be one. What a yes does waits for a fresh code."""
    if reading.is_phrase or reading.meaning in (M.SOS, M.STOP, M.YES, M.NO):
        return reading
    guesses = dict(reading.likelihoods)
    yes, no = guesses.get(M.YES, 0.0), guesses.get(M.NO, 0.0)
    if max(yes, no) < _MIN_INVITED_ANSWER:
        return reading
    return replace(reading, meaning=M.YES if yes > no else M.NO, kind="", options=(), reason="answers an invitation")


def _may_mean_what_runs(tagged: TaggedText) -> bool:
    """Whether a phrase such as `cancel` or `end` may mean what runs, and not our texts."""
    return any(set(some) & c.ENDINGS for some in tagged.concepts)


def _lang_of_script(text: str) -> str:
    """Return the language of which we know the script: Chinese or Cyrillic letters; empty for Latin ones."""
    if any(is_chinese(char) for char in text):
        return CHINESE
    return RUSSIAN if any("\u0400" <= char <= "\u04ff" for char in text) else ""


def _unknown_place(sure: TaggedText) -> tuple[int, int] | None:
    """Return where the last unknown words begin and end: at most two, or four Chinese characters."""
    unknown = [at for at, word in enumerate(sure.words) if at not in sure.known and word != "?"]
    if not unknown:
        return None
    last = start = unknown[-1]
    most = _MAX_UNKNOWN_PLACE_CHARS if is_chinese(sure.words[last][0]) else _MAX_UNKNOWN_PLACE_WORDS
    while start - 1 in unknown and last - start + 1 < most and sure.words[start - 1] not in CUES:
        start -= 1
    return start, last + 1


def _word_book(phrases: Phrases) -> WordBook:
    respell = plain_latin_russian if phrases.code == RUSSIAN else None
    return WordBook({**phrases.concepts, **c.FIXED_WORDS}, respell)


def _pinyin_book(phrases: Phrases) -> WordBook:
    """Return the words of a Chinese book as their syllables."""
    spelt = {concept: list(map(_in_pinyin, written)) for concept, written in phrases.concepts.items()}
    return WordBook({**spelt, **c.FIXED_WORDS})


def _in_pinyin(entry: str) -> str:
    spelling = pinyin_of_characters()
    return " ".join(spelling.get(word, word) for word in fold_words(entry.strip("*+")))

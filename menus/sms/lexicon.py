"""Everything that is needed to read a text: keywords, the reader of free words, and the labels of our question."""

from collections.abc import Callable, Mapping, Sequence

from gateway.model.area import Atlas
from gateway.understanding.concepts import COURTESY
from gateway.understanding.cry import CryReading
from gateway.understanding.gazetteer import Gazetteer
from gateway.understanding.meaning import Reading
from gateway.understanding.text_reader import TextReader

MAX_KEYWORD_WORDS = 3
_MIN_LANGUAGE_CHARS = 3
"""a shorter word, as `en` or `es`, is a word of its language and not its name"""


class Lexicon:
    """Accepted words in all languages. Threads share it. `normalise` removes case, accents and punctuation."""

    def __init__(
        self,
        keywords: Mapping[str, str],
        normalise: Callable[[str], str],
        clinic_words: Mapping[str, int],
        report_words: Mapping[str, str],
        reader: TextReader,
        labels: Mapping[str, Mapping[str, str]],
        find_language: Callable[[str], str],
    ) -> None:
        """`clinic_words`: the number of the answer that a clinic's words mean. `report_words`: what the folded words of
        its reports stand for. `labels`: by language, then by meaning.

        `find_language` returns the code of the language that a text names, by any of its names, or an empty string.
        """
        self.normalise = normalise
        self._keywords, self._clinic_words = keywords, clinic_words
        self.report_words = report_words
        self._reader, self._labels = reader, labels
        self.find_language = find_language
        self._gazetteer: tuple[Atlas, Gazetteer] | None = None

    def find_keyword(self, words: Sequence[str]) -> tuple[str, int]:
        """Return the longest keyword, in any language, at the beginning of a text, and its number of words."""
        for count in range(min(MAX_KEYWORD_WORDS, len(words)), 0, -1):
            if found := self._keywords.get(" ".join(words[:count])):
                return found, count
        return "", 0

    def keyword_of(self, words: Sequence[str]) -> str:
        """Return the keyword at the beginning of a text, or an empty string."""
        return self.find_keyword(words)[0]

    def clinic_answer(self, words: str) -> int:
        """Return the number of the answer that a clinic's words mean; 0 for other words."""
        return self._clinic_words.get(self.normalise(words), 0)

    def label(self, lang: str, meaning: str) -> str:
        """Return what stands for the meaning in our question, in this language or in English."""
        return self._labels.get(lang, {}).get(meaning) or self._labels["en"][meaning]

    def find_language_in(self, text: str) -> str:
        """Return the code of the language that one of the words names. Chinese words have no blanks between them."""
        words = [
            word for word in self.normalise(text).split() if len(word) >= _MIN_LANGUAGE_CHARS or not word.isascii()
        ]
        parts = (
            word[at : at + size] for word in words if not word.isascii() for size in (3, 2) for at in range(len(word))
        )
        found = [code for code in map(self.find_language, (*words, *parts)) if code]
        return found[-1] if found else ""

    def read(self, text: str, lang: str, atlas: Atlas, is_running: bool = False, is_invited: bool = False) -> Reading:
        """Return how a text is read. See `TextReader.read`."""
        return self._reader.read(text, lang, self.gazetteer(atlas), is_running, is_invited)

    def read_cry(self, text: str, lang: str, atlas: Atlas) -> CryReading:
        """Return what the words of a call for help tell. See `gateway/understanding/cry.py`."""
        return self._reader.read_cry(text, lang, self.gazetteer(atlas))

    def is_courtesy(self, word: str, lang: str) -> bool:
        """Whether a word only makes a text polite: `please`, `thanks`."""
        found = self._reader.concepts_of(word, lang)
        return bool(found) and found <= COURTESY

    def kind_of(self, text: str, lang: str, atlas: Atlas, meaning: str) -> str:
        """Return which need or which kind of alert a text tells of, where its meaning is known."""
        return self._reader.kind_of(text, lang, self.gazetteer(atlas), meaning)

    def gazetteer(self, atlas: Atlas) -> Gazetteer:
        """Return the names of the areas. They are indexed again when the areas were imported again."""
        known = self._gazetteer
        if known is None or known[0] is not atlas:
            named = ((name, area.id) for area in atlas for name in (area.name, *area.aliases))
            known = self._gazetteer = (
                atlas,
                Gazetteer(named, self._reader.everyday_words, self._reader.everyday_phrases),
            )
        return known[1]

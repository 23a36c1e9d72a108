"""The languages this deployment speaks, in the order in which phones offer them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError

from gateway.errors import BadInput
from gateway.text.translator import Translator
from translations.catalog import LanguageCatalog, RefusedSentence, catalog_path, read_catalog
from translations.country_words import CountryWords, read_country_words
from translations.forbidden_words import ForbiddenWords, read_forbidden_words
from translations.normalise import normalise_words
from translations.page_breaks import read_page_breaks
from translations.phrases import PhraseBook, read_phrases
from translations.slots import Slots, read_slots
from translations.topic_switches import TopicSwitches, read_switches
from translations.topics import Topic, TopicReader, sort_topics
from translations.translator import CatalogTranslator, Messages

TRANSLATIONS_DIR: Final = Path(__file__).parent
SOURCE_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `name` is its name for its speakers, in letters that every phone shows."""

    code: str
    name: str
    reviewed_by: str
    messages: Messages = field(repr=False, compare=False)
    translator: Translator = field(repr=False, compare=False)
    forbidden_words: ForbiddenWords = field(repr=False, compare=False)
    phrases: PhraseBook = field(default=PhraseBook(), repr=False, compare=False)
    """what people text in this language"""
    refused: tuple[RefusedSentence, ...] = field(default=(), repr=False, compare=False)
    """translations that could not be sent, so that phones show the words before them"""

    def gettext(self, text: str) -> str:
        """Return the sentence in this language, or in English."""
        return self.translator(text)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form for `count`, in this language or in English."""
        return self.translator.ngettext(singular, plural, count)

    def pgettext(self, context: str, text: str) -> str:
        """Return the sentence with that context, in this language or in English."""
        return self.translator.pgettext(context, text)


class Languages:
    """The configured languages, the default first. An object never changes: new words are a new object."""

    def __init__(
        self,
        offered: Sequence[Language],
        not_offered: Sequence[Language],
        topics: Mapping[str, list[Topic]],
        topics_off: Mapping[str, str],
    ) -> None:
        """`topics`: by language, also those that stand off."""
        self.codes: tuple[str, ...] = tuple(language.code for language in offered)
        self.not_offered: tuple[Language, ...] = tuple(not_offered)
        self.topics_off = topics_off
        """why each topic that no phone lists stands off, by `group/slug`"""
        self._offered = {language.code: language for language in offered}
        self._written = topics
        self._topics = {code: [one for one in some if one.name not in topics_off] for code, some in topics.items()}
        self._by_typed_name = _index_typed_names(offered)

    def __iter__(self) -> Iterator[Language]:
        return iter(self._offered.values())

    def __len__(self) -> int:
        return len(self._offered)

    def __getitem__(self, code: str) -> Language:
        return self._offered[code]

    @property
    def default(self) -> Language:
        """Return the language for people who have not chosen one."""
        return self._offered[self.codes[0]]

    def get(self, code: str | None) -> Language:
        """Return the language of a stored code; the default without a code, and for a language no longer offered."""
        return self._offered.get(code or "", self.default)

    def name_for(self, code: str, reader: str) -> str:
        """Return the name of a language in the language of a reader, as `Russian`; its own name where none is known."""
        own = self.get(code)
        try:
            names = Locale.parse(reader).languages
        except (UnknownLocaleError, ValueError):
            return own.name
        known = names.get(own.code) or names.get(own.code.partition("_")[0])
        return own.translator.normalise(known) if known else own.name

    def find_typed(self, text: str) -> Language | None:
        """Return the language typed: its place in the list from 1, its code, or its name in any offered language."""
        return self._by_typed_name.get(normalise_words(text))

    def topics(self, code: str) -> list[Topic]:
        """Return the rights topics to read in that language, in order. A topic that it lacks is there in English."""
        return self._topics[code]

    def written_topics(self, code: str) -> list[Topic]:
        """Return the same with the topics that stand off, in order: for whoever checks their words."""
        return self._written[code]


def load(
    codes: Sequence[str],
    content_dir: Path | None = None,
    for_paper: bool = False,
    *,
    country: str = "",
    answered: bool = False,
) -> Languages:
    """Read catalogs, topics and slots of the languages `codes`; the content directory's files win over ours.

    With `for_paper`, words keep the accents that phones would have to drop. `country` (ISO 3166) chooses the words that
    differ by country. `answered`: whether somebody is named to answer questions, so that topics may say "ask us".
    Raises BadInput, naming the file, for a language without a catalog and for a file with an error.
    """
    if not codes or len(set(codes)) != len(codes):
        raise BadInput("languages are to be listed once each, and at least one, as in en,sw")
    files = _Files([TRANSLATIONS_DIR, content_dir] if content_dir else [TRANSLATIONS_DIR], for_paper, country)
    slots, switches = read_slots(content_dir), read_switches(content_dir)
    shipped = shipped_codes()
    languages = {code: files.read_language(code) for code in dict.fromkeys((*codes, *shipped))}
    needed = dict.fromkeys((SOURCE_LANGUAGE, *codes))
    read = {code: files.read_topics(languages[code], slots, answered) for code in needed}
    topics = {code: read[SOURCE_LANGUAGE] | read[code] for code in codes}
    every = [topic for some in (read[SOURCE_LANGUAGE], *topics.values()) for topic in some.values()]
    _check_slots(slots, every)
    off = _reasons_off(switches, every)
    return Languages(
        [languages[code] for code in codes],
        [languages[code] for code in shipped if code not in codes],
        {code: sort_topics(some.values()) for code, some in topics.items()},
        off,
    )


def shipped_codes() -> list[str]:
    """Return the codes of the languages that come with the service."""
    return sorted(path.parents[1].name for path in TRANSLATIONS_DIR.glob(str(catalog_path("*"))))


@dataclass(frozen=True, slots=True)
class _Files:
    """The folders of languages, the organisation's last, and how their words are read."""

    folders: Sequence[Path]
    for_paper: bool
    country: str

    def read_language(self, code: str) -> Language:
        book = read_catalog(code, self.folders, self.for_paper, self._read_words(code))
        forbidden_words = read_forbidden_words(code, self.folders)
        phrases = read_phrases(code, self.folders)
        return Language(
            code,
            book.name,
            book.reviewed_by,
            book.messages,
            self._translator(code, book, phrases),
            forbidden_words,
            phrases,
            book.refused,
        )

    def read_topics(self, language: Language, slots: Slots, answered: bool) -> dict[tuple[str, str], Topic]:
        words = self._read_words(language.code)
        return TopicReader(language.translator, slots, words, answered).read_all(self.folders)

    def _read_words(self, code: str) -> CountryWords:
        return read_country_words(code, self.folders, self.country)

    def _translator(self, code: str, book: LanguageCatalog, phrases: PhraseBook) -> CatalogTranslator:
        together = read_page_breaks(code, self.folders, book.normalise)
        printed = {name: book.normalise(word) for name, word in phrases.printed.items()}
        return CatalogTranslator(code, book.messages, book.plural_rule, book.normalise, together, printed)


def _reasons_off(switches: TopicSwitches, topics: Sequence[Topic]) -> dict[str, str]:
    """Return why each topic stands off. The English reason counts; a topic off in one language is off in all."""
    switches.check_names({topic.name for topic in topics})
    own_reasons = {topic.name: topic.off_reason for topic in reversed(topics) if topic.off_reason}
    return switches.off_reasons(own_reasons)


def _check_slots(slots: Slots, topics: Sequence[Topic]) -> None:
    known = {name for topic in topics for name in topic.slots}
    for name in slots:
        if name not in known:
            raise BadInput(f"slots.toml: no topic has a slot {name}; there are {', '.join(sorted(known))}")


def _index_typed_names(offered: Sequence[Language]) -> dict[str, Language]:
    """Return the language of each text that people may type. Numbers go first, so that no name can take one."""
    choices = {str(place): language for place, language in enumerate(offered, 1)}
    for language in offered:
        short = language.code.split("_")[0]
        for typed in (
            language.code,
            language.name,
            short,
            *_localised_names(language.code, [one.code for one in offered]),
        ):
            choices.setdefault(normalise_words(typed), language)
    return choices


def _localised_names(code: str, readers: Sequence[str]) -> list[str]:
    """Return the language's name in its own and in each reader's language. Babel does not know all (not Acholi)."""
    names: list[str | None] = []
    for reader in (SOURCE_LANGUAGE, code, *readers):
        try:
            names.append(Locale.parse(code).get_language_name(reader))
        except (UnknownLocaleError, ValueError):
            continue
    return [name for name in names if name]

"""What phones show of one deployment: catalogs, topics and the organisation's files, read and replaced as one."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

import translations
from gateway.errors import BadInput, MwavuliError
from gateway.logs import describe_error
from gateway.model.profile import OrganisationProfile
from gateway.model.world import ReadyAnswer, Topic
from gateway.profile import build_profile, names_somebody_to_ask
from gateway.settings import Settings
from gateway.understanding.linear_model import load_model
from gateway.understanding.text_reader import TextReader
from menus.engine.engine import Engine
from menus.sms.lexicon import Lexicon

log = logging.getLogger("mwavuli.content")


@dataclass(frozen=True)
class Content:
    """Everything that is read from catalogs and from the content folder at one time."""

    languages: translations.Languages
    profile: OrganisationProfile
    engine: Engine
    topics_by_code: Mapping[str, tuple[Topic, ...]] = field(repr=False)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What reads texts. It takes a second and tens of MiB, so a process that reads no texts never builds it."""
        return build_lexicon(self.languages)

    @property
    def has_lexicon(self) -> bool:
        return "lexicon" in self.__dict__

    def topics(self, code: str) -> tuple[Topic, ...]:
        """Return the rights topics to read in that language; none where it is not offered."""
        return self.topics_by_code.get(code, ())


def load_languages(settings: Settings, for_paper: bool = False) -> translations.Languages:
    """Load the languages with this country's words. `for_paper` keeps all accents. Raises BadInput."""
    return languages_loader(settings)(settings.languages, settings.content_dir, for_paper)


def languages_loader(settings: Settings) -> Callable[..., translations.Languages]:
    """Return `translations.load` with this country's words, and with or without somebody to ask."""
    try:
        answered = names_somebody_to_ask(settings)
    except BadInput:
        answered = bool(settings.hotline)
    return partial(translations.load, country=settings.region, answered=answered)


def read_content(settings: Settings, languages: translations.Languages | None = None) -> Content:
    """Read the content of the settings' languages, unless the caller passes `languages` that it loaded before.

    A sentence that could not be sent stops nothing: the words before it stay, and an alarm names it.
    Raises BadInput that names the file to mend.
    """
    languages = languages or load_languages(settings)
    for refused in (sentence for language in languages for sentence in language.refused):
        log.error("ALARM: a sentence is refused, the words before it stay: %s", refused)
    keywords = translations.load_keywords(languages)  # a word that means two things is an error of the content
    return Content(
        languages,
        build_profile(settings, languages),
        Engine(
            {language.code: language.translator for language in languages},
            find_meaning=lambda typed: keywords.get(translations.normalise_words(typed), ""),
        ),
        {code: tuple(_shown_topic(t) for t in languages.topics(code)) for code in languages.codes},
    )


def build_lexicon(languages: translations.Languages) -> Lexicon:
    """Return what reads texts: in all languages that we ship, offered here or not. Raises BadInput."""
    every = [*languages, *languages.not_offered]

    def find_language(typed: str) -> str:
        found = languages.find_typed(typed)
        return found.code if found else ""

    return Lexicon(
        translations.load_keywords(languages),
        translations.normalise_words,
        translations.load_clinic_words(languages),
        translations.load_report_words(languages),
        _text_reader(tuple((language.code, language.phrases) for language in every)),
        {language.code: language.phrases.labels for language in every},
        find_language,
    )


@lru_cache(maxsize=2)
def _text_reader(books: tuple[tuple[str, translations.PhraseBook], ...]) -> TextReader:
    """Return the reader of these books. It is built again only when a book changed."""
    return TextReader([book.for_reader(code) for code, book in books], load_model())


class LiveContent:
    """The content in use. A thread reads it again when its version changes; content with an error is refused."""

    def __init__(self, settings: Settings, content: Content):
        self.current = content
        self._settings = settings
        self._lock = threading.Lock()
        self._noticed: bytes | None = None
        self._is_reading = False

    def notice_version(self, version: bytes | None) -> None:
        """Start to read the content if this version is new. The caller does not wait for it.

        The first version that a process sees is new too: it may be younger than what the process read at its start.
        """
        if version == self._noticed:
            return
        with self._lock:
            starts, self._noticed = version != self._noticed and not self._is_reading, version
            self._is_reading = self._is_reading or starts
        if starts:
            threading.Thread(target=self._read_until_current, name="content", daemon=True).start()

    def _read_until_current(self) -> None:
        """Read the content, again if its version changed meanwhile."""
        while True:
            version = self._noticed
            self._read()
            with self._lock:
                if version == self._noticed:
                    self._is_reading = False
                    return

    def _read(self) -> None:
        try:
            content = read_content(self._settings)
            if self.current.has_lexicon:
                _ = content.lexicon  # before it is in use: no text waits for it
            self.current = content
        except Exception as error:  # noqa: BLE001  whatever is wrong with the files, the words in use stay
            reason = error if isinstance(error, MwavuliError) else describe_error(error)
            log.error("ALARM: the new content is refused, the words in use stay: %s", reason)
        else:
            log.info("new content is in use")


def _shown_topic(topic: translations.Topic) -> Topic:
    return Topic(topic.slug, topic.group, topic.title, topic.body, tuple(ReadyAnswer(*each) for each in topic.answers))

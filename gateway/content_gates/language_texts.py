"""Everything that one language says, as the gates read it: sentences as written, topics, keywords and glossary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.catalog import Message

from gateway.content_gates.glossary import Glossary, read_glossary
from gateway.text.translator import Translator
from translations import Language, Languages, Topic
from translations.catalog import RefusedSentence, catalog_path, read_catalog
from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR
from translations.update import ROOT, extract_template, flatten_forms

"""contexts of lists of words that people send to us"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the code and its translation as written, with all accents."""

    context: str
    english: tuple[str, ...]
    """the English, or its singular and plural"""
    forms: tuple[str, ...]
    file: str
    sources: tuple[str, ...] = ()
    """files of the code that say it, such as `menus/sos.py`; none: no code says it"""
    notes: tuple[str, ...] = ()

    @property
    def msgid(self) -> str:
        return self.english[0]

    @property
    def place(self) -> str:
        return f"{self.file}, {self.msgid!r}"


@dataclass(frozen=True)
class LanguageTexts:
    """One language as phones show it: our words, and the organisation's over them."""

    code: str
    sentences: tuple[Sentence, ...]
    topics: tuple[Topic, ...]
    """topics in this language that phones list"""
    language: Language
    languages: Languages
    glossary: Glossary = field(default_factory=Glossary)
    refused: tuple[RefusedSentence, ...] = ()
    topic_bodies: Mapping[str, str] = field(default_factory=dict)
    """by slug: the body as written, with its slots, one blank line between paragraphs"""
    written_topics: tuple[Topic, ...] = ()
    """topics in this language, also those that stand off until the organisation turns them on"""

    @property
    def translator(self) -> Translator:
        return self.language.translator

    @property
    def is_source(self) -> bool:
        """Whether this is the language of the code."""
        return self.code == SOURCE_LANGUAGE


def read_language_texts(code: str, languages: Languages, content_dir: Path | None = None) -> LanguageTexts:
    """Read what the gates need of one of the loaded languages. Raises BadInput that names a file with an error."""
    folders = [TRANSLATIONS_DIR, content_dir] if content_dir else [TRANSLATIONS_DIR]
    book = read_catalog(code, folders, for_paper=True)
    topics = tuple(topic for topic in languages.topics(code) if topic.lang == code)
    written = tuple(topic for topic in languages.written_topics(code) if topic.lang == code)
    return LanguageTexts(
        code,
        tuple(_read_sentences(code, book.messages, book.paths)),
        topics,
        languages[code],
        languages,
        read_glossary(code, folders),
        book.refused,
        {topic.slug: read_topic_body(code, topic, folders) for topic in written},
        written,
    )


def _read_sentences(
    code: str, messages: Mapping[tuple[str, str], tuple[str, ...]], paths: Mapping[tuple[str, str], Path]
) -> list[Sentence]:
    """Return the sentences of the code that the language has, then those that no code says any more."""
    found = []
    remaining = dict(messages)
    for message in template_messages():
        english = flatten_forms(message.id)
        key = (message.context or "", english[0])
        forms = remaining.pop(key, english if code == SOURCE_LANGUAGE else None)
        if forms is not None:
            path = paths.get(key, TRANSLATIONS_DIR / catalog_path(code))
            sources = tuple(sorted({file for file, _line in message.locations}))
            found.append(Sentence(key[0], english, forms, describe_path(path), sources, tuple(message.auto_comments)))
    return found + [Sentence(key[0], (key[1],), forms, describe_path(paths[key])) for key, forms in remaining.items()]


@cache
def template_messages() -> tuple[Message, ...]:
    """Return every sentence of the code, as Babel finds it."""
    return tuple(message for message in extract_template() if message.id)


def describe_path(path: Path) -> str:
    """Return a file of ours by its place in the repository, any other by its whole path."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def topic_path(code: str, topic: Topic, folders: Sequence[Path]) -> Path:
    """Return the file that the topic was read from: the last folder's."""
    part = Path(code, "topics", topic.group, f"{topic.slug}.txt")
    return next((path for folder in reversed(folders) if (path := folder / part).is_file()), folders[0] / part)


def read_topic_body(code: str, topic: Topic, folders: Sequence[Path]) -> str:
    """Return the topic's body as written, behind its head."""
    text = topic_path(code, topic, folders).read_text("utf-8-sig")
    return text.partition("\n\n")[2].strip()


def topic_place(texts: LanguageTexts, topic: Topic) -> str:
    return f"{texts.code}, topic {topic.group}/{topic.slug}"

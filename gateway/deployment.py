"""One deployment, opened: settings, languages, key and store, as every process needs them."""

from dataclasses import dataclass

import translations
from gateway import unlocked
from gateway.house import furnished
from gateway.keyring import NAME, open_vault
from gateway.model.caller import Topic
from gateway.settings import Settings
from gateway.store import Connection, Store
from menus.engine import Engine
from menus.texting import Lexicon


@dataclass(frozen=True)
class Deployment:
    settings: Settings
    languages: translations.Languages
    store: Store
    engine: Engine
    lexicon: Lexicon


def open_deployment(settings: Settings, languages: translations.Languages | None = None) -> Deployment:
    """Open the keyring and read the content. This function sends nothing to Redis.

    `languages` are loaded from the settings unless the caller passes languages that it loaded before.
    Raises Locked without a key, and BadInput for an error in the settings or in the content.
    """
    vault = open_vault(key_of(settings), settings.data_dir / NAME)
    languages = languages or translations.load(settings.languages, settings.content_dir)
    topics = {code: tuple(_as_shown(t) for t in languages.topics(code)) for code in languages.codes}
    store = Store(
        Connection(settings.redis_url),
        vault,
        settings,
        furnished(settings, languages),
        lambda code: topics.get(code, ()),
    )
    engine = Engine({language.code: language.translator for language in languages})
    lexicon = Lexicon(translations.keywords(languages), translations.plain_words)
    return Deployment(settings, languages, store, engine, lexicon)


def key_of(settings: Settings) -> str:
    """MWAVULI_KEY, or what was typed at `mwavuli unlock`; nothing where neither was."""
    return settings.key or unlocked.read(settings.data_dir)


def _as_shown(topic: translations.Topic) -> Topic:
    return Topic(topic.slug, topic.group, topic.title, topic.body)

"""One deployment, opened: settings, languages, key and store, as every process needs them."""

from dataclasses import dataclass

import translations
from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_vault
from gateway.model.caller import Topic
from gateway.profile import build_profile
from gateway.settings import Settings
from gateway.store import Connection, Store
from menus.engine.engine import Engine
from menus.sms.dispatch import Lexicon


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
    vault = open_vault(find_key(settings), settings.data_dir / KEYRING_FILE)
    languages = languages or translations.load(settings.languages, settings.content_dir)
    topics = {code: tuple(_shown_topic(t) for t in languages.topics(code)) for code in languages.codes}
    store = Store(
        Connection(settings.redis_url),
        vault,
        settings,
        build_profile(settings, languages),
        lambda code: topics.get(code, ()),
    )
    engine = Engine({language.code: language.translator for language in languages})
    lexicon = Lexicon(
        translations.load_keywords(languages), translations.normalise_words, translations.load_clinic_words(languages)
    )
    return Deployment(settings, languages, store, engine, lexicon)


def find_key(settings: Settings) -> str:
    """MWAVULI_KEY, or what was typed at `mwavuli unlock`; nothing where neither was."""
    return settings.key or unlock_file.read_unlock_file(settings.data_dir)


def _shown_topic(topic: translations.Topic) -> Topic:
    return Topic(topic.slug, topic.group, topic.title, topic.body)

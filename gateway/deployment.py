"""One deployment, opened: settings, languages, key and store, as every process needs them."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import translations
from gateway.model.caller import House, Topic
from gateway.model.helper import Helper, parse_helpers
from gateway.settings import Settings
from gateway.store import Connection, Store
from gateway.vault import open_vault
from menus.engine import Engine
from menus.texting import Lexicon

KEYRING = "keyring"


@dataclass(frozen=True)
class Deployment:
    settings: Settings
    languages: translations.Languages
    store: Store
    engine: Engine
    lexicon: Lexicon


def open_deployment(settings: Settings) -> Deployment:
    """Raises Locked without a key, BadInput for what is wrong in settings or content. Redis is not asked yet."""
    languages = translations.load(settings.languages, settings.content_dir)
    vault = open_vault(settings.key, settings.data_dir / KEYRING)
    topics = {code: tuple(_as_shown(t) for t in languages.topics(code)) for code in languages.codes}
    store = Store(
        Connection(settings.redis_url), vault, settings, _house(settings, languages), lambda code: topics.get(code, ())
    )
    engine = Engine({language.code: language.translator for language in languages})
    lexicon = Lexicon(translations.keywords(languages), translations.plain_words)
    return Deployment(settings, languages, store, engine, lexicon)


def _as_shown(topic: translations.Topic) -> Topic:
    return Topic(topic.slug, topic.group, topic.title, topic.body)


def _house(settings: Settings, languages: translations.Languages) -> House:
    return House(
        name=settings.name,
        service_code=settings.service_code,
        hotline=settings.hotline,
        languages=tuple((language.code, language.name) for language in languages),
        zone=ZoneInfo(settings.timezone),
        approvals=settings.approvals,
        proposal_audience=settings.tuning.proposal_audience,
        free_to_dial=settings.tuning.free_to_dial,
        alert_seconds=settings.times.alert,
        alert_longest=settings.times.alert_longest,
        keep_alert=settings.times.keep_alert,
        helpers=read_helpers(settings.content_dir),
    )


def read_helpers(content_dir: Path | None) -> tuple[Helper, ...]:
    """Whom the organisation names beside itself; nobody where there is no file. Raises BadInput."""
    path = content_dir / "helpers.toml" if content_dir else None
    return parse_helpers(path.read_text("utf-8")) if path and path.is_file() else ()

"""One deployment, opened: settings, languages, key and store, as every process needs them."""

from dataclasses import dataclass

import translations
from gateway.content import LiveContent, read_content
from gateway.crypto import unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_vault
from gateway.settings import Settings
from gateway.store import Connection, Store
from menus.engine.engine import Engine
from menus.sms.dispatch import Lexicon


@dataclass(frozen=True)
class Deployment:
    settings: Settings
    store: Store
    content: LiveContent

    @property
    def languages(self) -> translations.Languages:
        return self.content.current.languages

    @property
    def engine(self) -> Engine:
        return self.content.current.engine

    @property
    def lexicon(self) -> Lexicon:
        return self.content.current.lexicon

    def follow_content(self) -> None:
        """Use new content soon after `mwavuli language --publish`. For processes that stay; a command ends sooner."""
        self.store.world_cache.content = self.content


def open_deployment(settings: Settings, languages: translations.Languages | None = None) -> Deployment:
    """Open the keyring and read the content. This function sends nothing to Redis.

    `languages` are loaded from the settings unless the caller passes languages that it loaded before.
    Raises Locked without a key, and BadInput for an error in the settings or in the content.
    """
    vault = open_vault(find_key(settings), settings.data_dir / KEYRING_FILE)
    content = read_content(settings, languages)
    store = Store(Connection(settings.redis_url), vault, settings, content.profile, content.topics)
    return Deployment(settings, store, LiveContent(settings, content))


def find_key(settings: Settings) -> str:
    """MWAVULI_KEY, or what was typed at `mwavuli unlock`; nothing where neither was."""
    return settings.key or unlock_file.read_unlock_file(settings.data_dir)

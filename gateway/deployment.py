"""One deployment: settings, languages, key and store, as every process needs them, and how a process opens it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import translations
from gateway import actions
from gateway.content import LiveContent, read_content
from gateway.crypto import environment_key, unlock_file
from gateway.crypto.keyring import KEYRING_FILE, open_vault
from gateway.discovery import import_modules
from gateway.errors import KeyLocked, MwavuliError
from gateway.settings import Settings
from gateway.store import AccessMonitor, Connection, Store, startup
from menus.engine.engine import Engine
from menus.sms.lexicon import Lexicon

import_modules(actions)

log = logging.getLogger("mwavuli.deployment")
RETRY_INTERVAL_S = 1.0
"""seconds between two attempts to open the deployment"""
LOG_INTERVAL_S = 60.0
"""seconds after which the log repeats why the deployment stays closed"""

Opened = TypeVar("Opened")


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
    Raises KeyLocked without a key, and BadInput for an error in the settings or in the content.
    """
    vault = open_vault(find_key(settings), settings.data_dir / KEYRING_FILE)
    content = read_content(settings, languages)
    store = Store(Connection(settings.redis_url), vault, settings, content.profile, content.topics)
    return Deployment(settings, store, LiveContent(settings, content))


def find_key(settings: Settings) -> str:
    """Return MWAVULI_KEY or the key typed at `mwavuli unlock`, or an empty string where neither is there."""
    return environment_key.taken_key() or settings.key or unlock_file.read_unlock_file(settings.data_dir)


class DeploymentLoader(Generic[Opened]):
    """Opens the deployment once its key is there, and drops it when access to the store closes.

    `build` makes what the process needs on top of the deployment. `consequence` says in the log what does not work
    while the deployment is closed.
    """

    def __init__(
        self, read_settings: Callable[[], Settings], build: Callable[[Deployment], Opened], consequence: str
    ) -> None:
        self._read_settings, self._build, self._consequence = read_settings, build, consequence
        self._lock = threading.Lock()
        self._retry_at = 0.0
        self._logged_reason, self._log_again_at = "", 0.0
        self.opened: Opened | None = None

    def load(self) -> Opened:
        """Return what was built, after opening the deployment where it is closed.

        Raises KeyLocked without a key and within RETRY_INTERVAL_S of a failed attempt, BadInput for a wrong key or
        wrong settings, and StoreUnavailable while Redis does not answer or its access is closed.
        """
        opened = self.opened  # another thread may close it between two reads
        if opened is not None:
            return opened
        with self._lock:
            opened = self.opened
            if opened is None:
                opened = self._open()
        return opened

    def close(self) -> None:
        """Drop the key, and everything that was opened with it."""
        self.opened = None

    def _open(self) -> Opened:
        deployment = self._try_to_open()
        opened = self.opened = self._build(deployment)
        AccessMonitor(deployment.store.access_state, self).start()  # last: it may close what was opened at once
        return opened

    def _try_to_open(self) -> Deployment:
        if time.monotonic() < self._retry_at:
            raise KeyLocked("closed: the last attempt to open failed a moment ago")
        try:
            deployment = open_deployment(self._read_settings())
            deployment.store.initialise_or_check_layout()
            deployment.store.access_state.check()
            startup.log_durability(deployment.store.connection)
            deployment.follow_content()
        except MwavuliError as error:
            self._retry_at = time.monotonic() + RETRY_INTERVAL_S
            self._log_failure(str(error))
            raise
        self._logged_reason = ""
        return deployment

    def _log_failure(self, reason: str) -> None:
        """Log an alarm once for each reason and LOG_INTERVAL_S, not once for each caller."""
        now = time.monotonic()
        if reason != self._logged_reason or now >= self._log_again_at:
            log.error("ALARM: %s: %s", self._consequence, reason)
            self._logged_reason, self._log_again_at = reason, now + LOG_INTERVAL_S

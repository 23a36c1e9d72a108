"""The web's deployment, opened as soon as its key is there; until then, and when it is taken away, doors are closed."""

import logging
import threading
import time
from dataclasses import dataclass

import translations
from gateway.deployment import Deployment, open_deployment
from gateway.errors import KeyLocked, MwavuliError
from gateway.settings import Settings
from gateway.store import AccessMonitor
from gateway.store.commands import CommandRunner
from gateway.text.wording import apology_text
from gateway.turns.delivery_reports import DeliveryReportHandler, OptOutHandler
from gateway.turns.missed_calls import MissedCallHandler
from gateway.turns.sms import SmsHandler
from gateway.turns.ussd import UssdHandler
from jobs.notify import Notifier

log = logging.getLogger("mwavuli.web")
RETRY_INTERVAL_S = 2.0
"""seconds between two attempts to open"""
LOG_INTERVAL_S = 60.0
"""seconds after which a log hears again why the doors are closed"""


@dataclass(frozen=True)
class Service:
    """Everything a webhook calls."""

    deployment: Deployment
    ussd: UssdHandler
    sms: SmsHandler
    delivery_reports: DeliveryReportHandler
    opt_outs: OptOutHandler
    missed_calls: MissedCallHandler
    notifier: Notifier
    command_runner: CommandRunner


class ServiceLoader:
    """Opens the service; `apology` can be said even while it is closed."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.service: Service | None = None
        self._lock = threading.Lock()
        self._last_attempt_at = 0.0
        self._last_logged = ("", 0.0)
        languages = translations.load(settings.languages, settings.content_dir)
        self.apology = "END " + apology_text(settings.hotline, languages.default.translator)

    def load(self) -> Service:
        """Raises Locked without a key, BadInput where it is the wrong one, StoreAway before Redis first answers."""
        if self.service is not None:
            return self.service
        with self._lock:
            if self.service is not None:
                return self.service
            opened = self.service = self._try_to_load()
        AccessMonitor(opened.deployment.store.access_state, self).start()
        return opened

    def close(self) -> None:
        """Forget the key, and everything that was opened with it."""
        self.service = None

    def _try_to_load(self) -> Service:
        if time.monotonic() - self._last_attempt_at < RETRY_INTERVAL_S:
            raise KeyLocked("closed: no key yet")
        self._last_attempt_at = time.monotonic()
        try:
            deployment = open_deployment(self.settings)
            deployment.store.initialise_or_check_layout()
            deployment.store.access_state.check()
        except MwavuliError as error:
            self._log_failure(str(error))
            raise
        self._last_logged, self._last_attempt_at = ("", 0.0), 0.0
        return Service(
            deployment,
            UssdHandler(deployment),
            SmsHandler(deployment),
            DeliveryReportHandler(deployment),
            OptOutHandler(deployment),
            MissedCallHandler(deployment),
            Notifier(deployment.store.create_rq_client()),
            deployment.store.create_async_runner(),
        )

    def _log_failure(self, reason: str) -> None:
        """An alarm for whoever reads the log, not one line a caller."""
        said, at = self._last_logged
        if said != reason or time.monotonic() - at > LOG_INTERVAL_S:
            log.error("ALARM: doors stay closed, callers read an apology: %s", reason)
            self._last_logged = (reason, time.monotonic())

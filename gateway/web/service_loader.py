"""The deployment of the web process, opened as soon as its key is there. Without the key callers read an apology."""

import logging
import threading
import time
from dataclasses import dataclass

import translations
from gateway.deployment import Deployment, open_deployment
from gateway.errors import KeyLocked, MwavuliError
from gateway.settings import Settings
from gateway.store import AccessMonitor, schema
from gateway.store.async_connection import AsyncConnection
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
"""seconds after which the reason is logged again"""


@dataclass(frozen=True)
class Service:
    """Everything that a webhook calls."""

    deployment: Deployment
    ussd: UssdHandler
    sms: SmsHandler
    delivery_reports: DeliveryReportHandler
    opt_outs: OptOutHandler
    missed_calls: MissedCallHandler
    notifier: Notifier
    async_connection: AsyncConnection


class ServiceLoader:
    """Opens the service. `apology` needs no key."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.service: Service | None = None
        self._lock = threading.Lock()
        self._last_attempt_at = 0.0
        self._last_logged = ("", 0.0)
        languages = translations.load(settings.languages, settings.content_dir)
        self.apology = apology_text(settings.hotline, languages.default.translator)

    def load(self) -> Service:
        """Return the open service. Raises KeyLocked without a key, BadInput for a wrong key, StoreUnavailable."""
        if self.service is not None:
            return self.service
        with self._lock:
            if self.service is not None:
                return self.service
            opened = self.service = self._try_to_load()
        AccessMonitor(opened.deployment.store.access_state, self).start()
        return opened

    def close(self) -> None:
        """Drop the key and everything that was opened with it."""
        self.service = None

    def _try_to_load(self) -> Service:
        if time.monotonic() - self._last_attempt_at < RETRY_INTERVAL_S:
            raise KeyLocked("no key yet")
        self._last_attempt_at = time.monotonic()
        try:
            deployment = open_deployment(self.settings)
            schema.initialise_or_check(deployment.store.connection)
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
            Notifier(deployment.store.connection.create_rq_client()),
            AsyncConnection(deployment.store.connection),
        )

    def _log_failure(self, reason: str) -> None:
        """Log an alarm, once for a reason and a minute, and not once a caller."""
        said, at = self._last_logged
        if said != reason or time.monotonic() - at > LOG_INTERVAL_S:
            log.error("ALARM: the service is locked, callers read an apology: %s", reason)
            self._last_logged = (reason, time.monotonic())

"""The web's deployment, opened as soon as its key is there; until then, and when it is taken away, doors are closed."""

import logging
import threading
import time
from dataclasses import dataclass

import translations
from gateway.deployment import Deployment, open_deployment
from gateway.errors import Locked, MwavuliError
from gateway.settings import Settings
from gateway.store import Watch, schema
from gateway.store.wire import Wire
from gateway.turns.calls import Calls
from gateway.turns.reports import DeliveryReports, OptOuts
from gateway.turns.sms import Sms
from gateway.turns.ussd import Ussd
from gateway.wording import sorry
from jobs.ring import Bell

log = logging.getLogger("mwavuli.web")
KNOCK = 2.0
"""seconds between two attempts to open"""
REMIND = 60.0
"""seconds after which a log hears again why the doors are closed"""


@dataclass(frozen=True)
class Service:
    """Everything a webhook calls."""

    deployment: Deployment
    ussd: Ussd
    sms: Sms
    reports: DeliveryReports
    opt_outs: OptOuts
    calls: Calls
    bell: Bell
    wire: Wire


class Doors:
    """Opens the service; `apology` can be said even while it is closed."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.service: Service | None = None
        self._lock = threading.Lock()
        self._knocked = 0.0
        self._told = ("", 0.0)
        languages = translations.load(settings.languages, settings.content_dir)
        self.apology = "END " + sorry(settings.hotline, languages.default.translator)

    def open(self) -> Service:
        """Raises Locked without a key, BadInput where it is the wrong one, StoreAway before Redis first answers."""
        if self.service is not None:
            return self.service
        with self._lock:
            if self.service is not None:
                return self.service
            opened = self.service = self._knock()
        Watch(opened.deployment.store.door, self).start()
        return opened

    def close(self) -> None:
        """Forget the key, and everything that was opened with it."""
        self.service = None

    def _knock(self) -> Service:
        if time.monotonic() - self._knocked < KNOCK:
            raise Locked("closed: no key yet")
        self._knocked = time.monotonic()
        try:
            deployment = open_deployment(self.settings)
            schema.fit(deployment.store.connection)
            deployment.store.door.look()
        except MwavuliError as error:
            self._tell(str(error))
            raise
        self._told, self._knocked = ("", 0.0), 0.0
        return Service(
            deployment, Ussd(deployment), Sms(deployment), DeliveryReports(deployment), OptOuts(deployment),
            Calls(deployment),            Bell(deployment.store.connection.for_rq()), Wire(deployment.store.connection),
        )  # fmt: skip

    def _tell(self, why: str) -> None:
        """An alarm for whoever reads the log, not one line a caller."""
        said, at = self._told
        if said != why or time.monotonic() - at > REMIND:
            log.error("ALARM: doors stay closed, callers read an apology: %s", why)
            self._told = (why, time.monotonic())

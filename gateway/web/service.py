"""The web's deployment, opened as soon as its key is there; until then the doors are closed."""

import logging
import threading
import time
from dataclasses import dataclass

import translations
from gateway.deployment import Deployment, open_deployment
from gateway.errors import Locked, MwavuliError
from gateway.settings import Settings
from gateway.store.wire import Wire
from gateway.turns.reports import DeliveryReports, OptOuts
from gateway.turns.sms import Sms
from gateway.turns.ussd import Ussd
from gateway.wording import sorry
from jobs.ring import Bell

log = logging.getLogger("mwavuli.web")
KNOCK = 2.0
"""seconds between two attempts to open"""


@dataclass(frozen=True)
class Service:
    """Everything a webhook calls."""

    deployment: Deployment
    ussd: Ussd
    sms: Sms
    reports: DeliveryReports
    opt_outs: OptOuts
    bell: Bell
    wire: Wire


class Doors:
    """Opens the service; `apology` can be said even while it is closed."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.service: Service | None = None
        self._lock = threading.Lock()
        self._knocked = 0.0
        languages = translations.load(settings.languages, settings.content_dir)
        self.apology = "END " + sorry(settings.hotline, languages.default.translator)

    def open(self) -> Service:
        """Raises Locked without a key, BadInput where it is the wrong one."""
        if self.service is not None:
            return self.service
        with self._lock:
            opened = self.service or self._knock()
            self.service = opened
        return opened

    def _knock(self) -> Service:
        if time.monotonic() - self._knocked < KNOCK:
            raise Locked("closed: no key yet")
        self._knocked = time.monotonic()
        try:
            deployment = open_deployment(self.settings)
        except MwavuliError as error:
            log.error("doors stay closed: %s", error)
            raise
        return Service(
            deployment, Ussd(deployment), Sms(deployment), DeliveryReports(deployment), OptOuts(deployment),
            Bell(deployment.store.connection.for_rq()), Wire(deployment.store.connection),
        )  # fmt: skip

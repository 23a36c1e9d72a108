"""What every job has at hand: the deployment, a provider, the bell. Built once in each worker."""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gateway import settings
from gateway.crypto.vault import Purpose
from gateway.deployment import Deployment, open_deployment
from gateway.errors import KeyLocked, StoreUnavailable
from gateway.logs import ContextThreadPool
from gateway.model.caller import World
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.staff import Staff
from gateway.numbers import Number
from gateway.providers import Provider, build_provider
from gateway.store import AccessMonitor, RateLimiter, Store, Transaction
from jobs.notify import Notifier
from jobs.sending.concurrency import ConcurrencyLimit
from translations import Translator

log = logging.getLogger("mwavuli.jobs")
RETRY_INTERVAL_S = 1.0
"""seconds between two attempts to open"""
LOG_INTERVAL_S = 60.0
"""seconds after which a log hears again why nothing is done"""


@dataclass(frozen=True)
class JobContext:
    deployment: Deployment
    provider: Provider
    notifier: Notifier
    rate_limiter: RateLimiter
    pool: ThreadPoolExecutor = field(repr=False)
    concurrency: ConcurrencyLimit

    @property
    def store(self) -> Store:
        return self.deployment.store

    @property
    def times(self) -> settings.Times:
        return self.deployment.settings.times

    def translator(self, lang: str) -> Translator:
        return self.deployment.languages.get(lang).translator

    def staff_number(self, person: Staff) -> Number:
        return self.store.number(person.token, Purpose.STAFF)

    def text_staff(self, transaction: Transaction, person: Staff, text: str, now: float) -> None:
        """Text a member of staff or a clinic."""
        text = self.translator(person.lang).normalise(text)
        self.queue_text(transaction, self.staff_number(person), text, Lane.ALERTS, LegalBasis.STAFF, now)

    def queue_text(
        self, transaction: Transaction, to: Number, text: str, lane: Lane, legal_basis: LegalBasis, now: float
    ) -> str:
        """Returns the text's id."""
        lasts = self.deployment.settings.tuning.quiet.max_age if lane is Lane.BULK else self.times.message
        message = OutboundText(to.to_int(), text, lane, legal_basis, int(now) + lasts)
        return self.store.queue_message(transaction, message, now)

    def area_name(self, world: World, area: str) -> str:
        found = world.atlas.get(area)
        return found.name if found else ""


def build_context(deployment: Deployment) -> JobContext:
    """Make what the jobs need on top of a deployment: the provider, the notifier and the limits on sending."""
    values = deployment.settings
    bell = Notifier(deployment.store.create_rq_client())
    pool = ContextThreadPool(values.tuning.sending.in_flight, thread_name_prefix="send")
    pace = deployment.store.create_rate_limiter()
    return JobContext(
        deployment, build_provider(values), bell, pace, pool, ConcurrencyLimit(values.tuning.sending.in_flight)
    )


class ContextHolder:
    """This process's context, while it may be held."""

    def __init__(self) -> None:
        self._context: JobContext | None = None

    def open(self) -> JobContext:
        """From the environment. Raises Locked, StoreAway, BadInput."""
        if self._context is None:
            built = build_context(open_deployment(settings.load(os.environ)))
            built.store.initialise_or_check_layout()
            built.store.access_state.check()
            self._context = built
            AccessMonitor(built.store.access_state, self).start()
            return built
        return self._context

    def close(self) -> None:
        """Forget the key; what is asked for next is opened anew."""
        self._context = None


_holder = ContextHolder()
current_context = _holder.open
"""This process's context. Raises Locked, StoreAway, BadInput."""


def wait_for_context(should_continue: Callable[[], bool] = lambda: True) -> JobContext | None:
    """As `current`, but waits for a key, for Redis, for an open door; None where `goes_on` says that is enough."""
    told = 0.0
    while should_continue():
        try:
            return current_context()
        except (KeyLocked, StoreUnavailable) as why:
            if time.monotonic() - told > LOG_INTERVAL_S:
                log.error("ALARM: nothing is sent: %s", why)
                told = time.monotonic()
            time.sleep(RETRY_INTERVAL_S)
    return None

"""The context of every job: the deployment, the provider, the notifier and the limits. Built once in each process."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from gateway import settings
from gateway.crypto.vault import Purpose
from gateway.deployment import RETRY_INTERVAL_S, Deployment, DeploymentLoader
from gateway.errors import KeyLocked, StoreUnavailable
from gateway.logs import ContextThreadPool
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.numbers import Number
from gateway.providers import Provider
from gateway.providers.senders import build_provider
from gateway.store import RateLimiter, Store, Transaction
from jobs.notify import Notifier
from jobs.sending.concurrency import ConcurrencyLimit
from translations import Translator


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

    def text_staff(self, transaction: Transaction, person: Staff, text: str, now: int) -> None:
        """Queue a text to a member of staff or a clinic."""
        text = self.translator(person.lang).normalise(text)
        self.queue_text(transaction, self.staff_number(person), text, Lane.ALERTS, LegalBasis.STAFF, now)

    def queue_text(
        self, transaction: Transaction, to: Number, text: str, lane: Lane, legal_basis: LegalBasis, now: int
    ) -> str:
        """Queue a text to a number, in plain GSM characters already. Return the text's id."""
        lifetime_s = self.deployment.settings.tuning.quiet.max_age if lane is Lane.BULK else self.times.message
        message = OutboundText(to.to_int(), text, lane, legal_basis, now + lifetime_s)
        return self.store.queue_message(transaction, message, now)

    def area_name(self, world: World, area: str) -> str:
        found = world.atlas.get(area)
        return found.name if found else ""


def build_context(deployment: Deployment) -> JobContext:
    """Return what the jobs need on top of a deployment: the provider, the notifier and the limits on sending."""
    values, store = deployment.settings, deployment.store
    sending = values.tuning.sending
    return JobContext(
        deployment,
        build_provider(values),
        Notifier(store.create_rq_client()),
        store.create_rate_limiter(),
        ContextThreadPool(sending.in_flight, thread_name_prefix="send"),
        ConcurrencyLimit(sending.in_flight),
    )


_loader = DeploymentLoader(lambda: settings.load(os.environ), build_context, "nothing is sent")
current_context = _loader.load
"""Return this process's context, from its environment. Raises what `DeploymentLoader.load` raises."""


def wait_for_context(should_continue: Callable[[], bool] = lambda: True) -> JobContext | None:
    """Return the context once there is a key, Redis answers and access is open. Return None when asked to stop.

    Raises BadInput for a wrong key or wrong settings.
    """
    while should_continue():
        with suppress(KeyLocked, StoreUnavailable):
            return current_context()
        time.sleep(RETRY_INTERVAL_S)
    return None

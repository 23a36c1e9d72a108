"""What every job has at hand: the deployment, a provider, the bell. Built once in each worker."""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gateway import settings
from gateway.deployment import Deployment, open_deployment
from gateway.errors import Locked, StoreAway
from gateway.logs import Threads
from gateway.model.caller import World
from gateway.model.message import Ground, Lane, Message
from gateway.model.staff import Staff
from gateway.numbers import Number
from gateway.providers import Provider, provider_of
from gateway.store import Change, Pace, Store, Watch, schema
from gateway.vault import Purpose
from jobs.flight import Flight
from jobs.ring import Bell
from translations import Translator

log = logging.getLogger("mwavuli.jobs")
KNOCK = 1.0
"""seconds between two attempts to open"""
REMIND = 60.0
"""seconds after which a log hears again why nothing is done"""


@dataclass(frozen=True)
class Context:
    deployment: Deployment
    provider: Provider
    bell: Bell
    pace: Pace
    pool: ThreadPoolExecutor = field(repr=False)
    flight: Flight

    @property
    def store(self) -> Store:
        return self.deployment.store

    @property
    def times(self) -> settings.Times:
        return self.deployment.settings.times

    def translator(self, lang: str) -> Translator:
        return self.deployment.languages.get(lang).translator

    def number(self, person: Staff) -> Number:
        return self.store.number(person.token, Purpose.STAFF)

    def tell(self, change: Change, person: Staff, text: str, now: float) -> None:
        """Text a member of staff or a clinic."""
        text = self.translator(person.lang).fold(text)
        self.text(change, self.number(person), text, Lane.ALERTS, Ground.STAFF, now)

    def text(self, change: Change, to: Number, text: str, lane: Lane, ground: Ground, now: float) -> str:
        """Returns the text's id."""
        lasts = self.deployment.settings.tuning.quiet.lasts if lane is Lane.BULK else self.times.message
        message = Message(to.to_int(), text, lane, ground, int(now) + lasts)
        return self.store.queue(change, message, now)

    def area_name(self, world: World, area: str) -> str:
        found = world.atlas.get(area)
        return found.name if found else ""


def build(deployment: Deployment) -> Context:
    """Make what the jobs need on top of a deployment: the provider, the notifier and the limits on sending."""
    values = deployment.settings
    bell = Bell(deployment.store.connection.for_rq())
    pool = Threads(values.tuning.pace.in_flight, thread_name_prefix="send")
    pace = Pace(deployment.store.connection, values.tuning.pace)
    return Context(deployment, provider_of(values), bell, pace, pool, Flight(values.tuning.pace.in_flight))


class Holder:
    """This process's context, while it may be held."""

    def __init__(self) -> None:
        self._context: Context | None = None

    def open(self) -> Context:
        """From the environment. Raises Locked, StoreAway, BadInput."""
        if self._context is None:
            built = build(open_deployment(settings.load(os.environ)))
            schema.fit(built.store.connection)
            built.store.door.look()
            self._context = built
            Watch(built.store.door, self).start()
            return built
        return self._context

    def close(self) -> None:
        """Forget the key; what is asked for next is opened anew."""
        self._context = None


_here = Holder()
current = _here.open
"""This process's context. Raises Locked, StoreAway, BadInput."""


def opened(goes_on: Callable[[], bool] = lambda: True) -> Context | None:
    """As `current`, but waits for a key, for Redis, for an open door; None where `goes_on` says that is enough."""
    told = 0.0
    while goes_on():
        try:
            return current()
        except (Locked, StoreAway) as why:
            if time.monotonic() - told > REMIND:
                log.error("ALARM: nothing is sent: %s", why)
                told = time.monotonic()
            time.sleep(KNOCK)
    return None

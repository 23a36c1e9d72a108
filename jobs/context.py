"""What every job has at hand: the deployment, a provider, the bell. Built once in each worker."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from gateway import settings
from gateway.deployment import Deployment, open_deployment
from gateway.logs import Threads
from gateway.model.caller import World
from gateway.model.message import Ground, Lane, Message
from gateway.model.staff import Staff
from gateway.numbers import Number
from gateway.providers import Provider, provider_of
from gateway.store import Change, Pace, Store
from gateway.vault import Purpose
from jobs.ring import Bell
from translations import Translator

log = logging.getLogger("mwavuli.jobs")


@dataclass(frozen=True)
class Context:
    deployment: Deployment
    provider: Provider
    bell: Bell
    pace: Pace
    pool: ThreadPoolExecutor = field(repr=False)

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

    def text(self, change: Change, to: Number, text: str, lane: Lane, ground: Ground, now: float) -> None:
        message = Message(to.to_int(), text, lane, ground, int(now) + self.times.message)
        self.store.queue(change, message, now)

    def area_name(self, world: World, area: str) -> str:
        found = world.atlas.get(area)
        return found.name if found else ""


def build(values: settings.Settings) -> Context:
    deployment = open_deployment(values)
    bell = Bell(deployment.store.connection.for_rq())
    pool = Threads(values.tuning.pace.in_flight, thread_name_prefix="send")
    pace = Pace(deployment.store.connection, values.tuning.pace.rate, values.tuning.pace.reserve)
    return Context(deployment, provider_of(values), bell, pace, pool)


@cache
def current() -> Context:
    """This process's context, from the environment."""
    return build(settings.load(os.environ))

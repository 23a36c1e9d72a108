"""What `/ready` and `/metrics` show: whether the key is there, and the state that Redis keeps of all processes."""

from importlib.metadata import version
from typing import Any

import msgspec

from gateway.errors import MwavuliError, StoreUnavailable
from gateway.store.admin import RedisAdmin
from gateway.store.health import StoreHealth
from gateway.store.heartbeats import SCHEDULER_TTL_S
from gateway.web.service_loader import ServiceLoader
from jobs.monitoring.heartbeats import count_workers
from jobs.notify import LANES

MAX_WAIT_S = 60
"""seconds; work that has been due for longer and was not taken up is a problem"""
VERSION = version("mwavuli")


class HealthSnapshot(msgspec.Struct, frozen=True):
    """The state at one moment. While Redis is away `store_health` is None and the fields behind it are empty."""

    unlocked: bool
    store_health: StoreHealth | None = None
    workers: dict[str, int] = {}
    scheduler_age_s: float = SCHEDULER_TTL_S
    live_alerts: int | None = None
    """live alerts; None without the key"""

    def problems(self) -> list[str]:
        """Return what an operator must put right, in plain words."""
        if self.store_health is None:
            return ["Redis is away"]
        wrong = [] if self.unlocked else ["no key: callers read an apology"]
        wrong += [f"no worker on {lane}" for lane, workers in self.workers.items() if not workers]
        wrong += ["no clock is running"] if self.scheduler_age_s >= SCHEDULER_TTL_S else []
        wrong += [
            f"{lane} is late" for lane, waiting in self.store_health.backlogs.items() if waiting.oldest_s > MAX_WAIT_S
        ]
        wrong += [f"alarm: {cause}" for cause in self.store_health.alarms]
        return wrong + (self.store_health.durability.problems() if self.store_health.durability else [])


class HealthChecker:
    """Reads the state without the key, so that a locked deployment is observed as well."""

    def __init__(self, loader: ServiceLoader):
        self._loader = loader
        self._admin = RedisAdmin(loader.settings.redis_url)
        self._rq: Any = self._admin.create_rq_client()

    def check(self) -> HealthSnapshot:
        """Return the state. Takes some seconds at most, and raises nothing when Redis is away."""
        live = self._count_live_alerts()
        unlocked = self._loader.service is not None
        try:
            self._admin.heartbeats.record_monitor_request()
            return HealthSnapshot(
                unlocked=unlocked,
                store_health=self._admin.read_health(LANES),
                workers=count_workers(self._rq),
                scheduler_age_s=self._admin.heartbeats.scheduler_age_s(),
                live_alerts=live,
            )
        except StoreUnavailable:
            return HealthSnapshot(unlocked)

    def _count_live_alerts(self) -> int | None:
        try:
            store = self._loader.load().deployment.store
            world, now = store.read_world(), int(store.now())
        except MwavuliError:
            return None
        return sum(alert.is_live(now) for alert in world.alerts.values())

"""What `/ready` and `/metrics` tell: the doors, and what Redis knows of everything behind them."""

from importlib.metadata import version
from typing import Any

import msgspec

from gateway.errors import MwavuliError, StoreAway
from gateway.store import Connection
from gateway.store.vitals import Vitals, look
from gateway.web.service import Doors
from jobs.attendance import CLOCK_SECONDS, at_work, clock_age, was_watched
from jobs.ring import LANES

LATE = 60
"""seconds; what is due for so long and was not taken up must be seen to"""
VERSION = version("mwavuli")


class Observed(msgspec.Struct, frozen=True):
    """One look. `vitals` is None, and what follows it empty, while Redis is away."""

    unlocked: bool
    vitals: Vitals | None = None
    workers: dict[str, int] = {}
    clock_age: float = CLOCK_SECONDS
    live: int | None = None
    """warnings under way; None while the doors are closed"""

    def to_mend(self) -> list[str]:
        """What somebody must see to, in plain words."""
        if self.vitals is None:
            return ["Redis is away"]
        wrong = [] if self.unlocked else ["no key: the doors are closed"]
        wrong += [f"no worker on {lane}" for lane, workers in self.workers.items() if not workers]
        wrong += ["no clock is running"] if self.clock_age >= CLOCK_SECONDS else []
        wrong += [f"{lane} is late" for lane, waiting in self.vitals.waiting.items() if waiting.oldest > LATE]
        wrong += [f"alarm: {cause}" for cause in self.vitals.alarms]
        return wrong + self._forgetful(self.vitals)

    def _forgetful(self, vitals: Vitals) -> list[str]:
        kept = vitals.durability
        if kept is None:
            return []
        wrong = [] if kept.appendonly and kept.fsync_always is not False else ["Redis can forget what it was told"]
        return wrong + ([] if kept.writes_ok else ["Redis cannot write to its disk"])


class Observer:
    """Looks, without the key: a closed deployment is observed like an open one."""

    def __init__(self, doors: Doors):
        self._doors = doors
        self._connection = Connection(doors.settings.redis_url)
        self._rq: Any = self._connection.for_rq()

    def look(self) -> Observed:
        """At most some seconds, and always an answer."""
        live = self._live()
        unlocked = self._doors.service is not None
        try:
            was_watched(self._connection)
            return Observed(
                unlocked=unlocked,
                vitals=look(self._connection, LANES),
                workers=at_work(self._rq),
                clock_age=clock_age(self._connection),
                live=live,
            )
        except StoreAway:
            return Observed(unlocked)

    def _live(self) -> int | None:
        try:
            store = self._doors.open().deployment.store
            world, now = store.world(), int(store.now())
        except MwavuliError:
            return None
        return sum(case.live(now) for case in world.alerts.values())

"""The records every process keeps in memory, and the world made of them."""

import threading
from collections.abc import Callable, Mapping

import msgspec

from gateway.model.alert import Alert, Report
from gateway.model.area import Area, Atlas
from gateway.model.broadcast import Broadcast
from gateway.model.caller import House, Topic, World
from gateway.model.client import Listed, Member
from gateway.model.clinic import Clinic
from gateway.model.directory import Directory
from gateway.model.feature import Feature, Turned
from gateway.model.staff import Roster, Staff
from gateway.store.connection import Steps
from gateway.store.shelf import Shelf
from gateway.vault import Vault


class Shelves:
    """All shelves; `refresh` reads what changed and rebuilds the world only then."""

    def __init__(self, vault: Vault, house: House, topics: Callable[[str], tuple[Topic, ...]]):
        self.alerts = Shelf("alerts", Alert, vault)
        self.reports = Shelf("reports", Report, vault)
        self.words = Shelf("words", str, vault)
        self.alarms = Shelf("alarms", str, vault)
        self.staff = Shelf("staff", Staff, vault)
        self.areas = Shelf("areas", Area, vault)
        self.clinics = Shelf("clinics", Clinic, vault)
        self.broadcasts = Shelf("broadcasts", Broadcast, vault)
        self.features = Shelf("features", Turned, vault)
        self.clients = Shelf("clients", Listed, vault)
        self.enrolled = Shelf("enrolled", Member, vault)
        self.all: tuple[Shelf, ...] = (  # type: ignore[type-arg]
            self.alerts, self.reports, self.words, self.alarms, self.staff, self.areas, self.clinics, self.broadcasts,
            self.features, self.clients, self.enrolled,
        )  # fmt: skip
        self.version_keys = tuple(f"ver:{shelf.name}" for shelf in self.all)
        self._house, self._topics = house, topics
        self._atlas, self._directory = Atlas(), Directory((), Atlas())
        self._lock = threading.Lock()
        self._now = Moment([b"unread"], self._built(), {})

    @property
    def world(self) -> World:
        """The world as last read."""
        return self._now.world

    def refresh(self, versions: list[bytes | None]) -> "Steps[Moment]":
        """`versions`: the values of `version_keys`, read in the same round trip as everything else."""
        now = self._now
        if versions == now.versions:
            return now
        stale = [(shelf, v) for shelf, v in zip(self.all, versions, strict=True) if shelf.version != v]
        raws = (yield [("HGETALL", shelf.name) for shelf, _version in stale]) if stale else []
        with self._lock:
            for (shelf, version), raw in zip(stale, raws, strict=True):
                shelf.take(version, raw)
            if {shelf.name for shelf, _version in stale} & {"areas", "clinics"}:
                self._atlas = Atlas(self.areas.items.values())
                self._directory = Directory(self.clinics.items.values(), self._atlas)
            # threads overtake each other: a moment says what the shelves hold, not what this one asked for
            read = {shelf.name.encode(): shelf.version for shelf in self.all if shelf.version is not None}
            seen = {shelf.name: shelf.raw for shelf in self.all} | {"ver": read}
            self._now = Moment([shelf.version for shelf in self.all], self._built(), seen)
            return self._now

    def _built(self) -> World:
        return World(
            house=self._house,
            atlas=self._atlas,
            directory=self._directory,
            alerts=self.alerts.items,
            reports=self.reports.items,
            words=self.words.items,
            roster=Roster(self.staff.items),
            alarms=self.alarms.items,
            topics=self._topics,
            clients=self.clients.items,
            enrolled=self.enrolled.items,
            features=frozenset(feature for feature in Feature if feature.encode() in self.features.items),
        )


class Moment(msgspec.Struct, frozen=True):
    """One moment of all shelves: what is decided on its world is guarded by its sealed records."""

    versions: list[bytes | None]
    world: World
    seen: Mapping[str, Mapping[bytes, bytes]]

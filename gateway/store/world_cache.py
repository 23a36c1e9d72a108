"""The records every process keeps in memory, and the world made of them."""

import threading
from collections.abc import Callable, Mapping

import msgspec

from gateway.crypto.vault import Vault
from gateway.model.alert import Alert, Report
from gateway.model.area import Area, Atlas
from gateway.model.broadcast import Broadcast
from gateway.model.client_report import ClientEntry, Member
from gateway.model.clinic import Clinic
from gateway.model.directory import Directory
from gateway.model.feature import Feature, FeatureSwitch
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Roster, Staff
from gateway.model.world import Topic, World
from gateway.store.cached_table import CachedTable
from gateway.store.connection import Commands


class WorldCache:
    """All shelves; `refresh` reads what changed and rebuilds the world only then."""

    def __init__(self, vault: Vault, profile: OrganisationProfile, topics: Callable[[str], tuple[Topic, ...]]):
        self.alerts = CachedTable("alerts", Alert, vault)
        self.reports = CachedTable("reports", Report, vault)
        self.feedback = CachedTable("words", str, vault)
        self.alarms = CachedTable("alarms", str, vault)
        self.staff = CachedTable("staff", Staff, vault)
        self.areas = CachedTable("areas", Area, vault)
        self.clinics = CachedTable("clinics", Clinic, vault)
        self.broadcasts = CachedTable("broadcasts", Broadcast, vault)
        self.features = CachedTable("features", FeatureSwitch, vault)
        self.client_entries = CachedTable("clients", ClientEntry, vault)
        self.members = CachedTable("enrolled", Member, vault)
        self.tables: tuple[CachedTable, ...] = (  # type: ignore[type-arg]
            self.alerts,
            self.reports,
            self.feedback,
            self.alarms,
            self.staff,
            self.areas,
            self.clinics,
            self.broadcasts,
            self.features,
            self.client_entries,
            self.members,
        )
        self.version_keys = tuple(f"ver:{shelf.name}" for shelf in self.tables)
        self._profile, self._topics = profile, topics
        self._atlas, self._directory = Atlas(), Directory((), Atlas())
        self._lock = threading.Lock()
        self._snapshot = WorldSnapshot([b"unread"], self._build_world(), {})

    @property
    def world(self) -> World:
        """The world as last read."""
        return self._snapshot.world

    def refresh(self, versions: list[bytes | None]) -> "Commands[WorldSnapshot]":
        """`versions`: the values of `version_keys`, read in the same round trip as everything else."""
        now = self._snapshot
        if versions == now.versions:
            return now
        stale = [(shelf, v) for shelf, v in zip(self.tables, versions, strict=True) if shelf.version != v]
        raws = (yield [("HGETALL", shelf.name) for shelf, _version in stale]) if stale else []
        with self._lock:
            for (shelf, version), raw in zip(stale, raws, strict=True):
                shelf.replace_records(version, raw)
            if {shelf.name for shelf, _version in stale} & {"areas", "clinics"}:
                self._atlas = Atlas(self.areas.items.values())
                self._directory = Directory(self.clinics.items.values(), self._atlas)
            # threads overtake each other: a moment says what the shelves hold, not what this one asked for
            read = {shelf.name.encode(): shelf.version for shelf in self.tables if shelf.version is not None}
            seen = {shelf.name: shelf.raw for shelf in self.tables} | {"ver": read}
            self._snapshot = WorldSnapshot([shelf.version for shelf in self.tables], self._build_world(), seen)
            return self._snapshot

    def _build_world(self) -> World:
        return World(
            profile=self._profile,
            atlas=self._atlas,
            directory=self._directory,
            alerts=self.alerts.items,
            reports=self.reports.items,
            feedback=self.feedback.items,
            roster=Roster(self.staff.items),
            alarms=self.alarms.items,
            topics=self._topics,
            client_entries=self.client_entries.items,
            members=self.members.items,
            features=frozenset(feature for feature in Feature if feature.encode() in self.features.items),
        )


class WorldSnapshot(msgspec.Struct, frozen=True):
    """One moment of all shelves: what is decided on its world is guarded by its sealed records."""

    versions: list[bytes | None]
    world: World
    sealed_records: Mapping[str, Mapping[bytes, bytes]]

"""The records every process keeps in memory, and the world made of them."""

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

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

CONTENT_NAME = "content"
"""`ver:content` is the version of the words that phones show; the words themselves are in files"""


class Content(Protocol):
    """What phones show, as read at one time (`gateway.content`)."""

    @property
    def profile(self) -> OrganisationProfile: ...
    @property
    def topics(self) -> Callable[[str], tuple[Topic, ...]]: ...


class ContentSource(Protocol):
    """The content in use, read again by itself when it notices another version."""

    @property
    def current(self) -> Content: ...
    def notice_version(self, version: bytes | None) -> None: ...


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
        self.version_keys = (*(f"ver:{shelf.name}" for shelf in self.tables), f"ver:{CONTENT_NAME}")
        self.content: ContentSource | None = None
        """where new content comes from, in a process that follows its version"""
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
        *table_versions, content_version = versions
        self._follow_content(content_version)
        now = self._snapshot
        if versions == now.versions:
            return now
        stale = [(shelf, v) for shelf, v in zip(self.tables, table_versions, strict=True) if shelf.version != v]
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
            now_held = [*(shelf.version for shelf in self.tables), content_version]
            self._snapshot = WorldSnapshot(now_held, self._build_world(), seen)
            return self._snapshot

    def _follow_content(self, version: bytes | None) -> None:
        """Pass on the version, and put content that was read since the last turn into the world."""
        if self.content is None:
            return
        self.content.notice_version(version)
        current = self.content.current
        if current.profile is not self._profile:
            with self._lock:
                self._profile, self._topics = current.profile, current.topics
                self._snapshot = msgspec.structs.replace(self._snapshot, world=self._build_world())

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

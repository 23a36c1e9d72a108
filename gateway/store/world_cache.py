"""The tables in the memory of every process, and the world made of them."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from gateway.crypto.vault import Vault
from gateway.model.area import Atlas
from gateway.model.directory import Directory
from gateway.model.feature import Feature
from gateway.model.profile import OrganisationProfile
from gateway.model.staff import Roster
from gateway.model.world import Topic, World
from gateway.store.cached_table import CachedTable
from gateway.store.commands import Command, Commands
from gateway.store.records import tables
from gateway.store.records.tables import DECISIONS_NAME, VERSIONS

CONTENT_NAME = "content"
"""`ver:content` is the version of the texts and screens that phones show. They are in files."""


class Content(Protocol):
    """The content that phones show, as read at one time (`gateway.content`)."""

    @property
    def profile(self) -> OrganisationProfile: ...
    @property
    def topics(self) -> Callable[[str], tuple[Topic, ...]]: ...


class ContentSource(Protocol):
    """The content in use. It reads itself again when it notices another version."""

    @property
    def current(self) -> Content: ...
    def notice_version(self, version: bytes | None) -> None: ...


class WorldCache:
    """All cached tables. `refresh` reads the tables that changed, and rebuilds the world only then."""

    def __init__(self, vault: Vault, profile: OrganisationProfile, topics: Callable[[str], tuple[Topic, ...]]):
        self.vault = vault
        self.alerts = CachedTable(tables.ALERTS, vault)
        self.reports = CachedTable(tables.REPORTS, vault)
        self.conversations = CachedTable(tables.CONVERSATIONS, vault)
        self.alarms = CachedTable(tables.ALARMS, vault)
        self.staff = CachedTable(tables.STAFF, vault)
        self.areas = CachedTable(tables.AREAS, vault)
        self.clinics = CachedTable(tables.CLINICS, vault)
        self.clinic_states = CachedTable(tables.CLINIC_STATES, vault)
        self.broadcasts = CachedTable(tables.BROADCASTS, vault)
        self.features = CachedTable(tables.FEATURES, vault)
        self.client_entries = CachedTable(tables.CLIENT_ENTRIES, vault)
        self.members = CachedTable(tables.MEMBERS, vault)
        self.tables = tuple(table for table in vars(self).values() if isinstance(table, CachedTable))
        names = (*(table.name for table in self.tables), DECISIONS_NAME, CONTENT_NAME)
        self.version_keys = tuple(map(VERSIONS.key, names))
        self._decisions_version: bytes | None = None
        self.content: ContentSource | None = None
        """The source of new content, in a process that follows its version."""
        self._profile, self._topics = profile, topics
        self._atlas, self._directory = Atlas(), Directory((), Atlas())
        self._lock = threading.Lock()
        self._snapshot = WorldSnapshot([b"unread"], self._build_world(), {})

    @property
    def world(self) -> World:
        """The world as last read."""
        return self._snapshot.world

    def refresh(self, versions: list[bytes | None]) -> "Commands[WorldSnapshot]":
        """Read the tables that changed, and return the snapshot. `versions`: the values of `version_keys`."""
        *table_versions, decisions_version, content_version = versions
        self._follow_content(content_version)
        snapshot = self._snapshot
        if versions == snapshot.versions:
            return snapshot
        stale = [table for table, v in zip(self.tables, table_versions, strict=True) if table.version != v]
        raws = (yield _read_tables([table.name for table in stale])) if stale else []
        with self._lock:
            decisions, *read = raws[-1] if stale else [None]
            for table, version, raw in zip(stale, *[iter(read)] * 2, strict=True):
                table.replace_records(version, raw)
            if self.alerts in stale:  # read at one moment with the alerts, so it is neither newer nor older
                self._decisions_version = decisions
            if {table.name for table in stale} & {tables.AREAS.name, tables.CLINICS.name}:
                self._atlas = Atlas(self.areas.items.values())
                self._directory = Directory(self.clinics.items.values(), self._atlas)
            if {table.name for table in stale} & {tables.AREAS.name, tables.CLINICS.name, tables.CLINIC_STATES.name}:
                self._directory = self._directory.with_states(self.clinic_states.items.values())
            # threads overtake each other, so a snapshot has the tables as they are, not as this thread requested them
            table_versions_read = {
                table.name.encode(): table.version for table in self.tables if table.version is not None
            }
            if self._decisions_version is not None:
                table_versions_read[DECISIONS_NAME.encode()] = self._decisions_version
            sealed = {table.name: table.raw for table in self.tables} | {VERSIONS.name: table_versions_read}
            current = [*(table.version for table in self.tables), decisions_version, content_version]
            self._snapshot = WorldSnapshot(current, self._build_world(), sealed)
            return self._snapshot

    def _follow_content(self, version: bytes | None) -> None:
        """Pass the version on, and put content that was read since the last turn into the world."""
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
            roster=Roster(self.staff.items),
            alarms=self.alarms.items,
            topics=self._topics,
            client_entries=self.client_entries.items,
            members=self.members.items,
            conversations=self.conversations.items,
            features=frozenset(feature for feature in Feature.all() if feature.encode() in self.features.items),
        )


def _read_tables(names: Sequence[str]) -> Sequence[Command]:
    """Return the commands that read the version of decisions, and the versions and records, at one moment."""
    reads = (read for name in names for read in (("GET", VERSIONS.key(name)), ("HGETALL", name)))
    return [("MULTI",), ("GET", VERSIONS.key(DECISIONS_NAME)), *reads, ("EXEC",)]


class WorldSnapshot(msgspec.Struct, frozen=True):
    """All tables at one moment. The sealed records guard the decisions that are made on the world."""

    versions: list[bytes | None]
    world: World
    sealed_records: Mapping[str, Mapping[bytes, bytes]]

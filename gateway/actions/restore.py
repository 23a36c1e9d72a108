"""Loads a backup into an empty Redis. People who left since the backup are left out, and no queued text is restored."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from gateway.actions.restored_records import RestoreContext, RestoreRule, Row, rules
from gateway.errors import BadInput
from gateway.model.message import Lane
from gateway.model.subscription import Subscription, SubscriptionTask
from gateway.store import backup, keys, record_io, schema
from gateway.store.cached_table import authenticate_command, bump_version_command
from gateway.store.commands import Command
from gateway.store.records import KINDS
from gateway.store.records.kind import CallerRecord, RecordKind, TableKind
from gateway.store.records.subscribers import SUBSCRIBER_COUNTS, SUBSCRIPTIONS
from gateway.store.restore_target import RestoreTarget
from gateway.store.store import Store
from gateway.store.tombstones import Tombstone, digests_after, write_commands

MAX_BACKUP_AGE_S = 7 * 86400
"""Tombstones are stored for one day longer."""


def restore(
    store: Store, path: Path, tombstones: Iterable[Tombstone] | None, on_progress: Callable[[int], None]
) -> int:
    """Load a backup and return how many subscribers it restored. After an interruption it may be run again.

    `tombstones` come from the data folder, because those in Redis were lost with it. None says that nobody knows who
    left: then no caller, contact or member is restored. `on_progress` is called with the number of frames done since
    its last call. Raises BadInput, before anything is written, for a Redis that holds records, and for a backup that
    is too old, cut off, or of another keyring or layout.
    """
    target, now = RestoreTarget(store), int(store.now())
    target.check_empty()
    header = read_header(store, path, now)
    target.begin()
    left = None if tombstones is None else digests_after(tombstones, header["left"])
    loader = BackupLoader(store, target, now, left)
    for name, content in backup.read(path, store.vault):
        loader.load_frame(name, content)
        on_progress(1)
    loader.finish(tombstones)
    target.finish(header["at"])
    return loader.people_count


def read_header(store: Store, path: Path, now: int) -> dict[str, Any]:
    """Return when the backup was made (`at`, Unix seconds) and the events of leaving that it knows (`left`).

    Every frame is read, so a file that is cut off is refused. Raises BadInput.
    """
    frames = backup.read(path, store.vault)
    _begin, header = next(frames)
    for _frame in frames:
        pass
    if header["schema"] != schema.CURRENT_LAYOUT:
        raise BadInput(
            f"the backup is of layout {header['schema']}, this release is {schema.CURRENT_LAYOUT}: install that release"
        )
    if now - header["at"] > MAX_BACKUP_AGE_S:
        raise BadInput("the backup is older than 7 days: the people who left before that are not known any more")
    return dict(header)


class BackupLoader:
    """Writes the records of a backup, frame by frame."""

    def __init__(self, store: Store, target: RestoreTarget, now: int, tombstones: set[bytes] | None):
        self._target, self._now = target, now
        self._context = RestoreContext(store.vault, store.settings.times, now, tombstones)
        self._rules: dict[str, RestoreRule] = rules(self._context)
        self._counts: dict[str, int] = {}
        self.people_count = 0

    def load_frame(self, name: str, content: Any) -> None:
        """Write the records of one frame, which is named by their kind."""
        kind = KINDS.get(name)
        if kind is SUBSCRIPTIONS:
            self._target.execute_all(self._restore_subscribers(content))
        elif kind:
            self._target.execute_all(self._restore_rows(kind, content))

    def finish(self, tombstones: Iterable[Tombstone] | None) -> None:
        """Write the counts, the tombstones, and versions that make processes read all tables again."""
        tables = [kind for kind in backup.stored_kinds() if isinstance(kind, TableKind)]
        versions = [self._version_command(kind) for kind in tables]
        counts = [("HSET", SUBSCRIBER_COUNTS.name, area, n) for area, n in self._counts.items()]
        self._target.execute_all([*versions, *counts, *write_commands(self._context.vault, tombstones, self._now)])

    def _version_command(self, kind: TableKind[Any]) -> Command:
        if kind.is_authenticated:
            return authenticate_command(self._context.vault, kind.name, self._target.read_rows(kind.name), None)
        return bump_version_command(kind.name)

    def _restore_rows(self, kind: RecordKind, rows: Sequence[Row]) -> Iterable[Command]:
        if kind.name in self._rules:
            return self._rules[kind.name](rows)
        if isinstance(kind, CallerRecord):
            return self._restore_caller_records(kind, rows)
        return (("HSET", kind.name, field, value) for field, value in rows)

    def _restore_caller_records(self, kind: CallerRecord[Any], rows: Sequence[Row]) -> Iterable[Command]:
        """Restore the records of callers who have not left since, each with its timer."""
        context = self._context
        for tag, stored in rows:
            value = kind.open(context.vault, stored, *kind.place(tag))
            token = kind.owner(value) if kind.owner else b""
            if not token or not kind.purpose or context.has_left(context.vault.number(token, kind.purpose)):
                continue
            yield from record_io.write_commands(context.vault, context.times, kind, tag, value)
            if kind.timer and kind.timer.at:
                yield context.schedule_command(kind.timer.lane, record_io.timer_item(kind, token), kind.timer.at(value))

    def _restore_subscribers(self, records: Sequence[Row]) -> Iterable[Command]:
        for token, packed in records:
            subscription = self._current_subscription(token, Subscription.unpack(packed))
            if subscription is None:
                continue
            self.people_count += 1
            yield "HSET", keys.subscription_bucket(token), token, subscription.pack()
            for area in dict.fromkeys(subscription.active_areas(self._now)):
                self._counts[area] = self._counts.get(area, 0) + 1
                yield "HSET", keys.area_subscribers(area, token), token, b""
            if subscription.tonight_area:
                item = SubscriptionTask.END_TONIGHT.item(token)
                yield self._context.schedule_command(Lane.BULK, item, subscription.tonight_until + 1)

    def _current_subscription(self, token: bytes, subscription: Subscription) -> Subscription | None:
        """Return a subscription as it would be now; None after STOP, or if it was only for a night that has passed."""
        has_tombstone = self._context.has_tombstone
        if has_tombstone(token):
            return None
        areas = tuple(area for area in subscription.areas if not has_tombstone(token, area))
        if subscription.tonight_area and (
            subscription.tonight_until <= self._now or has_tombstone(token, subscription.tonight_area)
        ):
            if not areas:
                return None
            subscription = replace(subscription, tonight_area="", tonight_until=0)
        return replace(subscription, areas=areas)

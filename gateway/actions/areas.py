"""Remove an area, or merge it into another one with all that belongs to it. Only commands do this."""

from collections.abc import Callable, Iterable
from dataclasses import replace as with_fields
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace

from gateway.errors import BadInput
from gateway.model.area import Area, Atlas
from gateway.model.duress import TrueAccount
from gateway.model.names import normalise_name
from gateway.model.subscription import Subscription
from gateway.model.world import World
from gateway.store import keys, record_io
from gateway.store.records.callers import SOS, TRUE_ACCOUNTS
from gateway.store.records.kind import CallerRecord
from gateway.store.records.tables import ALERTS, AREAS, CLINICS
from gateway.store.store import Store
from gateway.store.transaction import Transaction


class AreaUse(NamedTuple):
    """What belongs to an area and to the areas in it."""

    subscriptions: int
    staff: tuple[str, ...]
    """names"""
    alerts: tuple[int, ...]
    """numbers of warnings and reports that are open"""
    clinics: int


def read_use(world: World, subscribers: dict[str, int], ids: Iterable[str], now: int) -> AreaUse:
    """Return what belongs to these areas."""
    here = frozenset(ids)
    return AreaUse(
        sum(subscribers.get(id_, 0) for id_ in here),
        tuple(person.name for person in world.roster.people if person.area in here),
        tuple(a.number for a in world.alerts.values() if a.area in here and (a.is_pending or a.is_live(now))),
        sum(clinic.area_id in here for clinic in world.directory),
    )


def remove_area(store: Store, area: Area, require_unused: Callable[[AreaUse], None]) -> int:
    """Delete an area with the areas in it, and return how many. `require_unused` raises where something is in use."""

    def drop(world: World, transaction: Transaction, now: int) -> int:
        subscribers, ids = store.count_subscribers(), world.atlas.subtree(area.id)
        require_unused(read_use(world, subscribers, ids, now))
        for table in (ALERTS, AREAS, CLINICS):
            transaction.require_table(table.name)
        for id_ in ids:
            counted = subscribers.get(id_)
            transaction.require_field(keys.SUBSCRIBERS_BY_AREA, id_, None if counted is None else b"%d" % counted)
            transaction.write("HDEL", keys.SUBSCRIBERS_BY_AREA, id_)
            store.world_cache.areas.delete(transaction, id_.encode())
        return len(ids)

    return int(store.transact(drop))


def merge_area(store: Store, source: Area, target: Area) -> AreaUse:
    """Move everything of `source` to `target`, and what lies in it too. The old name stays as an alias.

    While it runs, `source` lies in `target`, so a warning in either area reaches the people of both. After a crash the
    same command finishes the work. Return what was moved.
    """
    _require_quiet(store, source, target)
    store.transact(lambda world, transaction, _now: _put_below(store, transaction, world.atlas, source, target))
    atlas = store.read_world().atlas
    inner = [merge_area(store, *pair) for pair in _twins(atlas, source, target)]
    moved = _move_subscriptions(store, source.id, target.id)
    for kind in (TRUE_ACCOUNTS, SOS):
        _move_caller_records(store, kind, source.id, target.id)
    use = store.transact(lambda world, transaction, _now: _close(store, world, transaction, source, target))
    moved += _move_subscriptions(store, source.id, target.id)
    store.transact(lambda _world, transaction, _now: transaction.write("HDEL", keys.SUBSCRIBERS_BY_AREA, source.id))
    everything = [use._replace(subscriptions=moved), *inner]
    return AreaUse(
        sum(one.subscriptions for one in everything), tuple(name for one in everything for name in one.staff), (),
        sum(one.clinics for one in everything),
    )  # fmt: skip


def _require_quiet(store: Store, source: Area, target: Area) -> None:
    world = store.read_world()
    if world.atlas.contains(source.id, target.id):
        raise BadInput(f"{target.full_name} lies in {source.full_name}: merge it the other way round")
    touched = (*world.atlas.subtree(source.id), *world.atlas.audience_areas(target.id))
    if open_alerts := read_use(world, {}, touched, int(store.now())).alerts:
        raise BadInput(f"first end or decide what is open there: {', '.join(map(str, open_alerts))}")


def _put_below(store: Store, transaction: Transaction, atlas: Atlas, source: Area, target: Area) -> None:
    """Put `source` into `target`, and every area of `source` that has no twin there beside it."""
    table, twins = store.world_cache.areas, {child.id for child, _twin in _twins(atlas, source, target)}
    below = with_fields(source, path=(*target.path, source.name), parent=target.id)
    table.put(transaction, source.id.encode(), below)
    for child in atlas.children(source.id):
        top = below if child.id in twins else target
        for area in filter(None, map(atlas.get, atlas.subtree(child.id))):
            path = (*top.path, *area.path[len(source.path) :])
            moved = with_fields(area, path=path, parent=top.id if area.id == child.id else area.parent)
            table.put(transaction, area.id.encode(), moved)


def _twins(atlas: Atlas, source: Area, target: Area) -> list[tuple[Area, Area]]:
    """Return the areas in `source` that have the name of an area in `target`, each with that area."""
    known = {normalise_name(child.name): child for child in atlas.children(target.id) if child.id != source.id}
    pairs = ((child, known.get(normalise_name(child.name))) for child in atlas.children(source.id))
    return [(child, twin) for child, twin in pairs if twin]


def _close(store: Store, world: World, transaction: Transaction, source: Area, target: Area) -> AreaUse:
    """Move staff, clinics and warnings, and delete the area. Its names become aliases."""
    cache, use = store.world_cache, read_use(world, {}, [source.id], 0)
    for table in (ALERTS, AREAS, CLINICS):
        transaction.require_table(table.name)
    for person in world.roster.people:
        change = replace(person.change, area=target.id) if person.change and person.change.area == source.id else None
        if person.area == source.id or change:
            area = target.id if person.area == source.id else person.area
            cache.staff.put(transaction, person.token, replace(person, area=area, change=change or person.change))
    for clinic in world.directory:
        if clinic.area_id == source.id:
            stored = cache.clinics.items[clinic.code.encode()]
            cache.clinics.put(transaction, clinic.code.encode(), with_fields(stored, area_id=target.id))
    for name, alert in world.alerts.items():
        if alert.area == source.id:
            cache.alerts.put(transaction, name, replace(alert, area=target.id))
    for digest, entry in world.client_entries.items():
        if any(report.district == source.id for report in entry.reports):
            moved = (replace(r, district=target.id) if r.district == source.id else r for r in entry.reports)
            cache.client_entries.put(transaction, digest, replace(entry, reports=tuple(moved)))
    kept = world.atlas.get(target.id) or target
    aliases = tuple(name for name in dict.fromkeys((*kept.aliases, source.name, *source.aliases)) if name != kept.name)
    cache.areas.put(transaction, kept.id.encode(), with_fields(kept, aliases=aliases))
    cache.areas.delete(transaction, source.id.encode())
    return use


def _move_subscriptions(store: Store, source: str, target: str) -> int:
    """Move every subscription to one area to another, and return how many."""
    tokens = list(store.record_scan.read_area_tokens(source))
    for token in tokens:
        store.transact(partial(_move_subscription, store, token, source, target))
    return len(tokens)


def _move_subscription(
    store: Store, token: bytes, source: str, target: str, world: World, transaction: Transaction, now: int
) -> None:
    bucket, old = keys.subscription_bucket(token), store.read_subscription(token)
    transaction.require_field(bucket, token, old.pack() if old else None)
    transaction.write("HDEL", keys.area_subscribers(source, token), token)
    transaction.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, source, -1)
    if old is None:
        return
    if target not in (*old.areas, old.tonight_area):
        transaction.write("HSET", keys.area_subscribers(target, token), token, b"")
        transaction.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, target, 1)
    transaction.write("HSET", bucket, token, _moved(old, source, target).pack())


def _moved(old: Subscription, source: str, target: str) -> Subscription:
    tonight = target if old.tonight_area == source else old.tonight_area
    return replace(old, areas=_replaced(old.areas, source, target), tonight_area=tonight)


def _move_caller_records(store: Store, kind: CallerRecord[Any], source: str, target: str) -> None:
    """Move the area in records of one kind: copies of accounts, and calls for help."""
    for tag, _stored in store.record_scan.read_all(kind):
        store.transact(partial(_move_caller_record, store, kind, tag, source, target))


def _move_caller_record(
    store: Store, kind: CallerRecord[Any], tag: bytes, source: str, target: str,
    world: World, transaction: Transaction, now: int,
) -> None:  # fmt: skip
    stored = store.record_scan.read_stored(kind, tag)
    value = record_io.open_if_readable(kind, store.vault, kind.key(tag), stored)
    if value is None:
        return
    if isinstance(value, TrueAccount):
        if not value.subscription:
            return
        changed = replace(value, subscription=_moved(Subscription.unpack(value.subscription), source, target).pack())
    else:
        changed = replace(value, areas=_replaced(value.areas, source, target))
    if changed != value:
        record_io.write_record(transaction, store.vault, store.settings.times, kind, tag, changed, stored)


def _replaced(areas: tuple[str, ...], source: str, target: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(target if area == source else area for area in areas))

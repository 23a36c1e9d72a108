"""Forgetting: old cases and words, numbers that died, the end of a night elsewhere, deletions in Redis' own file."""

from collections.abc import Mapping

from msgspec.structs import replace

from gateway.model.alert import State
from gateway.model.caller import World
from gateway.providers import Fate
from gateway.store import Change, Item, dying, keys
from gateway.store.connection import RedisError
from gateway.store.writes_people import forget_subscription
from jobs.context import Context

AGAIN = 3600


def forget_alert(context: Context, item: Item) -> None:
    """After a day only kind, area and hour of a warning are left; after a week, or if it never went out, nothing."""
    number = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _forget(context, world, change, now, number))


def _forget(context: Context, world: World, change: Change, now: int, number: int) -> int:
    alert, field, shelves = world.case(number), str(number).encode(), context.store.shelves
    shelves.reports.drop(change, field)
    for edition in range(alert.edition + 1 if alert else 0):
        shelves.broadcasts.drop(change, f"{number}.{edition}".encode())
    if alert is None:
        return 0
    age = now - (alert.ended or alert.until)
    if alert.state is not State.ENDED or age >= context.times.keep_history:
        shelves.alerts.drop(change, field)
        return 0
    bare = replace(alert, place="", text="", author="", seconded="", raised=1)
    if bare != alert:
        shelves.alerts.put(change, field, bare)
    return max(60, context.times.keep_history - age)


def forget_words(context: Context, item: Item) -> None:
    def forget(world: World, change: Change, now: int) -> None:
        context.store.shelves.words.drop(change, item.rest)

    context.store.conclude(item, forget)


def end_of_night(context: Context, item: Item) -> None:
    """'I am in ... tonight' is over; whoever had no other area is forgotten."""
    store, token = context.store, item.rest

    def end(world: World, change: Change, now: int) -> int:
        raw = store.connection.call("HGET", keys.bucket(token), token)
        kept = store.subscription(token) if raw else None
        if kept is None or not kept.tonight:
            return 0
        if kept.tonight_until > now:
            return kept.tonight_until - now
        change.expect_field(keys.bucket(token), token, raw)
        if not kept.areas:
            forget_subscription(change, store.vault, token, kept, now)
            return 0
        if kept.tonight not in kept.areas:
            change.write("HDEL", keys.membership(kept.tonight, token), token)
            change.write("HINCRBY", "members", kept.tonight, -1)
        change.write("HSET", keys.bucket(token), token, replace(kept, tonight="", tonight_until=0).pack())
        return 0

    store.conclude(item, end)


def heed(context: Context, said: Mapping[bytes, Fate]) -> None:
    """What the network said of subscribers' numbers: nobody has it, or its owner opted out there."""
    dying.drop(context.store, [token for token, fate in said.items() if fate is Fate.BLOCKED])
    dying.strike(context.store, [token for token, fate in said.items() if fate is Fate.DEAD])


def erase(context: Context, item: Item) -> None:
    """Somebody left: the token goes from every warning that is kept; the counts say that one was removed."""
    store = context.store
    store.world()
    token = bytes.fromhex(item.rest.decode())
    if store.subscription(token) is None:
        store.recipients.erase(token, tuple(store.shelves.broadcasts.items.values()))
    store.due.done(item)


def rewrite(context: Context, item: Item) -> None:
    """What was deleted stays in the append-only file until this is done."""
    try:
        context.store.connection.redis.bgrewriteaof()
    except RedisError:  # one is running, or this Redis keeps no such file
        context.store.due.later(item, AGAIN)
        return
    context.store.due.done(item)

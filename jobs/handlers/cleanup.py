"""Forgetting: old cases and words, numbers that died, the end of a night elsewhere, deletions in Redis' own file."""

from collections.abc import Mapping

from msgspec.structs import replace

from gateway.actions import dead_numbers
from gateway.actions.subscriptions import delete_subscription
from gateway.model.alert import AlertState
from gateway.model.caller import World
from gateway.providers import SendStatus
from gateway.store import Transaction, WorkItem, keys
from gateway.store.commands import RedisError
from jobs.context import JobContext

REWRITE_RETRY_S = 3600


def purge_alert(context: JobContext, item: WorkItem) -> None:
    """After a day only kind, area and hour of a warning are left; after a week, or if it never went out, nothing."""
    number = int(item.arguments()[0])
    context.store.transact_and_finish(
        item, lambda world, change, now: _purge_alert(context, world, change, now, number)
    )


def _purge_alert(context: JobContext, world: World, transaction: Transaction, now: int, number: int) -> int:
    alert, field, shelves = world.alert(number), str(number).encode(), context.store.world_cache
    shelves.reports.delete(transaction, field)
    for edition in range(alert.edition + 1 if alert else 0):
        shelves.broadcasts.delete(transaction, f"{number}.{edition}".encode())
    if alert is None:
        return 0
    age = now - (alert.ended_at or alert.until)
    if alert.state is not AlertState.ENDED or age >= context.times.keep_history:
        shelves.alerts.delete(transaction, field)
        return 0
    bare = replace(alert, venue="", text="", author="", approver="", report_count=1)
    if bare != alert:
        shelves.alerts.put(transaction, field, bare)
    return max(60, context.times.keep_history - age)


def delete_feedback(context: JobContext, item: WorkItem) -> None:
    def forget(world: World, change: Transaction, now: int) -> None:
        context.store.world_cache.feedback.delete(change, item.payload)

    context.store.transact_and_finish(item, forget)


def end_tonight(context: JobContext, item: WorkItem) -> None:
    """'I am in ... tonight' is over; whoever had no other area is forgotten."""
    store, token = context.store, item.payload

    def end(world: World, change: Transaction, now: int) -> int:
        kept = store.read_subscription(token)
        if kept is None or not kept.tonight_area:
            return 0
        if kept.tonight_until > now:
            return kept.tonight_until - now
        change.require_field(keys.subscription_bucket(token), token, kept.pack())
        if not kept.areas:
            delete_subscription(change, store.vault, token, kept, now)
            return 0
        if kept.tonight_area not in kept.areas:
            change.write("HDEL", keys.area_subscribers(kept.tonight_area, token), token)
            change.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, kept.tonight_area, -1)
        change.write(
            "HSET", keys.subscription_bucket(token), token, replace(kept, tonight_area="", tonight_until=0).pack()
        )
        return 0

    store.transact_and_finish(item, end)


def handle_number_status(context: JobContext, statuses: Mapping[bytes, SendStatus]) -> None:
    """What the network said of subscribers' numbers: nobody has it, or its owner opted out there."""
    dead_numbers.unsubscribe(context.store, [token for token, fate in statuses.items() if fate is SendStatus.OPTED_OUT])
    dead_numbers.record_dead(
        context.store, [token for token, fate in statuses.items() if fate is SendStatus.DEAD_NUMBER]
    )


def erase_recipient(context: JobContext, item: WorkItem) -> None:
    """Somebody left: the token goes from every warning that is kept; the counts say that one was removed."""
    store = context.store
    store.read_world()
    token = bytes.fromhex(item.payload.decode())
    if store.read_subscription(token) is None:
        store.recipients.erase(token, tuple(store.world_cache.broadcasts.items.values()))
    store.work_queue.finish(item)


def rewrite_append_only_file(context: JobContext, item: WorkItem) -> None:
    """What was deleted stays in the append-only file until this is done."""
    try:
        context.store.start_file_rewrite()
    except RedisError:  # one is running, or this Redis keeps no such file
        context.store.work_queue.reschedule(item, REWRITE_RETRY_S)
        return
    context.store.work_queue.finish(item)

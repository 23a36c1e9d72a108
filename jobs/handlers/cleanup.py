"""Deletion: old alerts, dead numbers, the area of one night, and what Redis' append-only file keeps."""

from collections.abc import Mapping

from msgspec.structs import replace

from gateway.actions import dead_numbers
from gateway.actions.subscriptions import delete_subscription
from gateway.model.alert import AlertState, AlertTask
from gateway.model.subscription import SubscriptionTask
from gateway.model.task import ServiceTask
from gateway.model.world import World
from gateway.providers import SendStatus
from gateway.store import Transaction, WorkItem, keys
from gateway.store.commands import RedisError
from jobs.context import JobContext
from jobs.handler import handles, transactional

REWRITE_RETRY_S = LARGE_STORE_REWRITE_S = 3600
LARGE_STORE_BYTES = 64 << 20
"""about 170,000 people; to rewrite the file of a larger store takes seconds"""


@handles(AlertTask.PURGE_ALERT)
@transactional
def purge_alert(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Reduce an old alert to kind, area, hour and whether the alarm was false. Nobody who decided stays named.

    Delete it after a week, or at once where it was never sent.

    Return the seconds until the next step, 0 when nothing is left.
    """
    number, tables = int(item.arguments()[0]), context.store.world_cache
    alert, field = world.alert(number), str(number).encode()
    if alert and (alert.is_pending or alert.is_live(now)):  # the number was given to another alert
        return 0
    tables.reports.delete(transaction, field)
    for edition in range(alert.edition + 1 if alert else 0):
        tables.broadcasts.delete(transaction, f"{number}.{edition}".encode())
    if alert is None:
        return 0
    age = now - (alert.ended_at or alert.until)
    if alert.state is not AlertState.ENDED or age >= context.times.keep_history:
        tables.alerts.delete(transaction, field)
        return 0
    bare = replace(alert, venue="", text="", author="", approver="", rejected_by="", reject_reason=None, report_count=1)
    if bare != alert:
        tables.alerts.put(transaction, field, bare)
    return max(60, context.times.keep_history - age)


@handles(SubscriptionTask.END_TONIGHT)
def end_tonight(context: JobContext, item: WorkItem) -> None:
    """End the subscription to an area for tonight. A subscriber without another area is deleted."""
    store, token = context.store, item.payload

    def end(world: World, transaction: Transaction, now: int) -> int:
        subscription = store.read_subscription(token)
        if subscription is None or not subscription.tonight_area:
            return 0
        if subscription.tonight_until > now:
            return subscription.tonight_until - now
        transaction.require_field(keys.subscription_bucket(token), token, subscription.pack())
        if not subscription.areas:
            delete_subscription(transaction, store.vault, token, subscription, now)
            return 0
        if subscription.tonight_area not in subscription.areas:
            transaction.write("HDEL", keys.area_subscribers(subscription.tonight_area, token), token)
            transaction.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, subscription.tonight_area, -1)
        transaction.write(
            "HSET",
            keys.subscription_bucket(token),
            token,
            replace(subscription, tonight_area="", tonight_until=0).pack(),
        )
        return 0

    store.transact_and_finish(item, end)


def handle_number_status(context: JobContext, statuses: Mapping[bytes, SendStatus]) -> None:
    """Count the days on which a network said that a number is dead, or its owner opted out."""
    dead_numbers.record_opt_outs(
        context.store, [token for token, fate in statuses.items() if fate is SendStatus.OPTED_OUT]
    )
    dead_numbers.record_dead(
        context.store, [token for token, fate in statuses.items() if fate is SendStatus.DEAD_NUMBER]
    )


@handles(SubscriptionTask.ERASE_RECIPIENT)
def erase_recipient(context: JobContext, item: WorkItem) -> None:
    """Remove the token of a deleted subscriber from every broadcast. The counts show one removed recipient."""
    store = context.store
    store.read_world()
    token = bytes.fromhex(item.payload.decode())
    if store.read_subscription(token) is None:
        store.recipients.erase(token, tuple(store.world_cache.broadcasts.items.values()))
    store.work_queue.finish(item)


@handles(ServiceTask.REWRITE_APPEND_ONLY_FILE)
def rewrite_append_only_file(context: JobContext, item: WorkItem) -> None:
    """Rewrite the append-only file, which keeps deleted records until then."""
    try:
        context.store.start_file_rewrite()
        is_small = context.store.used_memory_bytes() < LARGE_STORE_BYTES
    except RedisError:  # a rewrite is running, or this Redis has no such file
        context.store.work_queue.reschedule(item, REWRITE_RETRY_S)
        return
    context.store.work_queue.reschedule(item, keys.REWRITE_INTERVAL_S if is_small else LARGE_STORE_REWRITE_S)

"""A broadcast, chunk by chunk, and the text that tells its sender the result."""

from collections.abc import Sequence

from gateway.actions.alerts import end_alert
from gateway.model.alert import AlertState, AlertTask
from gateway.model.broadcast import RECIPIENTS_PER_SHARD, Broadcast, BroadcastKind, RecipientState as At
from gateway.model.world import World
from gateway.store import Transaction, Transition, WorkItem
from gateway.store.keys import broadcast_part, token_prefix as prefix_of
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers import staff_notices
from jobs.handlers.chunk import Chunk, send_alert_chunk
from jobs.handlers.redelivery import recover_from_crash, reopen_prefixes
from jobs.sending import quiet_hours


@handles(AlertTask.SEND_BROADCAST)
def send_broadcast(context: JobContext, item: WorkItem) -> None:
    """Send one chunk of a broadcast. The item then goes to the end of its lane, so that alerts take turns."""
    store = context.store
    world = store.read_world()
    broadcast = store.world_cache.broadcasts.get(item.payload)
    alert = world.alert(broadcast.number) if broadcast else None
    if broadcast is None or alert is None:
        store.work_queue.finish(item)
        return
    keep_until = broadcast.until + context.times.keep_alert
    sending = Chunk(broadcast, alert, world, keep_until, quiet_hours.muted_preferences(context))
    if item.claims > 1:
        recover_from_crash(context, broadcast, sending.keep_until)
    prefixes, sending.retries = store.recipients.next_prefixes(broadcast, _prefix_limit(context, broadcast))
    if not prefixes:
        _finish_broadcast(context, item, sending)
        return
    store.circuit_breaker.yield_bulk_lane()
    item = send_alert_chunk(context, item, sending, prefixes, _is_over(sending, store.now()))
    _reschedule(context, item, sending, prefixes)


def _reschedule(context: JobContext, item: WorkItem, chunk: Chunk, prefixes: Sequence[int]) -> None:
    """Mark the finished prefixes. Recipients that the network deferred wait behind all others."""
    recipients, due = context.store.recipients, context.store.work_queue
    settled = recipients.filter_settled(chunk.broadcast, prefixes)
    recipients.mark_finished(chunk.broadcast, settled)
    if not chunk.retried_prefixes:
        due.reschedule(item, 0)
        return
    recipients.postpone(chunk.broadcast, sorted(chunk.retried_prefixes.difference(settled)), chunk.retries + 1)
    other_prefixes, tries = recipients.next_prefixes(chunk.broadcast, 1)
    if other_prefixes and tries <= chunk.retries:
        due.reschedule(item, 0)
    else:
        due.back_off(item)


def _is_over(chunk: Chunk, now: float) -> bool:
    """Whether nothing more may be sent. The text that says that an alert ended has a deadline of its own."""
    broadcast = chunk.broadcast
    ended = broadcast.kind is not BroadcastKind.END and chunk.alert.state is not AlertState.LIVE
    return ended or now >= broadcast.until


def _prefix_limit(context: JobContext, broadcast: Broadcast) -> int:
    """Return how many prefixes one job can send, so that other alerts get their turn."""
    pace = context.deployment.settings.tuning.sending
    rate = pace.slowest_rate(context.provider.provider_names())
    people = min(pace.chunk_size, int(rate * context.times.chunk_budget)) if rate else pace.chunk_size
    return max(1, min(1 << broadcast.shard_bits, people // RECIPIENTS_PER_SHARD))


def _finish_broadcast(context: JobContext, item: WorkItem, chunk: Chunk) -> None:
    """Finish the item, and text the result to the sender of the broadcast."""
    store, broadcast = context.store, chunk.broadcast
    counts = store.recipients.count_states(broadcast.id)
    already_notified = store.recipients.mark_sender_notified(broadcast)

    def text_result(world: World, transaction: Transaction, now: int) -> None:
        person = world.roster.by_id(broadcast.author)
        if person and person.active and not already_notified:
            context.text_staff(
                transaction, person, staff_notices.progress_text(context, person, broadcast, counts), now
            )

    store.transact(text_result)
    store.work_queue.finish(item, blocking_set=broadcast_part(store.vault, broadcast.id, "todo"))


@handles(AlertTask.SEND_TO_NEW_SUBSCRIBER)
def send_to_new_subscriber(context: JobContext, item: WorkItem) -> None:
    """Add a subscriber who joined while an alert is live to the broadcast, and reopen the prefix."""
    number, token_hex = item.arguments()
    store, token = context.store, bytes.fromhex(token_hex)
    alert = store.read_world().alert(int(number))
    broadcast = store.world_cache.broadcasts.get(f"{number}.0".encode())
    if alert and broadcast and alert.is_live(int(store.now())):
        keep_until = broadcast.until + context.times.keep_alert
        store.recipients.insert(broadcast, {prefix_of(token, broadcast.shard_bits): [token]}, keep_until)
        again = At.REMOVED.value + At.LAPSED.value  # the subscriber had left, and is back
        store.recipients.apply_transitions(broadcast, [Transition(token, At.PENDING, again)])
        reopen_prefixes(context, broadcast, [token])
    elif broadcast:  # it has ended; a worker that died may have added the subscriber
        tried = store.recipients.filter_redelivered(broadcast, [token])
        store.recipients.apply_transitions(
            broadcast, [Transition(token, At.UNKNOWN if tried else At.LAPSED, At.PENDING.value)]
        )
    store.work_queue.finish(item)


@handles(AlertTask.EXPIRE_ALERT)
@transactional
def expire_alert(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """End an alert whose hour has come, as if staff had ended it. Return seconds until the end, 0 when it has ended."""
    alert = world.alert(int(item.arguments()[0]))
    if alert is None or alert.state is not AlertState.LIVE:
        return 0
    if alert.until > now:  # it was extended meanwhile
        return alert.until - now
    announces_end = context.deployment.settings.tuning.announces_alert_end
    end_alert(transaction, context.store.world_cache, alert, now, context.times, announces_end)
    return 0

"""Recipients whose state is unknown after a crash or a time-out.

A crash leaves recipients claimed, a time-out leaves them unknown. Delivery reports settle some of them. An alert is
sent to the remaining ones a second time, because two alerts are better than none. Nothing else is sent twice.
"""

import logging
from collections.abc import Collection, Sequence

from gateway.model.alert import AlertTask
from gateway.model.broadcast import Broadcast, BroadcastKind, RecipientState
from gateway.model.message import Lane
from gateway.store import Transaction, Transition, WorkItem
from gateway.store.keys import token_prefix as prefix_of
from jobs.context import JobContext
from jobs.handler import handles
from jobs.sending import counters

log = logging.getLogger("mwavuli.jobs")
DELIVERY_REPORT_WAIT_S = 5
"""seconds in which delivery reports may settle unknown recipients, before the alert is sent to them again"""


def schedule_resend(context: JobContext, broadcast: Broadcast, unknown: Sequence[bytes], keep_until: int) -> None:
    """Schedule the second sending of an alert to unknown recipients, after delivery reports had time to settle them."""
    if not unknown or broadcast.kind is not BroadcastKind.NEW:
        return
    store = context.store
    if store.recipients.add_for_redelivery(broadcast, unknown, keep_until):
        transaction = Transaction()
        transaction.schedule(
            Lane.ALERTS, AlertTask.RESEND_UNKNOWN.item(broadcast.id), store.now() + DELIVERY_REPORT_WAIT_S
        )
        store.commit(transaction)


@handles(AlertTask.RESEND_UNKNOWN)
def resend_unknown(context: JobContext, item: WorkItem) -> None:
    """Make the second and last try, while the alert is live, for recipients without a delivery report.

    The order of the steps leaves nobody out if a worker dies between two of them: at worst a recipient is tried three
    times. Where the alert has ended, recipients who were made pending by a worker that died stay unknown.
    """
    store = context.store
    world = store.read_world()
    broadcast = store.world_cache.broadcasts.get(item.payload)
    alert = world.alert(broadcast.number) if broadcast else None
    live = alert is not None and alert.is_live(int(store.now()))
    leaving, to = (
        (RecipientState.UNKNOWN, RecipientState.PENDING) if live else (RecipientState.PENDING, RecipientState.UNKNOWN)
    )
    while broadcast and (noted := store.recipients.sample_for_redelivery(broadcast)):
        store.recipients.apply_transitions(broadcast, [Transition(t, to, leaving.value) for t in noted])
        if live:
            reopen_prefixes(context, broadcast, noted)
        store.recipients.mark_redelivered(broadcast, noted, broadcast.until + context.times.keep_alert)
    store.work_queue.finish(item)


def recover_from_crash(context: JobContext, broadcast: Broadcast, keep_until: int) -> None:
    """Mark the recipients that a dead worker had claimed as unknown, and schedule their second sending."""
    store = context.store
    states = store.recipients.read_states(broadcast, store.recipients.pending_prefixes(broadcast))
    left = [token for people in states.values() for token, value in people.items() if value[:1] in (b"c", b"u")]
    lost = store.recipients.apply_transitions(
        broadcast, [Transition(t, RecipientState.UNKNOWN, RecipientState.CLAIMED.value) for t in left]
    )
    counters.count_unknown(context, Lane.ALERTS, len(lost))
    schedule_resend(context, broadcast, left, keep_until)
    log.warning("broadcast %s resumed, %d recipients were unfinished", broadcast.id, len(left))


def reopen_prefixes(context: JobContext, broadcast: Broadcast, tokens: Collection[bytes]) -> None:
    """Put the prefixes of these tokens back on the broadcast's list."""
    if tokens:
        prefixes = {prefix_of(t, broadcast.shard_bits) for t in tokens}
        context.store.recipients.reopen_prefixes(broadcast, prefixes, context.store.now())

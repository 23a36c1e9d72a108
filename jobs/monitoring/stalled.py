"""Checks by the scheduler for what nobody else would notice, as when a worker is dead."""

from gateway.model.alert import AlertState as Life
from gateway.model.broadcast import OPEN_STATES, Broadcast, BroadcastKind, RecipientState
from gateway.store import RecipientCounts
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

UNSENT_STATES = OPEN_STATES | {RecipientState.LAPSED, RecipientState.REMOVED, RecipientState.REFUSED}
"""states of recipients before their text has left"""


def check_stalled(context: JobContext) -> None:
    """Raise or clear the alarms for a stalled broadcast and for a network that failed over."""
    alarms.set_alarm(context, AlarmCause.STALLED, bool(stalled_broadcasts(context)))
    if not context.store.circuit_breaker.is_failed_over():
        alarms.clear_alarms(context, AlarmCause.FAILED_OVER)


def stalled_broadcasts(context: JobContext) -> list[Broadcast]:
    """Return broadcasts that were decided a while ago, are unfinished, and of which no text has left."""
    store = context.store
    world, now = store.read_world(), store.now()

    def late(broadcast: Broadcast) -> bool:
        alert = world.alert(broadcast.number)
        goes = alert is not None and (alert.state is Life.LIVE or broadcast.kind is BroadcastKind.END)
        return goes and broadcast.at + context.times.first_message <= now < broadcast.until

    waiting = [
        b
        for b in store.world_cache.broadcasts.items.values()
        if late(b) and store.recipients.count_remaining_prefixes(b.id)
    ]
    return [b for b in waiting if _nothing_sent(store.recipients.read_counts(b.id))]


def _nothing_sent(counts: RecipientCounts) -> bool:
    return not any(n for state, n in counts.states.items() if state not in UNSENT_STATES)

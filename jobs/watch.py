"""What the clock looks at besides what is due: alarms for what nobody else would notice, as when a worker is dead."""

from gateway.model.alert import State as Life
from gateway.model.broadcast import OPEN, Broadcast, State, What
from gateway.store import Tally
from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context

UNSENT = OPEN | {State.LAPSED, State.REMOVED, State.REFUSED}
"""nothing of it has left for these"""


def look(context: Context) -> None:
    """Is a warning stuck, or one of several networks down? One alarm each, until it is not."""
    if stuck(context):
        alarm.sound(context, Cause.STUCK)
    else:
        alarm.lower(context, Cause.STUCK)
    if not context.store.rests.is_handed_over():
        alarm.lower(context, Cause.HANDED)


def stuck(context: Context) -> list[Broadcast]:
    """Decided a while ago, still to be sent, and nothing of it has left."""
    store = context.store
    world, now = store.world(), store.now()

    def late(broadcast: Broadcast) -> bool:
        case = world.case(broadcast.number)
        goes = case is not None and (case.state is Life.LIVE or broadcast.what is What.END)
        return goes and broadcast.at + context.times.first_message <= now < broadcast.until

    waiting = [b for b in store.shelves.broadcasts.items.values() if late(b) and store.recipients.left_to_do(b.id)]
    return [b for b in waiting if _nothing_left(store.recipients.tally(b.id))]


def _nothing_left(tally: Tally) -> bool:
    return not any(n for state, n in tally.states.items() if state not in UNSENT)

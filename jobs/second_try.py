"""What a crash or a time-out left unknown.

A crash leaves people claimed, a time-out leaves them unknown: delivery reports settle what they can, and for a
warning the rest is sent to a second time, for a double is better than never. Nothing else is sent twice.
"""

import logging
from collections.abc import Collection, Sequence

from gateway.model.broadcast import Broadcast, State, What
from gateway.store import Change, Item, Step
from gateway.store.keys import prefix as prefix_of
from jobs import tally
from jobs.context import Context

log = logging.getLogger("mwavuli.jobs")
SETTLE_FIRST = 5
"""seconds in which delivery reports may settle what is unknown, before it is sent again"""


def once_more(context: Context, broadcast: Broadcast, unknown: Sequence[bytes], keep_until: int) -> None:
    """A warning whose sending is unknown is sent a second time, once reports had time to settle it."""
    if not unknown or broadcast.what is not What.NEW:
        return
    store = context.store
    if store.recipients.try_again(broadcast, unknown, keep_until):
        change = Change()
        change.due("alerts", f"again:{broadcast.id}", store.now() + SETTLE_FIRST)
        store.commit(change)


def again(context: Context, item: Item) -> None:
    """The second and last try, while the warning is live, for those whom no delivery report has settled.

    In this order, so that a death between any two steps leaves nobody behind: at worst somebody is tried thrice.
    Where the warning has ended, whom somebody who died had made wait again is unknown for good.
    """
    store = context.store
    world = store.world()
    broadcast = store.shelves.broadcasts.get(item.rest)
    alert = world.case(broadcast.number) if broadcast else None
    live = alert is not None and alert.live(int(store.now()))
    leaving, to = (State.UNKNOWN, State.PENDING) if live else (State.PENDING, State.UNKNOWN)
    while broadcast and (noted := store.recipients.noted(broadcast)):
        store.recipients.settle(broadcast, [Step(t, to, leaving.value) for t in noted])
        if live:
            reopen(context, broadcast, noted)
        store.recipients.tried_again(broadcast, noted, broadcast.until + context.times.keep_alert)
    store.due.done(item)


def after_crash(context: Context, broadcast: Broadcast, keep_until: int) -> None:
    """Somebody died with people claimed: what became of them is unknown."""
    store = context.store
    states = store.recipients.states(broadcast, store.recipients.all_todo(broadcast))
    left = [token for people in states.values() for token, value in people.items() if value[:1] in (b"c", b"u")]
    lost = store.recipients.settle(broadcast, [Step(t, State.UNKNOWN, State.CLAIMED.value) for t in left])
    tally.lost(context, "alerts", len(lost))
    once_more(context, broadcast, left, keep_until)
    log.warning("broadcast %s taken up again, %d people were left in it", broadcast.id, len(left))


def reopen(context: Context, broadcast: Broadcast, tokens: Collection[bytes]) -> None:
    """Put people's prefixes back on the list."""
    if tokens:
        prefixes = {prefix_of(t, broadcast.bits) for t in tokens}
        context.store.recipients.reopen(broadcast, prefixes, context.store.now())

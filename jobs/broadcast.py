"""A broadcast from its first bell to the text that tells its sender how it went. A job does one chunk of it."""

from collections.abc import Sequence

from gateway.model.alert import State
from gateway.model.broadcast import PER_PREFIX, Broadcast, What
from gateway.model.broadcast import State as At
from gateway.model.caller import World
from gateway.store import Change, Item, Step
from gateway.store.keys import prefix as prefix_of
from gateway.store.writes_cases import finish
from jobs import duty, quiet
from jobs.chunk import Sending, send_chunk
from jobs.context import Context
from jobs.second_try import after_crash, reopen


def step(context: Context, item: Item) -> None:
    """One chunk of one broadcast; then it goes to the tail of its lane, so that alerts take turns."""
    store = context.store
    world = store.world()
    broadcast = store.shelves.broadcasts.get(item.rest)
    alert = world.case(broadcast.number) if broadcast else None
    if broadcast is None or alert is None:
        store.due.done(item)
        return
    keep_until = broadcast.until + context.times.keep_alert
    sending = Sending(broadcast, alert, world, keep_until, quiet.closed(context))
    if item.takes > 1:
        after_crash(context, broadcast, sending.keep_until)
    prefixes, sending.tries = store.recipients.todo(broadcast, _prefixes_at_once(context, broadcast))
    if not prefixes:
        _finish(context, item, sending)
        return
    store.rests.give_way()
    item = send_chunk(context, item, sending, prefixes, _over(sending, store.now()))
    _go_on(context, item, sending, prefixes)


def _go_on(context: Context, item: Item, sending: Sending, prefixes: Sequence[int]) -> None:
    """What is done is done; who could not be sent to just now waits behind everybody else."""
    recipients, due = context.store.recipients, context.store.due
    settled = recipients.settled(sending.broadcast, prefixes)
    recipients.finished(sending.broadcast, settled)
    if not sending.retried:
        due.later(item, 0)
        return
    recipients.put_off(sending.broadcast, sorted(sending.retried.difference(settled)), sending.tries + 1)
    others, tries = recipients.todo(sending.broadcast, 1)
    if others and tries <= sending.tries:
        due.later(item, 0)
    else:
        due.back_off(item)


def _over(sending: Sending, now: float) -> bool:
    """A warning is sent in time or not at all; an ending has an hour of its own."""
    broadcast = sending.broadcast
    ended = broadcast.what is not What.END and sending.alert.state is not State.LIVE
    return ended or now >= broadcast.until


def _prefixes_at_once(context: Context, broadcast: Broadcast) -> int:
    """No more than leave in a job's time: other alerts wait for their turn."""
    pace = context.deployment.settings.tuning.pace
    rate = pace.slowest(context.provider.lines_known())
    people = min(pace.chunk_size, int(rate * context.times.chunk)) if rate else pace.chunk_size
    return max(1, min(1 << broadcast.bits, people // PER_PREFIX))


def _finish(context: Context, item: Item, sending: Sending) -> None:
    """Nothing left to do: tell whoever sent it how it went."""
    store, broadcast = context.store, sending.broadcast
    counts, told = store.recipients.counts(broadcast.id), store.recipients.told(broadcast)

    def tell(world: World, change: Change, now: int) -> None:
        person = world.roster.by_id(broadcast.author)
        if person and person.active and not told:
            context.tell(change, person, duty.progress(context, person, broadcast, counts), now)

    store.attempt(tell)
    store.due.done(item, unless=f"bc:{broadcast.id}:todo")


def latecomer(context: Context, item: Item) -> None:
    """Somebody joined while a warning is live: written in, and sent to like everybody else."""
    number, token_hex = item.arguments()
    store, token = context.store, bytes.fromhex(token_hex)
    alert = store.world().case(int(number))
    broadcast = store.shelves.broadcasts.get(f"{number}.0".encode())
    if alert and broadcast and alert.live(int(store.now())):
        keep_until = broadcast.until + context.times.keep_alert
        store.recipients.enlist(broadcast, {prefix_of(token, broadcast.bits): [token]}, keep_until)
        again = At.REMOVED.value + At.LAPSED.value  # she had left, and is back
        store.recipients.settle(broadcast, [Step(token, At.PENDING, again)])
        reopen(context, broadcast, [token])
    elif broadcast:  # it has ended; somebody may have died who had written her in
        tried = store.recipients.had_second_try(broadcast, [token])
        store.recipients.settle(broadcast, [Step(token, At.UNKNOWN if tried else At.LAPSED, At.PENDING.value)])
    store.due.done(item)


def end_by_the_clock(context: Context, item: Item) -> None:
    """A warning's own hour has come: it ends as if somebody had cleared it."""
    number = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _end(context, world, change, now, number))


def _end(context: Context, world: World, change: Change, now: int, number: int) -> int:
    """Returns seconds until it ends, 0 when it has."""
    alert = world.case(number)
    if alert is None or alert.state is not State.LIVE:
        return 0
    if alert.until > now:  # it was extended meanwhile
        return alert.until - now
    tell = context.deployment.settings.tuning.follow_alert_end
    finish(change, context.store.shelves, alert, now, context.times, tell)
    return 0

"""A broadcast, chunk by chunk: read who is in it, claim a call's worth, send, settle.

A crash leaves people claimed, a time-out leaves them unknown: delivery reports settle what they can, and for a
warning the rest is sent to a second time, for a double is better than never.
"""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait

import msgspec

from gateway.model.alert import Alert, State
from gateway.model.broadcast import Broadcast, What
from gateway.model.broadcast import State as At
from gateway.model.caller import World
from gateway.model.subscription import Subscription, Wording
from gateway.providers import Fate, Outcome, ProviderTrouble
from gateway.store import Change, Item, Step
from gateway.store.keys import prefix as prefix_of
from gateway.store.recipients import message_mark
from gateway.store.writes_cases import finish
from gateway.vault import Purpose
from gateway.wording import ending, update, warning
from jobs import duty, housekeeping
from jobs.alarm import alarm, all_clear
from jobs.context import Context

log = logging.getLogger("mwavuli.jobs")
PER_PREFIX = 250
SETTLE_FIRST = 5
"""seconds in which delivery reports may settle what a crash left open, before it is sent again"""
TEXTS = {What.NEW: warning, What.UPDATE: update, What.END: ending}
RESULTS = {
    Fate.ACCEPTED: At.ACCEPTED,
    Fate.REFUSED: At.REFUSED,
    Fate.DEAD: At.REFUSED,
    Fate.BLOCKED: At.REFUSED,
    Fate.UNKNOWN: At.UNKNOWN,
    Fate.RETRY: At.PENDING,
}
Known = dict[bytes, Subscription | None]


class Sending(msgspec.Struct):
    """One chunk's work: what is sent and to whom it could not be yet."""

    broadcast: Broadcast
    alert: Alert
    world: World
    keep_until: int
    held_up: bool = False


def step(context: Context, item: Item) -> None:
    """One chunk of one broadcast; then it goes to the tail of its lane, so that alerts take turns."""
    store = context.store
    world = store.world()
    broadcast = store.shelves.broadcasts.get(item.rest)
    alert = world.case(broadcast.number) if broadcast else None
    if broadcast is None or alert is None:
        store.due.done(item)
        return
    sending = Sending(broadcast, alert, world, broadcast.until + context.times.keep_alert)
    if item.takes > 1:
        _after_crash(context, sending)
    prefixes = store.recipients.todo(broadcast, _prefixes_at_once(context, broadcast))
    if not prefixes:
        _finish(context, item, sending)
        return
    item = _chunk(context, item, sending, prefixes, _over(sending, store.now()))
    if sending.held_up:
        store.due.back_off(item)
        return
    store.recipients.finished(broadcast, _without_pending(context, broadcast, prefixes))
    store.due.later(item, 0)


def _over(sending: Sending, now: float) -> bool:
    """A warning is sent in time or not at all; an ending has an hour of its own."""
    broadcast = sending.broadcast
    ended = broadcast.what is not What.END and sending.alert.state is not State.LIVE
    return ended or now >= broadcast.until


def _prefixes_at_once(context: Context, broadcast: Broadcast) -> int:
    return max(1, min(1 << broadcast.bits, context.deployment.settings.tuning.pace.chunk_size // PER_PREFIX))


def _chunk(context: Context, item: Item, sending: Sending, prefixes: Sequence[int], over: bool) -> Item:
    """One run of prefixes: everybody in them is written in, then sent to (or lapses). Returns the item, still held."""
    known = _enlisted(context, sending, prefixes)
    if over:
        steps = [Step(token, At.LAPSED, At.PENDING.value) for token in known]
        context.store.recipients.settle(sending.broadcast, steps)
        return item
    size = context.deployment.settings.tuning.pace.call_size
    calls = [
        context.pool.submit(_call, context, sending, text, tokens)
        for text, tokens in _by_text(context, sending, known, size)
    ]
    return _drain(context, item, calls)


def _drain(context: Context, item: Item, calls: Sequence[Future[None]]) -> Item:
    """Wait for calls, holding the lease meanwhile."""
    waiting = set(calls)
    while waiting:
        done, waiting = wait(waiting, timeout=context.times.lease / 3)
        for call in done:
            call.result()
        if waiting:
            item = context.store.due.renew(item)
    return item


def _enlisted(context: Context, sending: Sending, prefixes: Sequence[int]) -> Known:
    """Everybody pending in these prefixes, with their subscription."""
    recipients, broadcast = context.store.recipients, sending.broadcast
    if broadcast.what is What.NEW:
        areas = sending.world.atlas.audience_areas(sending.alert.area)
        people = recipients.members(areas, prefixes, broadcast.bits)
    else:
        people = recipients.reached(broadcast.number, prefixes)
    states = recipients.states(broadcast, prefixes)
    known: Known = {}
    for prefix, tokens in people.items():
        # latecomers, and who an earlier attempt put back, are written in already
        pending = {token for token, value in states[prefix].items() if value[:1] == b"p"}
        known |= recipients.enlist(broadcast, prefix, list(pending.union(tokens)), sending.keep_until)
    return known


def _by_text(context: Context, sending: Sending, known: Known, size: int) -> Iterator[tuple[str, list[bytes]]]:
    """People grouped by what they read, in calls of at most `size`."""
    groups: dict[tuple[str, Wording], list[bytes]] = {}
    for token, person in known.items():
        if person is None:
            groups.setdefault(("", Wording.NEUTRAL), []).append(token)
        else:
            groups.setdefault((person.lang, person.wording), []).append(token)
    for (lang, wording), tokens in groups.items():
        text = _text(context, sending, lang, wording)
        for start in range(0, len(tokens), size):
            yield text, tokens[start : start + size]


def _text(context: Context, sending: Sending, lang: str, wording: Wording) -> str:
    area = context.area_name(sending.world, sending.alert.area)
    dial = sending.world.house.service_code
    words = TEXTS[sending.broadcast.what]
    return words(sending.alert, area, wording, context.translator(lang), sending.world.local, dial)


def _call(context: Context, sending: Sending, text: str, tokens: list[bytes]) -> None:
    """One provider call: claim, send, settle."""
    store, broadcast = context.store, sending.broadcast
    claimed = store.recipients.claim(broadcast, tokens)
    if not claimed or store.now() >= broadcast.until:
        store.recipients.settle(broadcast, [Step(t, At.LAPSED, At.CLAIMED.value) for t in claimed])
        return
    numbers = {store.number(token, Purpose.SUBSCRIBER): token for token in claimed}
    try:
        outcomes = context.provider.send(text, list(numbers))
    except ProviderTrouble as trouble:
        sending.held_up = True
        store.recipients.settle(broadcast, [Step(t, At.PENDING, At.CLAIMED.value) for t in claimed])
        alarm(context, trouble.trouble)
        return
    all_clear(context)
    steps = [_settled(context, numbers[number], outcome) for number, outcome in outcomes.items()]
    store.recipients.settle(broadcast, steps)
    sending.held_up |= any(step.to is At.PENDING for step in steps)
    _once_more(context, sending, [step.token for step in steps if step.to is At.UNKNOWN])
    gone = [numbers[n] for n, o in outcomes.items() if o.fate in (Fate.BLOCKED, Fate.DEAD)]
    housekeeping.drop_subscribers(context, gone)


def _settled(context: Context, token: bytes, outcome: Outcome) -> Step:
    mark = message_mark(context.store.vault, outcome.message_id) if outcome.fate is Fate.ACCEPTED else b""
    return Step(token, RESULTS[outcome.fate], At.CLAIMED.value, mark)


def _once_more(context: Context, sending: Sending, unknown: Sequence[bytes]) -> None:
    """A warning whose sending is unknown is sent a second time, once reports had time to settle it."""
    if not unknown or sending.broadcast.what is not What.NEW:
        return
    store = context.store
    if store.recipients.try_again(sending.broadcast, unknown, sending.keep_until):
        change = Change()
        change.due("alerts", f"again:{sending.broadcast.id}", store.now() + SETTLE_FIRST)
        store.commit(change)


def again(context: Context, item: Item) -> None:
    """The second and last try for those whom no delivery report has settled."""
    store = context.store
    broadcast = store.shelves.broadcasts.get(item.rest)
    if broadcast and store.now() < broadcast.until:
        noted = store.recipients.second_try(broadcast, broadcast.until + context.times.keep_alert)
        moved = store.recipients.settle(broadcast, [Step(t, At.PENDING, At.UNKNOWN.value) for t in noted])
        _reopen(context, broadcast, [t for t, yes in zip(noted, moved, strict=True) if yes])
    store.due.done(item)


def _reopen(context: Context, broadcast: Broadcast, tokens: Sequence[bytes]) -> None:
    """Put people's prefixes back on the list. First the list, then the bell: `_finish` looks in that order too."""
    for prefix in {prefix_of(t, broadcast.bits) for t in tokens}:
        context.store.recipients.reopen(broadcast, prefix)
    if tokens:
        _make_due(context, broadcast)


def _make_due(context: Context, broadcast: Broadcast) -> None:
    context.store.connection.call("ZADD", "due:alerts", "NX", int(context.store.now() * 1000), f"bc:{broadcast.id}")


def _without_pending(context: Context, broadcast: Broadcast, prefixes: Sequence[int]) -> list[int]:
    """A latecomer may have been written in while this chunk was sent: her prefix is not done."""
    states = context.store.recipients.states(broadcast, prefixes)
    return [p for p, people in states.items() if not any(value[:1] == b"p" for value in people.values())]


def _after_crash(context: Context, sending: Sending) -> None:
    """Somebody died with people claimed: what became of them is unknown."""
    store, broadcast = context.store, sending.broadcast
    todo = store.recipients.todo(broadcast, 1 << broadcast.bits)
    states = store.recipients.states(broadcast, todo)
    claimed = [token for people in states.values() for token, value in people.items() if value[:1] == b"c"]
    store.recipients.settle(broadcast, [Step(t, At.UNKNOWN, At.CLAIMED.value) for t in claimed])
    _once_more(context, sending, claimed)
    log.warning("broadcast %s taken up again, %d people were claimed", broadcast.id, len(claimed))


def _finish(context: Context, item: Item, sending: Sending) -> None:
    """Nothing left to do: tell whoever sent it how it went."""
    store, broadcast = context.store, sending.broadcast
    counts = store.recipients.counts(broadcast.id)

    def tell(world: World, change: Change, now: int) -> None:
        person = world.roster.by_id(broadcast.author)
        if person and person.active:
            context.tell(change, person, duty.progress(context, person, broadcast, counts), now)

    store.attempt(tell)
    if store.due.done(item) and store.recipients.left_to_do(broadcast.id):
        _make_due(context, broadcast)


def latecomer(context: Context, item: Item) -> None:
    """Somebody joined while a warning is live: written in, and sent to like everybody else."""
    number, token_hex = item.arguments()
    store, token = context.store, bytes.fromhex(token_hex)
    alert = store.world().case(int(number))
    broadcast = store.shelves.broadcasts.get(f"{number}.0".encode())
    if alert and broadcast and alert.live(int(store.now())):
        keep_until = broadcast.until + context.times.keep_alert
        store.recipients.enlist(broadcast, prefix_of(token, broadcast.bits), [token], keep_until)
        _reopen(context, broadcast, [token])
    store.due.done(item)


def end_by_the_clock(context: Context, item: Item) -> None:
    """A warning's own hour has come: it ends as if somebody had cleared it."""
    number = int(item.arguments()[0])
    context.store.attempt(lambda world, change, now: _end(context, world, change, now, number))
    context.store.due.done(item)


def _end(context: Context, world: World, change: Change, now: int, number: int) -> None:
    alert = world.case(number)
    if alert is None or alert.state is not State.LIVE:
        return
    if alert.until > now:  # it was extended meanwhile
        change.due("alerts", f"end:{number}", alert.until)
        return
    tell = context.deployment.settings.tuning.follow_alert_end
    finish(change, context.store.shelves, alert, now, context.times, tell)

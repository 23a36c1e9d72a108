"""One chunk of a broadcast: read who is in it, claim a call's worth, send, settle."""

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from itertools import islice

import msgspec

from gateway.errors import BadInput
from gateway.model.alert import Alert
from gateway.model.broadcast import Broadcast, What
from gateway.model.broadcast import State as At
from gateway.model.caller import World
from gateway.model.message import Lane
from gateway.model.subscription import Subscription, Texts, Wording
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble
from gateway.store import Item, Step
from gateway.store.keys import prefix as prefix_of
from gateway.store.recipients import message_mark
from gateway.vault import Purpose
from gateway.wording import ending, update, warning
from jobs import gate, housekeeping
from jobs.context import Context
from jobs.rest import Resting
from jobs.second_try import once_more

log = logging.getLogger("mwavuli.jobs")
TEXTS = {What.NEW: warning, What.UPDATE: update, What.END: ending}
RESULTS = {
    Fate.ACCEPTED: At.ACCEPTED,
    Fate.REFUSED: At.REFUSED,
    Fate.DEAD: At.REFUSED,
    Fate.BLOCKED: At.REFUSED,
    Fate.UNKNOWN: At.UNKNOWN,
    Fate.RETRY: At.PENDING,
}
TURN = 0.5
"""seconds after which a chunk begins no more calls: other alerts get their turn"""
BREATH = 0.25
"""seconds in which a call's segments leave, where the rate is limited"""
MOST_TRIES = 6
"""so often the network may ask to try a number later"""
Known = dict[bytes, bytes | None]
"""token -> packed subscription, nothing where it is gone"""


class Sending(msgspec.Struct):
    """One chunk's work: what is sent and to whom it could not be yet."""

    broadcast: Broadcast
    alert: Alert
    world: World
    keep_until: int
    closed: frozenset[Texts] = frozenset()
    """whoever chose these gets no text now"""
    tries: int = 0
    """how often these prefixes were put off"""
    held_up: bool = False
    """the network took nothing"""
    retried: set[int] = msgspec.field(default_factory=set)
    """prefixes of which it took all but some, who are tried again later"""


def send_chunk(context: Context, item: Item, sending: Sending, prefixes: Sequence[int], over: bool) -> Item:
    """One run of prefixes: everybody in them is written in, then sent to (or lapses). Returns the item, still held."""
    known = _enlisted(context, sending, prefixes)
    if over:
        tried = context.store.recipients.had_second_try(sending.broadcast, list(known))
        steps = [Step(t, At.UNKNOWN if t in tried else At.LAPSED, At.PENDING.value) for t in known]
        context.store.recipients.settle(sending.broadcast, steps)
        return item
    return _send_calls(context, item, sending, _by_text(context, sending, known, _call_size(context)))


def _call_size(context: Context) -> int:
    """Where the rate is limited, calls are small: what they wait for is over soon."""
    pace = context.deployment.settings.tuning.pace
    rate = pace.slowest(context.provider.lines_known())
    return max(1, min(pace.call_size, int(rate * BREATH))) if rate else pace.call_size


def _send_calls(context: Context, item: Item, sending: Sending, calls: Iterator[tuple[str, list[bytes]]]) -> Item:
    """Several calls at once, until all are made or the turn is over; the lease is held meanwhile."""
    started = held = time.monotonic()
    waiting: set[Future[None]] = set()
    while True:
        now = time.monotonic()
        if now - started < TURN and not sending.held_up:
            room = context.flight.places - len(waiting)
            waiting |= {context.pool.submit(_call, context, sending, *call) for call in islice(calls, room)}
        if not waiting:
            return item
        if now - held > context.times.lease / 3:
            item, held = context.store.due.renew(item), now
        done, waiting = wait(waiting, context.times.lease / 3, FIRST_COMPLETED)
        for call in done:
            call.result()


def _enlisted(context: Context, sending: Sending, prefixes: Sequence[int]) -> Known:
    """Everybody in these prefixes who is pending or new, with their subscription."""
    recipients, broadcast = context.store.recipients, sending.broadcast
    if broadcast.what is What.NEW:
        areas = sending.world.atlas.audience_areas(sending.alert.area)
        people = recipients.members(areas, prefixes, broadcast.bits)
    else:
        people = recipients.reached(broadcast.number, prefixes, sending.keep_until)
    states = recipients.states(broadcast, prefixes)
    for prefix, tokens in people.items():
        # latecomers, and who an earlier attempt put back, are written in already; whoever has moved on stays there
        pending = [token for token, value in states[prefix].items() if value[:1] == b"p"]
        people[prefix] = pending + [token for token in tokens if token not in states[prefix]]
    return recipients.enlist(broadcast, people, sending.keep_until)


def _by_text(context: Context, sending: Sending, known: Known, size: int) -> Iterator[tuple[str, list[bytes]]]:
    """People grouped by what they read, in calls of at most `size`."""
    groups: dict[tuple[str, Wording], list[bytes]] = {}
    for token, packed in known.items():
        voice = Subscription.voice(packed) if packed else ("", Wording.NEUTRAL)
        groups.setdefault(voice, []).append(token)
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
    """One provider call: wait for its turn, claim, send, settle."""
    store, broadcast = context.store, sending.broadcast
    numbers = _numbers(context, broadcast, tokens)
    try:
        gate.wait(context, text, list(numbers.values()), Lane.ALERTS)
    except Resting:
        sending.held_up = True
        return
    claimed = store.recipients.claim(broadcast, list(numbers), sending.closed)
    if not claimed:
        return
    owners = {numbers[token]: token for token in claimed}
    started = time.monotonic()
    try:
        outcomes = gate.send(context, text, list(owners), Lane.ALERTS)
    except ProviderTrouble:
        sending.held_up = True
        store.recipients.settle(broadcast, [Step(t, At.PENDING, At.CLAIMED.value) for t in claimed])
        return
    context.flight.took(time.monotonic() - started)
    steps = [_settled(context, sending, owners[number], outcome) for number, outcome in outcomes.items()]
    store.recipients.settle(broadcast, steps)
    sending.retried |= {prefix_of(step.token, broadcast.bits) for step in steps if step.to is At.PENDING}
    unknown = [step.token for step in steps if step.to is At.UNKNOWN]
    once_more(context, broadcast, unknown, sending.keep_until)
    housekeeping.heed(context, {owners[number]: outcome.fate for number, outcome in outcomes.items()})


def _numbers(context: Context, broadcast: Broadcast, tokens: Sequence[bytes]) -> dict[bytes, Number]:
    """The number of each token. One that is none, as a damaged disk leaves it, is refused and stops nobody else."""
    numbers: dict[bytes, Number] = {}
    for token in tokens:
        with suppress(BadInput):
            numbers[token] = context.store.number(token, Purpose.SUBSCRIBER)
    if bad := set(tokens).difference(numbers):
        log.error("%d records of subscribers hold no number", len(bad))
        context.store.recipients.settle(broadcast, [Step(t, At.REFUSED, At.PENDING.value, b"0") for t in bad])
    return numbers


def _settled(context: Context, sending: Sending, token: bytes, outcome: Outcome) -> Step:
    """Where an outcome leaves somebody. A number that is always put off is given up, and holds up nobody else; one
    that was never tried (no code) is not. An answer also settles whom somebody else took for unknown meanwhile."""
    to, mark, leaving = RESULTS[outcome.fate], b"", At.CLAIMED.value
    if outcome.fate is Fate.RETRY and outcome.code and sending.tries >= MOST_TRIES:
        to = At.REFUSED
    if to is At.REFUSED:
        mark = b"%d" % outcome.code
    elif to is At.ACCEPTED:
        mark, leaving = message_mark(context.store.vault, outcome.message_id), At.CLAIMED.value + At.UNKNOWN.value
    return Step(token, to, leaving, mark)

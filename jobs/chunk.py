"""One chunk of a broadcast: read who is in it, claim a call's worth, send, settle."""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress

import msgspec

from gateway.errors import BadInput
from gateway.model.alert import Alert
from gateway.model.broadcast import Broadcast, What
from gateway.model.broadcast import State as At
from gateway.model.caller import World
from gateway.model.message import Lane
from gateway.model.subscription import Subscription, Wording
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble
from gateway.store import Item, Step
from gateway.store.recipients import message_mark
from gateway.vault import Purpose
from gateway.wording import ending, update, warning
from jobs import gate, housekeeping
from jobs.context import Context
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
    tries: int = 0
    """how often these prefixes were put off"""
    held_up: bool = False
    """the network took nothing"""
    retried: bool = False
    """it took all but some, who are tried again later"""


def send_chunk(context: Context, item: Item, sending: Sending, prefixes: Sequence[int], over: bool) -> Item:
    """One run of prefixes: everybody in them is written in, then sent to (or lapses). Returns the item, still held."""
    known = _enlisted(context, sending, prefixes)
    if over:
        tried = context.store.recipients.had_second_try(sending.broadcast, list(known))
        steps = [Step(t, At.UNKNOWN if t in tried else At.LAPSED, At.PENDING.value) for t in known]
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
        people = recipients.reached(broadcast.number, prefixes, sending.keep_until)
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
    gate.wait(context, text, list(numbers.values()), Lane.ALERTS)
    claimed = store.recipients.claim(broadcast, list(numbers))
    if not claimed or store.now() >= broadcast.until:
        store.recipients.settle(broadcast, [Step(t, At.LAPSED, At.CLAIMED.value) for t in claimed])
        return
    owners = {numbers[token]: token for token in claimed}
    try:
        outcomes = gate.send(context, text, list(owners), Lane.ALERTS)
    except ProviderTrouble:
        sending.held_up = True
        store.recipients.settle(broadcast, [Step(t, At.PENDING, At.CLAIMED.value) for t in claimed])
        return
    steps = [_settled(context, sending, owners[number], outcome) for number, outcome in outcomes.items()]
    store.recipients.settle(broadcast, steps)
    sending.retried |= any(step.to is At.PENDING for step in steps)
    unknown = [step.token for step in steps if step.to is At.UNKNOWN]
    once_more(context, broadcast, unknown, sending.keep_until)
    gone = [owners[n] for n, o in outcomes.items() if o.fate in (Fate.BLOCKED, Fate.DEAD)]
    housekeeping.drop_subscribers(context, gone)


def _numbers(context: Context, broadcast: Broadcast, tokens: Sequence[bytes]) -> dict[bytes, Number]:
    """The number of each token. One that is none, as a damaged disk leaves it, is refused and stops nobody else."""
    numbers: dict[bytes, Number] = {}
    for token in tokens:
        with suppress(BadInput):
            numbers[token] = context.store.number(token, Purpose.SUBSCRIBER)
    if bad := set(tokens).difference(numbers):
        log.error("%d records of subscribers hold no number", len(bad))
        context.store.recipients.settle(broadcast, [Step(t, At.REFUSED, At.PENDING.value) for t in bad])
    return numbers


def _settled(context: Context, sending: Sending, token: bytes, outcome: Outcome) -> Step:
    """Where an outcome leaves somebody. A number that is always put off is given up, and holds up nobody else; one
    that was never tried (no code) is not."""
    if outcome.fate is Fate.RETRY and outcome.code and sending.tries >= MOST_TRIES:
        return Step(token, At.REFUSED, At.CLAIMED.value)
    mark = message_mark(context.store.vault, outcome.message_id) if outcome.fate is Fate.ACCEPTED else b""
    return Step(token, RESULTS[outcome.fate], At.CLAIMED.value, mark)

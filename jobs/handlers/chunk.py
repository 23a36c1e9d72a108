"""One chunk of a broadcast: read its subscribers, claim as many as fit in a request, send, write the outcomes."""

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from itertools import islice

import msgspec

from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.alert import Alert
from gateway.model.broadcast import Broadcast, BroadcastKind, RecipientState as At
from gateway.model.message import Lane
from gateway.model.subscription import Subscription, TextPreference, Wording
from gateway.model.world import World
from gateway.numbers import Number
from gateway.providers import ProviderError, SendOutcome, SendStatus
from gateway.store import Transition, WorkItem
from gateway.store.keys import token_prefix as prefix_of
from gateway.store.recipients import MESSAGE_HASH_BYTES, message_hash
from gateway.text.wording import alert_text, ending_text, update_text
from jobs.context import JobContext
from jobs.handlers import cleanup
from jobs.handlers.redelivery import schedule_resend
from jobs.sending import send
from jobs.sending.backoff import CircuitOpen

log = logging.getLogger("mwavuli.jobs")
COMPOSERS = {BroadcastKind.NEW: alert_text, BroadcastKind.UPDATE: update_text, BroadcastKind.END: ending_text}
STATE_BY_STATUS = {
    SendStatus.ACCEPTED: At.ACCEPTED,
    SendStatus.REFUSED: At.REFUSED,
    SendStatus.DEAD_NUMBER: At.REFUSED,
    SendStatus.OPTED_OUT: At.REFUSED,
    SendStatus.UNKNOWN: At.UNKNOWN,
    SendStatus.RETRY: At.PENDING,
}
CHUNK_BUDGET_S = 0.5
"""seconds after which a chunk starts no more requests, so that other alerts get their turn"""
RATE_LIMITED_REQUEST_S = 0.25
"""seconds in which the segments of one request leave, where the rate is limited"""
MAX_RETRIES = 6
"""how often the network may ask to try a number later"""
PackedSubscriptions = dict[bytes, bytes | None]
"""packed subscription by token, None where it was deleted"""


class Chunk(msgspec.Struct):
    """The work of one chunk: what is sent, and the prefixes that wait for another try."""

    broadcast: Broadcast
    alert: Alert
    world: World
    keep_until: int
    muted_preferences: frozenset[TextPreference] = frozenset()
    """subscribers with these preferences get no text now"""
    retries: int = 0
    """how often these prefixes were postponed"""
    is_provider_down: bool = False
    """the network took nothing"""
    retried_prefixes: set[int] = msgspec.field(default_factory=set)
    """prefixes with recipients who are tried again later"""


def send_alert_chunk(
    context: JobContext, item: WorkItem, chunk: Chunk, prefixes: Sequence[int], is_over: bool
) -> WorkItem:
    """Insert all recipients of these prefixes, and send to them, or let them expire. Return the item with its lease."""
    known = _enlist(context, chunk, prefixes)
    if is_over:
        tried = context.store.recipients.filter_redelivered(chunk.broadcast, list(known))
        steps = [Transition(t, At.UNKNOWN if t in tried else At.LAPSED, At.PENDING.value) for t in known]
        context.store.recipients.apply_transitions(chunk.broadcast, steps)
        return item
    return _send_requests(context, item, chunk, _group_by_text(context, chunk, known, _request_size(context)))


def _request_size(context: JobContext) -> int:
    """Return how many recipients a request has: few where the rate is limited, so that no request waits long."""
    pace = context.deployment.settings.tuning.sending
    rate = pace.slowest_rate(context.provider.provider_names())
    return max(1, min(pace.request_size, int(rate * RATE_LIMITED_REQUEST_S))) if rate else pace.request_size


def _send_requests(
    context: JobContext, item: WorkItem, chunk: Chunk, requests: Iterator[tuple[str, list[bytes]]]
) -> WorkItem:
    """Make several requests at once, until all are made or the time is over. Renew the lease meanwhile."""
    started = renewed_at = time.monotonic()
    waiting: set[Future[None]] = set()
    while True:
        now = time.monotonic()
        if now - started < CHUNK_BUDGET_S and not chunk.is_provider_down:
            room = context.concurrency.limit - len(waiting)
            waiting |= {context.pool.submit(_send_request, context, chunk, *call) for call in islice(requests, room)}
        if not waiting:
            return item
        if now - renewed_at > context.times.lease / 3:
            item, renewed_at = context.store.work_queue.renew_lease(item), now
        done, waiting = wait(waiting, context.times.lease / 3, FIRST_COMPLETED)
        for call in done:
            call.result()


def _enlist(context: JobContext, chunk: Chunk, prefixes: Sequence[int]) -> PackedSubscriptions:
    """Insert the recipients of these prefixes. Return the pending and new ones with their subscriptions."""
    recipients, broadcast = context.store.recipients, chunk.broadcast
    if broadcast.kind is BroadcastKind.NEW:
        areas = chunk.world.atlas.audience_areas(chunk.alert.area)
        people = recipients.find_subscribers(areas, prefixes, broadcast.shard_bits)
    else:
        people = recipients.read_reached(broadcast.number, prefixes, chunk.keep_until)
    states = recipients.read_states(broadcast, prefixes)
    for prefix, tokens in people.items():
        # late subscribers and recipients of an earlier attempt are inserted already; other states do not change
        pending = [token for token, value in states[prefix].items() if value[:1] == b"p"]
        people[prefix] = pending + [token for token in tokens if token not in states[prefix]]
    return recipients.insert(broadcast, people, chunk.keep_until)


def _group_by_text(
    context: JobContext, chunk: Chunk, subscriptions: PackedSubscriptions, size: int
) -> Iterator[tuple[str, list[bytes]]]:
    """Yield texts with the tokens of their readers, at most `size` in one request."""
    groups: dict[tuple[str, Wording], list[bytes]] = {}
    for token, packed in subscriptions.items():
        groups.setdefault(_voice(packed), []).append(token)
    for (lang, wording), tokens in groups.items():
        text = _compose_text(context, chunk, lang, wording)
        for start in range(0, len(tokens), size):
            yield text, tokens[start : start + size]


def _voice(packed: bytes | None) -> tuple[str, Wording]:
    """Return language and wording of a reader. A damaged record must not hold up the warning of all others."""
    try:
        return Subscription.unpack_language_and_wording(packed) if packed else ("", Wording.NEUTRAL)
    except (ValueError, IndexError):
        log.error("a damaged record of a subscriber: the text is in the default language")
        return "", Wording.NEUTRAL


def _compose_text(context: JobContext, chunk: Chunk, lang: str, wording: Wording) -> str:
    area = context.area_name(chunk.world, chunk.alert.area)
    dial = chunk.world.profile.service_code
    words = COMPOSERS[chunk.broadcast.kind]
    return words(chunk.alert, area, wording, context.translator(lang), chunk.world.local_time, dial)


def _send_request(context: JobContext, chunk: Chunk, text: str, tokens: list[bytes]) -> None:
    """Make one provider call: wait for the rate limit, claim, send, write the outcomes."""
    store, broadcast = context.store, chunk.broadcast
    numbers = _open_numbers(context, broadcast, tokens)
    try:
        send.acquire_send_slot(context, text, list(numbers.values()), Lane.ALERTS)
    except CircuitOpen:
        chunk.is_provider_down = True
        return
    claimed = store.recipients.claim(broadcast, list(numbers), chunk.muted_preferences)
    if not claimed:
        return
    owners = {numbers[token]: token for token in claimed}
    started = time.monotonic()
    try:
        outcomes = send.send_text(context, text, list(owners), Lane.ALERTS, broadcast.until, broadcast.id.encode())
    except ProviderError as error:
        if error.is_about_text:  # the other texts of this warning go on, and this one is tried behind them
            chunk.retried_prefixes |= {prefix_of(token, broadcast.shard_bits) for token in claimed}
        else:
            chunk.is_provider_down = True
        store.recipients.apply_transitions(broadcast, [Transition(t, At.PENDING, At.CLAIMED.value) for t in claimed])
        return
    context.concurrency.observe(time.monotonic() - started)
    steps = [_transition(context, chunk, owners[number], outcome) for number, outcome in outcomes.items()]
    store.recipients.apply_transitions(broadcast, steps)
    chunk.retried_prefixes |= {
        prefix_of(step.token, broadcast.shard_bits) for step in steps if step.to_state is At.PENDING
    }
    unknown = [step.token for step in steps if step.to_state is At.UNKNOWN]
    schedule_resend(context, broadcast, unknown, chunk.keep_until)
    cleanup.handle_number_status(context, {owners[number]: outcome.status for number, outcome in outcomes.items()})


def _open_numbers(context: JobContext, broadcast: Broadcast, tokens: Sequence[bytes]) -> dict[bytes, Number]:
    """Return the number of each token. A token without a number, as after a damaged disk, is marked as refused."""
    numbers: dict[bytes, Number] = {}
    for token in tokens:
        with suppress(BadInput):
            numbers[token] = context.store.number(token, Purpose.SUBSCRIBER)
    if bad := set(tokens).difference(numbers):
        log.error("%d records of subscribers hold no number", len(bad))
        context.store.recipients.apply_transitions(
            broadcast, [Transition(t, At.REFUSED, At.PENDING.value, b"0") for t in bad]
        )
    return numbers


def _message_detail(context: JobContext, outcome: SendOutcome) -> bytes:
    return message_hash(context.store.vault, outcome.message_id)[:MESSAGE_HASH_BYTES]


def _transition(context: JobContext, chunk: Chunk, token: bytes, outcome: SendOutcome) -> Transition:
    """Return the transition that follows from an outcome.

    A number that the network puts off again and again is given up after `MAX_RETRIES`, but not one that was never
    tried (no code). An accepted text also ends a state that another worker took for unknown meanwhile.
    """
    to, detail, leaving = STATE_BY_STATUS[outcome.status], b"", At.CLAIMED.value
    if outcome.status is SendStatus.RETRY and outcome.code and chunk.retries >= MAX_RETRIES:
        to = At.REFUSED
    if to is At.REFUSED:
        detail = b"%d" % outcome.code
    elif to is At.ACCEPTED:
        detail, leaving = _message_detail(context, outcome), At.CLAIMED.value + At.UNKNOWN.value
    return Transition(token, to, leaving, detail)

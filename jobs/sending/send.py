"""The only place from which a text leaves for a network."""

import time
from collections.abc import Mapping, Sequence

from gateway.crypto.references import make_reference
from gateway.errors import BadInput
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, Recipient, SendOutcome, SendStatus
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause
from jobs.sending import backoff, budget, statements
from jobs.sending.counters import count_outcomes

MIN_REFUSED_TEXTS = 3
"""Texts in a row that a network refuses one by one, before it is taken to refuse all."""
NOT_SENT = SendOutcome(SendStatus.RETRY)
"""as for a number that was never tried: the work is dropped by its own rule for a deadline"""


def acquire_send_slot(context: JobContext, text: str, numbers: Sequence[Number], lane: Lane) -> None:
    """Wait until one text to these numbers fits the rate limit. Call this before anything is claimed.

    Raises CircuitOpen where the lane may send nothing now.
    """
    backoff.raise_if_open(context, lane)
    tariff = context.store.world_cache.world.profile.tariff
    for provider, carried in context.provider.group_by_provider(numbers).items():
        context.rate_limiter.acquire(provider, tariff.count_segments(text, carried), is_urgent=lane is Lane.ALERTS)


@count_outcomes
def send_text(
    context: JobContext, text: str, numbers: Sequence[Number], lane: Lane, until: float, work: bytes
) -> Mapping[Number, SendOutcome]:
    """Make one provider call. Raises ProviderError when no text was sent; the circuit of its lane is open then.

    `until`: Unix seconds by the clock of Redis; after it nobody may receive the text, so it goes to the network, and
    a text past it is not sent. `work` names what is sent: the same work to the same number has the same reference.
    """
    failing_before = context.provider.failing_providers()
    context.store.access_state.raise_if_wiped()
    remaining_s = until - context.store.now()
    if remaining_s <= 0:
        return dict.fromkeys(numbers, NOT_SENT)
    networks = context.provider.group_by_provider(numbers)
    recipients = [Recipient(number, make_reference(context.store.vault, work, number)) for number in numbers]
    try:
        outcomes = _reserve_and_send(context, text, recipients, lane, time.time() + remaining_s)
    except ProviderError as error:
        if not error.is_about_text or context.store.refusals.note_refused_text(text) >= MIN_REFUSED_TEXTS:
            backoff.trip_circuit(context, lane, error.kind)
        raise
    finally:
        _update_failover(context, failing_before, context.provider.failing_providers())
    outcomes, must_rest = statements.weigh(context, networks, outcomes)
    _update_circuit(context, lane, outcomes, must_rest)
    return outcomes


def _update_circuit(context: JobContext, lane: Lane, outcomes: Mapping[Number, SendOutcome], must_rest: bool) -> None:
    """Pause the lanes after a call in which nothing was taken; end all pauses after another."""
    statuses = {outcome.status for outcome in outcomes.values()}
    if must_rest:
        backoff.rest(context, lane)
    elif statuses == {SendStatus.UNKNOWN}:  # the network was silent, and the next call might be lost in the same way
        backoff.trip_circuit(context, lane, ProviderErrorKind.BUSY)
    elif statuses - {SendStatus.UNKNOWN, SendStatus.RETRY}:
        context.store.refusals.note_taken_text()
        backoff.reset_circuit(context)


def _reserve_and_send(
    context: JobContext, text: str, recipients: Sequence[Recipient], lane: Lane, until: float
) -> Mapping[Number, SendOutcome]:
    """Reserve the cost, call the provider, refund what was surely not sent. Without budget, nobody is sent to."""
    numbers = [recipient.number for recipient in recipients]
    reservation = budget.reserve(context, text, numbers, lane)
    if reservation is None:
        return dict.fromkeys(numbers, NOT_SENT)
    try:
        outcomes = context.provider.send(text, recipients, until)
    except (ProviderError, BadInput):
        budget.refund(context, reservation, numbers)
        raise
    budget.refund(context, reservation, [n for n, o in outcomes.items() if o.status not in budget.CHARGED_STATUSES])
    return outcomes


def _update_failover(context: JobContext, before: frozenset[str], now: frozenset[str]) -> None:
    """Raise an alarm while one network fails and another carries its texts."""
    if now:
        context.store.circuit_breaker.mark_failed_over()
        alarms.raise_alarm(context, AlarmCause.FAILED_OVER)
    elif before:
        context.store.circuit_breaker.clear_failover()

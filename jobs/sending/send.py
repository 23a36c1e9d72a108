"""The only place from which a text leaves for a network."""

import time
from collections.abc import Mapping, Sequence

from gateway.crypto.references import make_reference
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, Recipient, SendOutcome, SendStatus
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause
from jobs.sending import backoff, budget
from jobs.sending.counters import count_outcomes

NOT_SENT = SendOutcome(SendStatus.RETRY)
"""as for a number that was never tried: the work is dropped by its own rule for a deadline"""


def acquire_send_slot(context: JobContext, text: str, numbers: Sequence[Number], lane: Lane) -> None:
    """Wait until one text to these numbers is within the rate limit. Call it before anything is claimed.

    Raises CircuitOpen where nothing may leave now.
    """
    backoff.raise_if_open(context, lane)
    tariff = context.store.world_cache.world.profile.tariff
    for line, carried in context.provider.group_by_provider(numbers).items():
        context.rate_limiter.acquire(line, tariff.count_segments(text, carried), is_urgent=lane is Lane.ALERTS)


@count_outcomes
def send_text(
    context: JobContext, text: str, numbers: Sequence[Number], lane: Lane, until: float, work: bytes
) -> Mapping[Number, SendOutcome]:
    """Make one provider call. Raises ProviderError when no text was sent; the circuit of its lane is open then.

    `until`: Unix seconds by the clock of Redis; after it nobody may receive the text, so it goes to the network, and
    a text past it is not sent. `work` names what is sent: the same work to the same number has the same reference.
    """
    context.store.access_state.raise_if_wiped()
    remaining_s = until - context.store.now()
    if remaining_s <= 0:
        return dict.fromkeys(numbers, NOT_SENT)
    recipients = [Recipient(number, make_reference(context.store.vault, work, number)) for number in numbers]
    down = context.provider.failing_providers()
    try:
        outcomes = budget.send_within_budget(context, text, recipients, lane, time.time() + remaining_s)
    except ProviderError as error:
        backoff.trip_circuit(context, lane, error.kind)
        raise
    finally:
        _update_failover(context, down, context.provider.failing_providers())
    fates = {outcome.status for outcome in outcomes.values()}
    if fates == {SendStatus.UNKNOWN}:  # the network is silent: the next text might be lost too
        backoff.trip_circuit(context, lane, ProviderErrorKind.BUSY)
    elif fates - {SendStatus.UNKNOWN, SendStatus.RETRY}:
        backoff.reset_circuit(context)
    return outcomes


def _update_failover(context: JobContext, before: frozenset[str], now: frozenset[str]) -> None:
    """Record whether one of several networks fails while another carries its texts."""
    if now:
        context.store.circuit_breaker.mark_failed_over()
        alarms.raise_alarm(context, AlarmCause.FAILED_OVER)
    elif before:
        context.store.circuit_breaker.clear_failover()

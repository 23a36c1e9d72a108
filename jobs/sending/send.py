"""The one way out: every text that leaves for a network passes here, whatever it is and whoever sends it."""

from collections.abc import Mapping, Sequence

from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, SendOutcome, SendStatus
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause
from jobs.sending import backoff, budget
from jobs.sending.counters import count_outcomes


def acquire_send_slot(context: JobContext, text: str, numbers: Sequence[Number], lane: Lane) -> None:
    """Take room for one text to these numbers, and come back when it may leave. Before anything is claimed.

    Raises Resting where nothing may leave now.
    """
    backoff.raise_if_open(context, lane)
    tariff = context.store.world_cache.world.profile.tariff
    for line, carried in context.provider.group_by_provider(numbers).items():
        context.rate_limiter.acquire(line, tariff.count_segments(text, carried), is_urgent=lane is Lane.ALERTS)


@count_outcomes
def send_text(context: JobContext, text: str, numbers: Sequence[Number], lane: Lane) -> Mapping[Number, SendOutcome]:
    """One provider call. Raises ProviderTrouble when nothing was sent; its lane rests by then."""
    down = context.provider.failing_providers()
    context.store.access_state.raise_if_wiped()
    try:
        outcomes = budget.send_within_budget(context, text, numbers, lane)
    except ProviderError as error:
        backoff.trip_circuit(context, lane, error.kind)
        raise
    finally:
        _update_failover(context, down, context.provider.failing_providers())
    fates = {outcome.status for outcome in outcomes.values()}
    if fates == {SendStatus.UNKNOWN}:  # silence: the next might be lost in it too
        backoff.trip_circuit(context, lane, ProviderErrorKind.BUSY)
    elif fates - {SendStatus.UNKNOWN, SendStatus.RETRY}:
        backoff.reset_circuit(context)
    return outcomes


def _update_failover(context: JobContext, before: frozenset[str], now: frozenset[str]) -> None:
    """One of several networks fails, and another carries its texts."""
    if now:
        context.store.circuit_breaker.mark_failed_over()
        alarms.raise_alarm(context, AlarmCause.FAILED_OVER)
    elif before:
        context.store.circuit_breaker.clear_failover()

"""Counts of the outcomes of all texts, for the metrics."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps

from gateway.errors import StoreUnavailable
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import ProviderError, SendOutcome, SendStatus
from jobs.context import JobContext

SendFunction = Callable[[JobContext, str, Sequence[Number], Lane, float, bytes], Mapping[Number, SendOutcome]]
ERROR_LABEL = "trouble"


def count_outcomes(send: SendFunction) -> SendFunction:
    """Return `send` with its outcomes counted."""

    @wraps(send)
    def sent(
        context: JobContext, text: str, numbers: Sequence[Number], lane: Lane, until: float, work: bytes
    ) -> Mapping[Number, SendOutcome]:
        try:
            outcomes = send(context, text, numbers, lane, until, work)
        except ProviderError:
            _add_counts(context, lane, {ERROR_LABEL: len(numbers)})
            raise
        _add_counts(context, lane, Counter(outcome.status.value for outcome in outcomes.values()))
        return outcomes

    return sent


def count_unknown(context: JobContext, lane: str, texts: int) -> None:
    """Count texts that may have left, because a worker died sending them."""
    _add_counts(context, lane, {SendStatus.UNKNOWN.value: texts})


def flush_counters(context: JobContext) -> None:
    """Write the gathered counts, so that all processes can read them."""
    with suppress(StoreUnavailable):
        context.store.send_counters.flush()
        context.store.refusals.flush()


def _add_counts(context: JobContext, lane: str, results: Mapping[str, int]) -> None:
    """Add to the counts. Without Redis a count is lost, and sending goes on."""
    with suppress(StoreUnavailable):
        context.store.send_counters.add(lane, results)

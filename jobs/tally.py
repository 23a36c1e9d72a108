"""Counts what becomes of every text that leaves, for the metrics."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps

from gateway.errors import StoreAway
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble
from jobs.context import Context

Send = Callable[[Context, str, Sequence[Number], Lane], Mapping[Number, Outcome]]
TROUBLE = "trouble"


def counted(send: Send) -> Send:
    """A provider call, with its outcomes counted."""

    @wraps(send)
    def sent(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> Mapping[Number, Outcome]:
        try:
            outcomes = send(context, text, numbers, lane)
        except ProviderTrouble:
            _add(context, lane, {TROUBLE: len(numbers)})
            raise
        _add(context, lane, Counter(outcome.fate.value for outcome in outcomes.values()))
        return outcomes

    return sent


def lost(context: Context, lane: str, texts: int) -> None:
    """So many texts may have left: somebody died sending them."""
    _add(context, lane, {Fate.UNKNOWN.value: texts})


def written(context: Context) -> None:
    """Nothing more is gathered: what was counted may be read by all."""
    with suppress(StoreAway):
        context.store.tally.write()


def _add(context: Context, lane: str, results: Mapping[str, int]) -> None:
    """A count is the least of what is at stake here: without Redis it is lost, and nothing else."""
    with suppress(StoreAway):
        context.store.tally.add(lane, results)

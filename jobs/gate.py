"""The one way out: every text that leaves for a network passes here, whatever it is and whoever sends it."""

from collections.abc import Mapping, Sequence

from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble, Trouble
from jobs import alarm, rest, spending
from jobs.alarm import Cause
from jobs.context import Context
from jobs.tally import counted


def wait(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> None:
    """Take room for one text to these numbers, and come back when it may leave. Before anything is claimed.

    Raises Resting where nothing may leave now.
    """
    rest.enter(context, lane)
    tariff = context.store.shelves.world.house.tariff
    for line, carried in context.provider.lines(numbers).items():
        context.pace.wait(line, tariff.segments(text, carried), urgent=lane is Lane.ALERTS)


@counted
def send(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> Mapping[Number, Outcome]:
    """One provider call. Raises ProviderTrouble when nothing was sent; its lane rests by then."""
    down = context.provider.down()
    context.store.door.see_that_nothing_was_wiped()
    try:
        outcomes = spending.send(context, text, numbers, lane)
    except ProviderTrouble as error:
        rest.begin(context, lane, error.trouble)
        raise
    finally:
        _tell_of(context, down, context.provider.down())
    fates = {outcome.fate for outcome in outcomes.values()}
    if fates == {Fate.UNKNOWN}:  # silence: the next might be lost in it too
        rest.begin(context, lane, Trouble.BUSY)
    elif fates - {Fate.UNKNOWN, Fate.RETRY}:
        rest.over(context)
    return outcomes


def _tell_of(context: Context, before: frozenset[str], now: frozenset[str]) -> None:
    """One of several networks fails, and another carries its texts."""
    if now:
        context.store.rests.handed_over()
        alarm.sound(context, Cause.HANDED)
    elif before:
        context.store.rests.taken_back()

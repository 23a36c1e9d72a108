"""The one way out: every text that leaves for a network passes here, whatever it is and whoever sends it."""

from collections.abc import Mapping, Sequence

from gateway.gsm import segments
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import Outcome, ProviderTrouble, Trouble
from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context
from jobs.tally import counted

ALARMS = {Trouble.BROKE: Cause.BROKE, Trouble.SHUT: Cause.SHUT}


def wait(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> None:
    """Take room for one text to these numbers, and come back when it may leave. Before anything is claimed."""
    context.pace.wait(segments(text) * len(numbers), urgent=lane is Lane.ALERTS)


@counted
def send(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> Mapping[Number, Outcome]:
    """One provider call. Raises ProviderTrouble when nothing was sent; its alarm is raised by then."""
    try:
        outcomes = context.provider.send(text, numbers)
    except ProviderTrouble as error:
        if cause := ALARMS.get(error.trouble):
            alarm.sound(context, cause)
        raise
    alarm.lower(context, *ALARMS.values())
    return outcomes

"""When the network takes nothing: lanes rest, one call tries again, and whoever looks after the service hears once."""

from gateway.errors import MwavuliError
from gateway.model.message import Lane
from gateway.providers import Trouble
from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context

GROWING = {lane.value: (2.0, 20.0) for lane in Lane}
"""first pause and longest, in seconds: with jitter at most 25, so that all is sent within a minute of recovery"""
UNTIL_MENDED = {"alerts": (10.0, 10.0), "messages": (60.0, 60.0), "bulk": (300.0, 300.0)}
"""alerts keep trying where others rest"""
PAUSES = {Trouble.BUSY: GROWING, Trouble.BROKE: UNTIL_MENDED, Trouble.SHUT: UNTIL_MENDED}
ALARMS = {Trouble.BUSY: Cause.BUSY, Trouble.BROKE: Cause.BROKE, Trouble.SHUT: Cause.SHUT}
PATIENCE = 3
"""so often in a row a busy network is no alarm yet"""


class Resting(MwavuliError):
    """The lane rests; nothing was claimed or sent."""


def enter(context: Context, lane: Lane) -> None:
    """Raises Resting while another call tries, or none may."""
    if context.store.rests.enter(lane):
        raise Resting


def begin(context: Context, lane: Lane, trouble: Trouble) -> None:
    """A call was not taken."""
    times = context.store.rests.begin(lane, PAUSES[trouble])
    if trouble is not Trouble.BUSY or times > PATIENCE:
        alarm.sound(context, ALARMS[trouble])


def over(context: Context) -> None:
    """A call was taken: what rested goes on, and these alarms are mended."""
    context.store.rests.over()
    alarm.lower(context, *ALARMS.values())

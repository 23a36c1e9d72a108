"""How full Redis is: from nine tenths on nobody is added, and the last tenth is for warnings.

The alarm itself is what every turn reads with the rest of the world, so that knowing it costs no round trip.
"""

from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context

FULL = 0.90
ROOM = 0.85
"""so much less again, and people are added: not in and out with every session"""


def look(context: Context) -> None:
    """By the clock. Redis' `maxmemory` is what it is measured by; without one it is never full."""
    used = context.store.connection.fullness()
    if used >= FULL:
        alarm.sound(context, Cause.FULL)
    elif used < ROOM and context.store.world().full:
        alarm.lower(context, Cause.FULL)

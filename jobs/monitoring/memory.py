"""How full Redis is: from nine tenths on nobody is added, and the last tenth is for warnings.

The alarm itself is what every turn reads with the rest of the world, so that knowing it costs no round trip.
"""

from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

FULL_RATIO = 0.90
RECOVERED_RATIO = 0.85
"""so much less again, and people are added: not in and out with every session"""


def check_memory(context: JobContext) -> None:
    """By the clock. Redis' `maxmemory` is what it is measured by; without one it is never full."""
    used = context.store.used_memory_share()
    if used >= FULL_RATIO:
        alarms.raise_alarm(context, AlarmCause.MEMORY_FULL)
    elif used < RECOVERED_RATIO and context.store.read_world().is_full:
        alarms.clear_alarms(context, AlarmCause.MEMORY_FULL)

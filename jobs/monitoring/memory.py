"""How full Redis is: above nine tenths nobody is added, and the last tenth is for alerts.

Every turn reads the alarm together with its other records, so that knowing it costs no round trip.
"""

from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

FULL_RATIO = 0.90
RECOVERED_RATIO = 0.85
"""below this ratio people are added again; the distance keeps the alarm from switching with every session"""


def check_memory(context: JobContext) -> None:
    """Raise or clear the alarm by Redis' memory and its `maxmemory`. Without `maxmemory` Redis is never full."""
    used = context.store.used_memory_share()
    if used >= FULL_RATIO:
        alarms.raise_alarm(context, AlarmCause.MEMORY_FULL)
    elif used < RECOVERED_RATIO and context.store.read_world().is_full:
        alarms.clear_alarms(context, AlarmCause.MEMORY_FULL)

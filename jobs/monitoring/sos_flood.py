"""The alarm about a flood of calls for help. Most of them are forged, and real ones may be among them."""

from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_sos_flood(context: JobContext) -> None:
    """Raise the alarm while more calls come than a raid brings."""
    alarms.follow_level(context, AlarmCause.SOS_FLOOD, context.store.limits.sos_flood_level())

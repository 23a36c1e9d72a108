"""The alarm about a flood of calls for help. Most of them are forged, and real ones may be among them."""

from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_sos_flood(context: JobContext) -> None:
    """Raise the alarm while more calls come than a raid brings, and clear it within ten minutes of their end."""
    if context.store.limits.is_sos_flood():
        alarms.raise_alarm(context, AlarmCause.SOS_FLOOD)
    else:
        alarms.clear_alarms(context, AlarmCause.SOS_FLOOD)

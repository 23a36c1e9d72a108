"""Checks for what an attack looks like: many people leave at once, a flood of calls, reports on texts of others."""

from gateway.model.counted_event import CountedEvent
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_floods(context: JobContext) -> None:
    """Raise the alarm for each event that happened unusually often in the last minutes; clear the others."""
    counts, limits = context.store.read_event_counts(), context.deployment.settings.tuning.floods
    floods = {
        AlarmCause.MANY_LEAVE: _is_large_share(context, counts[CountedEvent.LEAVING], limits.leaving_percent)
        or _is_large_share(context, counts[CountedEvent.LEAVING_IN_A_DAY], limits.leaving_percent_day),
        AlarmCause.JOIN_FLOOD: counts[CountedEvent.JOIN_BY_TEXT] >= limits.joins_by_text,
        AlarmCause.FOREIGN_REPORTS: counts[CountedEvent.FOREIGN_DELIVERY_REPORT] >= limits.foreign_reports,
    }
    for cause, is_flood in floods.items():
        alarms.set_alarm(context, cause, is_flood)


def _is_large_share(context: JobContext, leaving: int, percent: int) -> bool:
    """Whether many left, and they are a large share of all. In a large service many leave by chance."""
    if leaving < context.deployment.settings.tuning.floods.leaving:
        return False
    return leaving * 100 >= sum(context.store.count_subscribers().values()) * percent

"""Checks for what an attack looks like: many people leave at once, a flood of calls, reports on texts of others."""

from gateway.model.counted_event import CountedEvent
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_floods(context: JobContext) -> None:
    """Raise the alarm for each event that happened unusually often in the last minutes; clear the others."""
    counts, limits = context.store.read_event_counts(), context.deployment.settings.tuning.floods
    floods = {
        AlarmCause.MANY_LEAVE: counts[CountedEvent.LEAVING] >= limits.leaving and _is_large_share(context, counts),
        AlarmCause.JOIN_FLOOD: counts[CountedEvent.JOIN_BY_TEXT] >= limits.joins_by_text,
        AlarmCause.FOREIGN_REPORTS: counts[CountedEvent.FOREIGN_DELIVERY_REPORT] >= limits.foreign_reports,
    }
    for cause, is_flood in floods.items():
        alarms.set_alarm(context, cause, is_flood)


def _is_large_share(context: JobContext, counts: dict[CountedEvent, int]) -> bool:
    """Whether the people who left are a large share of all. In a large service many leave at once by chance."""
    subscriptions = sum(context.store.count_subscribers().values())
    share = context.deployment.settings.tuning.floods.leaving_percent
    return counts[CountedEvent.LEAVING] * 100 >= subscriptions * share

"""Checks for what an attack looks like: many people leave at once, a flood of calls, reports on texts of others.

Also for a network that says of many numbers what it may say of one."""

from math import floor

from gateway.model.counted_event import CountedEvent
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def check_floods(context: JobContext) -> None:
    """Raise the alarm for each event that happened unusually often in the last minutes."""
    counts, limits = context.store.read_event_counts(), context.deployment.settings.tuning.floods
    levels = {
        AlarmCause.MANY_LEAVE: max(
            _leaving_level(context, counts[CountedEvent.LEAVING], limits.leaving_percent),
            # a day's count falls once a day, so below its threshold it keeps no alarm standing
            floor(_leaving_level(context, counts[CountedEvent.LEAVING_IN_A_DAY], limits.leaving_percent_day)),
        ),
        AlarmCause.JOIN_FLOOD: counts[CountedEvent.JOIN_BY_TEXT] / limits.joins_by_text,
        AlarmCause.FOREIGN_REPORTS: counts[CountedEvent.FOREIGN_DELIVERY_REPORT] / limits.foreign_reports,
        AlarmCause.MANY_REFUSED: max(
            context.store.refusals.read(network).level for network in context.provider.provider_names()
        ),
        AlarmCause.UNREADABLE_TEXTS: counts[CountedEvent.UNREADABLE_TEXT] / limits.unreadable,
    }
    for cause, level in levels.items():
        alarms.follow_level(context, cause, level)


def _leaving_level(context: JobContext, leaving: int, percent: int) -> float:
    """Return the level of those who left: 1 where they are many, and a large share of all.

    In a large service many leave by chance.
    """
    few = context.deployment.settings.tuning.floods.leaving
    large_share = sum(context.store.count_subscribers().values()) * percent / 100
    return leaving / max(few, large_share)

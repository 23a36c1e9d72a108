"""Entries of a queue that are not ours: another program writes to our Redis, and may know its password."""

from contextlib import suppress

from gateway.errors import MwavuliError
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause


def record_foreign_entry(context: JobContext, lane: str) -> None:
    """Count an entry that was dropped, and raise the alarm. Nothing of the entry is logged."""
    with suppress(MwavuliError):  # without the key or Redis, the next entry raises it
        context.store.foreign_entries.record(lane)
        alarms.raise_alarm(context, AlarmCause.FOREIGN_ENTRY)


def check_foreign_entries(context: JobContext) -> None:
    """Clear the alarm a day after the last such entry."""
    stands = AlarmCause.FOREIGN_ENTRY.encode() in context.store.world_cache.alarms.items
    if stands and not context.store.foreign_entries.counts():
        alarms.clear_alarms(context, AlarmCause.FOREIGN_ENTRY)

"""Why a single text that is no alert waits: its network's hours, the daily budget, and its reader's quiet hours."""

from gateway.model.message import Lane, OutboundText
from gateway.numbers import Number
from gateway.store import WorkItem
from jobs.context import JobContext
from jobs.sending import budget, quiet_hours


def delay_s(context: JobContext, item: WorkItem, message: OutboundText) -> float:
    """Return the seconds for which the text has to wait. With 0 it may leave, and counts for its reader's day."""
    if message.lane is Lane.ALERTS:
        return 0
    number = Number.from_int(message.to)
    if wait := _carrier_delay_s(context, number, message.until):
        return wait
    if not budget.is_affordable(context, message.text, number):
        return budget.seconds_until_tomorrow(context)
    return quiet_hours.delay_s(context, item, message)


def _carrier_delay_s(context: JobContext, number: Number, until: int) -> float:
    """Return the seconds until its network delivers again. A text that would expire first is tried now."""
    world, now = context.store.world_cache.world, context.store.now()
    opens = world.profile.tariff.carrier_of(number).next_delivery(world.local_time(now)).timestamp()
    return opens - now if now < opens <= until else 0

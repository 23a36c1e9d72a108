"""What makes a single text wait that is no alert: a network that would hold it till its hours, and the day's money."""

from gateway.model.message import Lane, Message
from gateway.numbers import Number
from jobs import spending
from jobs.context import Context


def seconds(context: Context, message: Message) -> float:
    """How long the text has to wait; 0: it may leave."""
    if message.lane is Lane.ALERTS:
        return 0
    number = Number.from_int(message.to)
    if wait := _closed(context, number, message.until):
        return wait
    return 0 if spending.allows(context, message.text, number) else spending.seconds_to_tomorrow(context)


def _closed(context: Context, number: Number, until: int) -> float:
    """Until its network delivers again. A text that would lapse first leaves all the same: it may be taken."""
    world, now = context.store.shelves.world, context.store.now()
    opens = world.house.tariff.carrier(number).opens(world.local(now)).timestamp()
    return opens - now if now < opens <= until else 0

"""What makes a single text wait that is no alert: its network's hours, the day's money, and its reader's peace."""

from gateway.model.message import Lane, Message
from gateway.numbers import Number
from gateway.store import Item
from jobs import quiet, spending
from jobs.context import Context


def seconds(context: Context, item: Item, message: Message) -> float:
    """How long the text has to wait; 0: it may leave, and counts for its reader's day."""
    if message.lane is Lane.ALERTS:
        return 0
    number = Number.from_int(message.to)
    if wait := _closed(context, number, message.until):
        return wait
    if not spending.allows(context, message.text, number):
        return spending.seconds_to_tomorrow(context)
    return quiet.rest(context, item, message)


def _closed(context: Context, number: Number, until: int) -> float:
    """Until its network delivers again. A text that would lapse first leaves all the same: it may be taken."""
    world, now = context.store.shelves.world, context.store.now()
    opens = world.house.tariff.carrier(number).opens(world.local(now)).timestamp()
    return opens - now if now < opens <= until else 0

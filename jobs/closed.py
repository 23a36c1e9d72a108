"""A promotional sender outside its hours: people on such a network get a live warning late. Said, not found out."""

from datetime import datetime

from gateway.model.caller import World
from gateway.store import Item
from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context


def watch(context: Context, item: Item) -> None:
    """While a warning is live: the alarm stands as long as a network would hold texts. Looks again when one turns."""
    store = context.store
    world, now = store.world(), store.now()
    local, tariff = world.local(now), world.house.tariff
    if not any(alert.live(int(now)) and not alert.drill for alert in world.alerts.values()) or not tariff.closed(local):
        alarm.lower(context, Cause.CLOSED)
    else:
        alarm.sound(context, Cause.CLOSED)
    alert = world.case(int(item.arguments()[0]))
    if alert is None or not alert.live(int(now)):
        store.due.done(item)
    else:
        store.due.later(item, max(1, min(_next_turn(world, local), alert.until) - now))


def _next_turn(world: World, local: datetime) -> float:
    """When a network next begins or ends to deliver, Unix seconds."""
    turns = (carrier.turns(local) for carrier in world.house.tariff.limited)
    return min(turn.timestamp() for turn in turns if turn)

"""Texts that nobody waits for: the hours in which they rest, how many a day, and who wants none.

Warnings pass all of it but what somebody chose for herself; answers pass everything.
"""

from gateway.model.message import Ground, Lane, Message
from gateway.model.subscription import Subscription, Texts
from gateway.numbers import Number
from gateway.settings import seconds_left
from gateway.store import Item, keys
from gateway.store.turn import daily_tag
from gateway.vault import Purpose
from jobs.context import Context


def wanted(context: Context, message: Message) -> bool:
    """Does its reader want texts of this kind? Asked as it leaves."""
    kept = _subscription(context, Number.from_int(message.to))
    if message.ground is Ground.CONSENT:
        return kept is not None and kept.texts is not Texts.NONE
    return message.lane is not Lane.BULK or kept is None or kept.texts in (Texts.ALL, Texts.BY_DAY)


def rest(context: Context, item: Item, message: Message) -> float:
    """For how many seconds this text has to wait; 0: it may leave, and counts for the day."""
    if message.lane is not Lane.BULK:
        return 0
    store, settings, number = context.store, context.deployment.settings, Number.from_int(message.to)
    here = store.world().local(store.now())
    kept = _subscription(context, number)
    own = settings.tuning.quiet.own if kept and kept.texts is Texts.BY_DAY else ""
    hours = max(seconds_left(settings.tuning.quiet.hours, here), seconds_left(own, here))
    if hours:
        return hours
    where = keys.daily(daily_tag(store.vault, number))
    return float(store.connection.run("daily", [where], [item.name, settings.tuning.quiet.a_day, keys.DAILY])) / 1000


def closed(context: Context) -> frozenset[Texts]:
    """Those whose choice keeps even a warning from being texted now: they dial to see."""
    store = context.store
    night = seconds_left(context.deployment.settings.tuning.quiet.own, store.shelves.world.local(store.now()))
    return frozenset({Texts.NONE, Texts.BY_DAY} if night else {Texts.NONE})


def _subscription(context: Context, number: Number) -> Subscription | None:
    return context.store.subscription(context.store.vault.token(number, Purpose.SUBSCRIBER))

"""Alarms: an error in the log, the first line of the staff menu, and a text to admins where one can be sent.

One cause is one alarm until it is mended, however often it is met.
"""

import logging
from enum import StrEnum

from gateway.model.world import FULL_ALARM, World
from gateway.providers import ProviderErrorKind
from gateway.store import Transaction
from jobs.context import JobContext
from translations import N_

log = logging.getLogger("mwavuli.jobs")


class AlarmCause(StrEnum):
    """What can be wrong, as its alarm is kept under."""

    OUT_OF_CREDIT = ProviderErrorKind.OUT_OF_CREDIT.value
    REJECTED_SENDER = ProviderErrorKind.REJECTED_SENDER.value
    BUSY = ProviderErrorKind.BUSY.value
    """it takes nothing, for longer than a moment"""
    FAILED_OVER = "handed over"
    """one of several networks"""
    STALLED = "stuck"
    """a warning of which nothing has left"""
    MEMORY_FULL = FULL_ALARM.decode()
    BUDGET_SPENT = "cap"
    OUTSIDE_SENDER_HOURS = "closed"
    CLOCK_SKEW = "clock"


# Translators: each stands after "Alarm:", on the first line of the staff menu and in a text.
ALARM_LABELS = {
    AlarmCause.OUT_OF_CREDIT: N_("no airtime"),
    AlarmCause.REJECTED_SENDER: N_("sender refused"),
    AlarmCause.BUSY: N_("no texts go out"),
    AlarmCause.FAILED_OVER: N_("one network is down"),
    AlarmCause.STALLED: N_("a notice is stuck"),
    AlarmCause.MEMORY_FULL: N_("memory nearly full"),
    AlarmCause.BUDGET_SPENT: N_("today's money is spent"),
    AlarmCause.OUTSIDE_SENDER_HOURS: N_("a network holds texts"),
    AlarmCause.CLOCK_SKEW: N_("clock wrong"),
}


def raise_alarm(context: JobContext, cause: AlarmCause) -> None:
    """Raise an alarm, unless it stands already."""
    if cause.encode() in context.store.read_world().alarms:
        return

    def raise_it(world: World, change: Transaction, now: int) -> bool:
        if cause.encode() in world.alarms:
            return False
        context.store.world_cache.alarms.put(change, cause.encode(), ALARM_LABELS[cause])
        for person in world.roster.admins():
            _ = context.translator(person.lang)
            context.text_staff(change, person, _("Alarm: {names}").format(names=_(ALARM_LABELS[cause])), now)
        return True

    if context.store.transact(raise_it):
        log.error("ALARM: %s", ALARM_LABELS[cause])


def clear_alarms(context: JobContext, *causes: AlarmCause) -> None:
    """These are mended."""
    standing = [cause for cause in causes if cause.encode() in context.store.world_cache.alarms.items]
    if not standing:
        return

    def lower_it(world: World, change: Transaction, now: int) -> None:
        for cause in standing:
            if cause.encode() in world.alarms:
                context.store.world_cache.alarms.delete(change, cause.encode())

    context.store.transact(lower_it)

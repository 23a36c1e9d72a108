"""Alarms: an error in the log, the first line of the staff menu, and a text to admins where one can be sent.

One cause is one alarm until it is mended, however often it is met.
"""

import logging
from enum import StrEnum

from gateway.model.caller import FULL, World
from gateway.providers import Trouble
from gateway.store import Change
from jobs.context import Context
from translations import N_

log = logging.getLogger("mwavuli.jobs")


class Cause(StrEnum):
    """What can be wrong, as its alarm is kept under."""

    BROKE = Trouble.BROKE.value
    SHUT = Trouble.SHUT.value
    BUSY = Trouble.BUSY.value
    """it takes nothing, for longer than a moment"""
    HANDED = "handed over"
    """one of several networks"""
    STUCK = "stuck"
    """a warning of which nothing has left"""
    FULL = FULL.decode()
    CAP = "cap"
    CLOSED = "closed"
    CLOCK = "clock"


# Translators: each stands after "Alarm:", on the first line of the staff menu and in a text.
NAMES = {
    Cause.BROKE: N_("no airtime"),
    Cause.SHUT: N_("sender refused"),
    Cause.BUSY: N_("no texts go out"),
    Cause.HANDED: N_("one network is down"),
    Cause.STUCK: N_("a notice is stuck"),
    Cause.FULL: N_("memory nearly full"),
    Cause.CAP: N_("today's money is spent"),
    Cause.CLOSED: N_("a network holds texts"),
    Cause.CLOCK: N_("clock wrong"),
}


def sound(context: Context, cause: Cause) -> None:
    """Raise an alarm, unless it stands already."""
    if cause.encode() in context.store.world().alarms:
        return

    def raise_it(world: World, change: Change, now: int) -> bool:
        if cause.encode() in world.alarms:
            return False
        context.store.shelves.alarms.put(change, cause.encode(), NAMES[cause])
        for person in world.roster.admins():
            _ = context.translator(person.lang)
            context.tell(change, person, _("Alarm: {names}").format(names=_(NAMES[cause])), now)
        return True

    if context.store.attempt(raise_it):
        log.error("ALARM: %s", NAMES[cause])


def lower(context: Context, *causes: Cause) -> None:
    """These are mended."""
    standing = [cause for cause in causes if cause.encode() in context.store.shelves.alarms.items]
    if not standing:
        return

    def lower_it(world: World, change: Change, now: int) -> None:
        for cause in standing:
            if cause.encode() in world.alarms:
                context.store.shelves.alarms.drop(change, cause.encode())

    context.store.attempt(lower_it)

"""Alarms: an error in the log, the first line of the staff menu, and a text to admins where one can be sent."""

import logging

from gateway.model.caller import World
from gateway.providers import Trouble
from gateway.store import Change
from jobs.context import Context
from translations import N_

log = logging.getLogger("mwavuli.jobs")
NAMES = {Trouble.BROKE: N_("no airtime"), Trouble.SHUT: N_("sender refused")}


def alarm(context: Context, trouble: Trouble) -> None:
    """Raise it once; a hundred failing calls are one alarm."""
    name = NAMES.get(trouble)
    if name is None or trouble.encode() in context.store.world().alarms:
        return

    def raise_it(world: World, change: Change, now: int) -> None:
        if trouble.encode() in world.alarms:
            return
        context.store.shelves.alarms.put(change, trouble.encode(), name)
        for person in world.roster.admins():
            _ = context.translator(person.lang)
            text = _("Texts do not leave: {name}.").format(name=_(name))
            context.tell(change, person, text, now)

    context.store.attempt(raise_it)
    log.error("ALARM: texts do not leave: %s", name)


def all_clear(context: Context) -> None:
    """A call went through again."""
    if not context.store.shelves.alarms.items:
        return

    def lower(world: World, change: Change, now: int) -> None:
        for trouble in NAMES:
            if trouble.encode() in world.alarms:
                context.store.shelves.alarms.drop(change, trouble.encode())

    context.store.attempt(lower)

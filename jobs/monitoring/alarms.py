"""Alarms: an error in the log, the first line of the staff menu, and a text to admins where one can be sent.
Where no admin is active, the senders get it.

A cause raises one alarm until the alarm is cleared, however often it occurs.
"""

import logging
from enum import StrEnum

from gateway.model.staff import Staff
from gateway.model.world import FULL_ALARM, World
from gateway.providers import ProviderErrorKind
from gateway.store import Transaction
from jobs.context import JobContext
from translations import N_

log = logging.getLogger("mwavuli.jobs")
CALM_LEVEL = 0.5
"""the share of its threshold below which the cause of an alarm is calm"""


class AlarmCause(StrEnum):
    """What can be wrong. The value is the alarm's field in Redis."""

    OUT_OF_CREDIT = ProviderErrorKind.OUT_OF_CREDIT.value
    REJECTED_SENDER = ProviderErrorKind.REJECTED_SENDER.value
    MANY_REFUSED = "many-refused"
    """a network says of many numbers at once that they opted out, or are dead"""
    BUSY = ProviderErrorKind.BUSY.value
    """the network has taken nothing for a while"""
    FAILED_OVER = "handed over"
    """one of several networks fails, and another carries its texts"""
    STALLED = "stuck"
    """an alert of which no text has left"""
    MEMORY_FULL = FULL_ALARM.decode()
    BUDGET_SPENT = "cap"
    OUTSIDE_SENDER_HOURS = "closed"
    CLOCK_SKEW = "clock"
    NO_VERIFIER = "no-verifier"
    NO_RESPONDER = "no-responder"
    NO_ADMIN = "no-admin"
    MANY_LEAVE = "many-leave"
    SOS_FLOOD = "sos-flood"
    """more calls for help than a raid brings: most of them are forged"""
    JOIN_FLOOD = "join-flood"
    FOREIGN_REPORTS = "foreign-reports"
    """delivery reports on texts that we never sent"""
    UNREADABLE_TEXTS = "unreadable"
    """texts came that a network brought in a form which we cannot read"""
    FOREIGN_ENTRY = "foreign"
    """another program writes to our queues"""


# Translators: each stands after "Alarm:", on the first line of the staff menu and in a text.
ALARM_LABELS = {
    AlarmCause.OUT_OF_CREDIT: N_("no airtime"),
    AlarmCause.REJECTED_SENDER: N_("our sender name is refused"),
    AlarmCause.MANY_REFUSED: N_("our texts are blocked"),
    AlarmCause.BUSY: N_("no texts are sent"),
    AlarmCause.FAILED_OVER: N_("one network is down"),
    AlarmCause.STALLED: N_("a notice is not sent"),
    AlarmCause.MEMORY_FULL: N_("the memory is almost full"),
    AlarmCause.BUDGET_SPENT: N_("no money for texts today"),
    AlarmCause.OUTSIDE_SENDER_HOURS: N_("a network delays texts"),
    AlarmCause.CLOCK_SKEW: N_("clock wrong"),
    AlarmCause.NO_VERIFIER: N_("nobody to check"),
    AlarmCause.NO_RESPONDER: N_("nobody to come"),
    AlarmCause.NO_ADMIN: N_("no admin"),
    AlarmCause.MANY_LEAVE: N_("many stop our texts"),
    AlarmCause.SOS_FLOOD: N_("very many calls for help"),
    AlarmCause.JOIN_FLOOD: N_("very many join by text"),
    AlarmCause.FOREIGN_REPORTS: N_("perhaps others text as us"),
    AlarmCause.UNREADABLE_TEXTS: N_("texts come that nobody can read"),
    AlarmCause.FOREIGN_ENTRY: N_("unknown task refused"),
}


def raise_alarm(context: JobContext, cause: AlarmCause) -> None:
    """Raise an alarm, unless it was raised already."""
    if cause.encode() in context.store.read_world().alarms:
        return

    def write_alarm(world: World, transaction: Transaction, now: int) -> bool:
        if cause.encode() in world.alarms:
            return False
        context.store.world_cache.alarms.put(transaction, cause.encode(), ALARM_LABELS[cause])
        for person in _recipients(world):
            _ = context.translator(person.lang)
            context.text_staff(transaction, person, _("Alarm: {names}").format(names=_(ALARM_LABELS[cause])), now)
        return True

    if context.store.transact(write_alarm):
        log.error("ALARM: %s", ALARM_LABELS[cause])


def set_alarm(context: JobContext, cause: AlarmCause, is_wrong: bool) -> None:
    """Raise the alarm, or clear it."""
    if is_wrong:
        raise_alarm(context, cause)
    else:
        clear_alarms(context, cause)


def follow_level(context: JobContext, cause: AlarmCause, level: float) -> None:
    """Raise the alarm from level 1 on, the share of its threshold at which a cause stands now.

    Clear it only after the level stayed below `CALM_LEVEL` for `CALM_S`: a flood that swells and ebbs, or a role that
    comes and goes, would otherwise text the admins each time.
    """
    if level >= 1:
        raise_alarm(context, cause)
    if level >= CALM_LEVEL:
        context.store.limits.record_unrest(cause)
    elif cause.encode() in context.store.world_cache.alarms.items and not context.store.limits.had_unrest(cause):
        clear_alarms(context, cause)


def _recipients(world: World) -> tuple[Staff, ...]:
    """Return the admins; where there is none, the senders; where there is none either, all active staff."""
    roster = world.roster
    return roster.admins() or roster.senders() or tuple(person for person in roster.people if person.active)


def clear_alarms(context: JobContext, *causes: AlarmCause) -> None:
    """Clear the alarms of these causes."""
    standing = [cause for cause in causes if cause.encode() in context.store.world_cache.alarms.items]
    if not standing:
        return

    def delete_alarms(world: World, transaction: Transaction, now: int) -> None:
        for cause in standing:
            if cause.encode() in world.alarms:
                context.store.world_cache.alarms.delete(transaction, cause.encode())

    context.store.transact(delete_alarms)

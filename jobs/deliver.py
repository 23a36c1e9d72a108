"""Single texts: answers, referrals, requests to staff. Claimed before they leave, so a crash never doubles one."""

import logging
from concurrent.futures import wait

from gateway.logs import what
from gateway.model.feature import Feature
from gateway.model.message import Ground, Message
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble, Trouble
from gateway.store import Item
from gateway.store.recipients import message_mark
from gateway.vault import Purpose
from jobs import gate, hold, quiet, still, tally
from jobs.context import Context
from jobs.housekeeping import heed
from jobs.rest import Resting

log = logging.getLogger("mwavuli.jobs")


def send_all(context: Context, items: list[Item]) -> None:
    """Several at once, each its own call: every one has words of its own."""
    wait([context.pool.submit(_send, context, item) for item in items])


def _send(context: Context, item: Item) -> None:
    try:
        _deliver(context, item)
    except Exception as error:  # noqa: BLE001  its lease will bring it back; its text must not reach the log
        log.error("a text was not handled: %s", what(error))


def _deliver(context: Context, item: Item) -> None:
    store = context.store
    message = store.message(item.name.decode())
    late = message is not None and store.now() > message.until
    if message is None or late or not _allowed(context, message):
        if message and late:
            log.warning("a text on lane %s lapsed: it could not leave before its hour", item.lane)
            still.unsaid(context, message)
        _forget(context, item)
        return
    if seconds := hold.seconds(context, item, message):
        store.due.later(item, seconds)
        return
    number = Number.from_int(message.to)
    try:
        gate.wait(context, message.text, [number], message.lane)
    except Resting:
        store.due.later(item, 0)
        return
    if not store.due.begin(item):  # somebody died sending it: it may have gone out
        log.warning("a text on lane %s is unknown: a worker died sending it", item.lane)
        tally.lost(context, item.lane, 1)
        _forget(context, item)
        return
    try:
        outcome = gate.send(context, message.text, [number], message.lane)[number]
    except ProviderTrouble as error:
        if error.trouble is Trouble.BUSY:
            store.due.back_off(item)  # others first: it may be this text alone that is not taken
        else:
            store.due.later(item, 0)
        return
    _settle(context, item, number, outcome)


def _settle(context: Context, item: Item, number: Number, outcome: Outcome) -> None:
    store = context.store
    if outcome.fate is Fate.RETRY:
        store.due.back_off(item)
        return
    if outcome.fate is Fate.UNKNOWN:
        _forget(context, item)
        return
    if outcome.fate is Fate.ACCEPTED:
        store.recipients.single(message_mark(store.vault, outcome.message_id))
    heed(context, {store.vault.token(number, Purpose.SUBSCRIBER): outcome.fate})
    _forget(context, item)


def _allowed(context: Context, message: Message) -> bool:
    """Asked at the last moment: STOP means silence at once."""
    number = Number.from_int(message.to)
    if message.ground in (Ground.INVITE, Ground.LAST):
        return True
    if message.ground is Ground.STAFF:
        person = context.store.world().roster.phones.get(context.store.vault.token(number, Purpose.STAFF))
        return person is not None and person.active
    if message.ground is Ground.ASK:
        return bool(context.store.safety.trust(number)[1].waiting.owners)
    if message.ground is Ground.OUT:
        return context.store.safety.out(number)
    if message.ground is Ground.TRUST:
        return context.store.safety.trusted(number)
    if not quiet.wanted(context, message):
        return False
    if message.ground is Ground.MEMBER:
        return Feature.CLIENTS in context.store.world().features and context.store.told(number)
    return message.ground is Ground.CONSENT or context.store.may_be_answered(number)


def _forget(context: Context, item: Item) -> None:
    context.store.connection.call("DEL", item.name)
    context.store.due.done(item)

"""Single texts: answers, referrals, requests to staff. Claimed before they leave, so a crash never doubles one."""

import logging
from concurrent.futures import wait

from gateway.logs import what
from gateway.model.message import Ground, Lane, Message
from gateway.numbers import Number
from gateway.providers import Fate, ProviderTrouble, Trouble
from gateway.store import Item
from gateway.store.recipients import message_mark
from gateway.vault import Purpose
from jobs import gate, tally
from jobs.context import Context
from jobs.housekeeping import drop_subscribers

log = logging.getLogger("mwavuli.jobs")
REST = {Lane.ALERTS: 10, Lane.MESSAGES: 60, Lane.BULK: 300}
"""seconds between tries while there is no airtime, or the sender is refused: alerts keep trying where others rest"""


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
    if message is None or store.now() > message.until or not _allowed(context, message):
        _forget(context, item)
        return
    number = Number.from_int(message.to)
    gate.wait(context, message.text, [number], message.lane)
    if not store.due.begin(item):  # somebody died sending it: it may have gone out
        log.warning("a text on lane %s is unknown: a worker died sending it", item.lane)
        tally.lost(context, item.lane, 1)
        _forget(context, item)
        return
    try:
        outcome = gate.send(context, message.text, [number], message.lane)[number]
    except ProviderTrouble as trouble:
        _rest(context, item, trouble.trouble)
        return
    if outcome.fate is Fate.RETRY:
        store.due.back_off(item)
        return
    if outcome.fate is Fate.ACCEPTED:
        store.recipients.single(message_mark(store.vault, outcome.message_id))
    if outcome.fate in (Fate.BLOCKED, Fate.DEAD):
        drop_subscribers(context, [store.vault.token(number, Purpose.SUBSCRIBER)])
    _forget(context, item)


def _rest(context: Context, item: Item, trouble: Trouble) -> None:
    if trouble is Trouble.BUSY:
        context.store.due.back_off(item)
    else:
        context.store.due.later(item, REST[Lane(item.lane)])


def _allowed(context: Context, message: Message) -> bool:
    """Asked at the last moment: STOP means silence at once."""
    number = Number.from_int(message.to)
    if message.ground in (Ground.INVITE, Ground.LAST):
        return True
    if message.ground is Ground.STAFF:
        person = context.store.world().roster.phones.get(context.store.vault.token(number, Purpose.STAFF))
        return person is not None and person.active
    return context.store.may_be_answered(number)


def _forget(context: Context, item: Item) -> None:
    context.store.connection.call("DEL", item.name)
    context.store.due.done(item)

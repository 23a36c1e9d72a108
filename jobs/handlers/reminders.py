"""Reminders: the one text leaves on its day, and the record goes."""

from gateway.crypto.secrets import derive_tags
from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis
from gateway.model.reminder import ReminderTask, reminder_text
from gateway.model.world import World
from gateway.store import Transaction, WorkItem, keys
from gateway.store.records.reminders import REMINDERS
from jobs.context import JobContext
from jobs.handler import handles, transactional


@handles(ReminderTask.SEND_REMINDER)
@transactional
def send_reminder(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Queue the text and delete the record, in one commit. Return the seconds until a reminder that is not due yet."""
    store = context.store
    found = store.safety_records.read_of(REMINDERS, item.payload)
    tag, stored, reminder = found
    if reminder is None:
        return 0
    if reminder.at > now:
        return reminder.at - now
    number, _ = store.number(item.payload, Purpose.SAFETY), context.translator(reminder.lang)
    window = keys.reply_window(derive_tags(store.vault, number).reply_window)
    transaction.write("SET", window, 1, "EX", context.times.reply)  # the caller asked for this answer long ago
    text = _.normalise(reminder_text(_))
    context.queue_text(transaction, number, text, Lane.MESSAGES, LegalBasis.ANSWER, now)
    store.safety_records.save(REMINDERS, transaction, tag, None, stored)
    return 0

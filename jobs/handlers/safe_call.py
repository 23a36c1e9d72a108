"""Somebody is out: reminded twice when the hour has come, then her people get the note. Ended, it is gone."""

from msgspec.structs import replace

from gateway.model.caller import World
from gateway.model.feature import Feature
from gateway.model.safe_call import MAX_REMINDERS, STEP_DONE, SafeCall
from gateway.store import Transaction, WorkItem
from gateway.text.translator import Translator
from gateway.text.wording import format_clock
from gateway.text.wording_safety import contact_sos_text, reminder_text, safe_call_ended_text, safe_call_missed_text
from jobs.context import JobContext
from jobs.handlers import contacts, sos

DELETE_AFTER_S = 86400
"""seconds after which a note that was told is wiped"""


def advance_safe_call(context: JobContext, item: WorkItem) -> None:
    """Her hour, or a step after it; each in one commit, so a death between two of them repeats nothing."""
    owner = item.payload
    context.store.transact_and_finish(item, lambda world, change, now: _advance(context, world, change, now, owner))


def _advance(context: JobContext, world: World, transaction: Transaction, now: int, owner: bytes) -> int:
    """Returns seconds until the next step, 0 where it is over."""
    tag, raw, outing = context.store.safety_records.read_safe_call_of(owner)
    if outing is None:
        return 0
    if outing.step == STEP_DONE:
        context.store.safety_records.save_safe_call(transaction, tag, None, raw)
        return 0
    if outing.looks_ended or outing.step == MAX_REMINDERS:
        return _notify_contacts(context, world, transaction, now, owner)
    if outing.until > now:
        return outing.until - now
    _send_reminder(context, world, transaction, now, owner, outing)
    context.store.safety_records.save_safe_call(transaction, tag, replace(outing, step=outing.step + 1), raw)
    return context.times.safe_call_reminder if outing.step == 0 else context.times.safe_call_grace


def _send_reminder(
    context: JobContext, world: World, transaction: Transaction, now: int, owner: bytes, safe_call: SafeCall
) -> None:
    contacts.remind_owner(
        context, transaction, owner, reminder_text(world.profile.service_code, context.translator(safe_call.lang)), now
    )


def _notify_contacts(context: JobContext, world: World, transaction: Transaction, now: int, owner: bytes) -> int:
    """Her people get the note, each with our words in their own language; colleagues too where she chose so."""
    tag, raw, outing = context.store.safety_records.read_safe_call_of(owner)
    _tag, _raw, care = context.store.safety_records.read_safety_profile_of(owner)
    if outing is None:
        return 0
    if care:
        contacts.notify_contacts(
            context, transaction, care, lambda _: _compose_note(world, outing, care.display_name, now, _), now
        )
    if outing.notifies_responders and Feature.SOS in world.features:
        sos.raise_sos_for(
            context,
            transaction,
            owner,
            outing.note,
            outing.lang,
            forced=_is_before_deadline(outing, now),
            looks_ended=outing.looks_ended,
            now=now,
        )
    context.store.safety_records.save_safe_call(
        transaction, tag, replace(outing, contacts_notified=True, step=STEP_DONE), raw
    )
    return DELETE_AFTER_S


def _is_before_deadline(safe_call: SafeCall, now: int) -> bool:
    """Before her hour they are told only because somebody forced her."""
    return safe_call.looks_ended or now < safe_call.until


def _compose_note(world: World, safe_call: SafeCall, display_name: str, now: int, _: Translator) -> str:
    if _is_before_deadline(safe_call, now):
        return f"{contact_sos_text(display_name, _)} {safe_call.note}".strip()
    return safe_call_missed_text(display_name, format_clock(world.local_time(safe_call.until)), safe_call.note, _)


def notify_safe_return(context: JobContext, item: WorkItem) -> None:
    """Who was told that she is not back hears that she is."""

    def tell(world: World, change: Transaction, now: int) -> None:
        _tag, _raw, care = context.store.safety_records.read_safety_profile_of(item.payload)
        if care:
            contacts.notify_contacts(context, change, care, lambda _: safe_call_ended_text(care.display_name, _), now)

    context.store.transact_and_finish(item, tell)

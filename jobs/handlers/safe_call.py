"""Safe calls: two reminders when the hour has come, then the contacts get the note. An ended one is deleted."""

from msgspec.structs import replace

from gateway.model.contacts import MAX_OWN_TEXTS_PER_DAY
from gateway.model.safe_call import SafeCall, SafeCallStage, SafeCallTask
from gateway.model.sos import SOS_FEATURE
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text.translator import Translator
from gateway.text.wording import format_clock
from gateway.text.wording_safety import late_note_text, safe_call_ended_text, safe_call_missed_text
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers import contacts, sos

DELETE_AFTER_S = 86400
"""seconds after which a note that the contacts got is deleted"""


@handles(SafeCallTask.ADVANCE_SAFE_CALL)
@transactional
def advance_safe_call(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Do the next step of a safe call whose hour has come.

    Return the seconds until the step after it, 0 where the safe call is over. Each step is one commit with the item, so
    a worker that dies repeats nothing.
    """
    owner = item.payload
    tag, raw, safe_call = context.store.safety_records.read_safe_call_of(owner)
    if safe_call is None:
        return 0
    if safe_call.stage is SafeCallStage.DONE:
        context.store.safety_records.save_safe_call(transaction, tag, None, raw)
        return 0
    if safe_call.stage is SafeCallStage.CONTACTS_NEXT:
        return _notify_contacts(context, world, transaction, now, owner)
    if safe_call.until > now:
        return safe_call.until - now
    contacts.remind_owner(context, world, transaction, owner, safe_call, now)
    first = safe_call.stage is SafeCallStage.RUNNING
    following = safe_call.advance(SafeCallStage.REMINDED if first else SafeCallStage.CONTACTS_NEXT)
    context.store.safety_records.save_safe_call(transaction, tag, following, raw)
    return context.times.safe_call_reminder if first else context.times.safe_call_grace


def _notify_contacts(context: JobContext, world: World, transaction: Transaction, now: int, owner: bytes) -> int:
    """Text the note to the contacts, each in their own language, and raise a call for help where the owner chose so."""
    tag, raw, safe_call = context.store.safety_records.read_safe_call_of(owner)
    if safe_call is None:
        return 0
    _text_note(context, world, transaction, owner, safe_call, now)
    if safe_call.notifies_responders and SOS_FEATURE in world.features:
        late = late_note_text(safe_call.note, _agreed_hour(world, safe_call), context.translator(safe_call.lang))
        sos.raise_sos_for(context, transaction, owner, late, safe_call, now)
    context.store.safety_records.save_safe_call(
        transaction, tag, replace(safe_call.advance(SafeCallStage.DONE), contacts_notified=True), raw
    )
    return DELETE_AFTER_S


def _text_note(
    context: JobContext, world: World, transaction: Transaction, owner: bytes, safe_call: SafeCall, now: int
) -> None:
    """Text the contacts, with the note if they did not get too many today, and count the note."""
    safety = context.store.safety_records
    profile, (tag, raw, shown) = safety.read_profile_to_notify(owner), safety.read_safety_profile_of(owner)
    if profile is None:
        return
    sent = safe_call if profile.may_send_note(now) else replace(safe_call, note="")
    contacts.notify_contacts(
        context, transaction, profile, lambda _: _compose_note(world, sent, profile.display_name, _), now
    )
    if sent.note and shown:
        noted = replace(shown, note_texts=(*shown.note_texts, now)[-MAX_OWN_TEXTS_PER_DAY:])
        safety.save_safety_profile(transaction, tag, noted, raw)


def _compose_note(world: World, safe_call: SafeCall, display_name: str, _: Translator) -> str:
    return safe_call_missed_text(display_name, _agreed_hour(world, safe_call), safe_call.note, _)


def _agreed_hour(world: World, safe_call: SafeCall) -> str:
    return format_clock(world.local_time(safe_call.until))


@handles(SafeCallTask.NOTIFY_SAFE_RETURN)
@transactional
def notify_safe_return(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the contacts who got the note that the owner is back."""
    profile = context.store.safety_records.read_profile_to_notify(item.payload)
    if profile:
        contacts.notify_contacts(
            context, transaction, profile, lambda _: safe_call_ended_text(profile.display_name, _), now
        )

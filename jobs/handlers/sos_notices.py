"""Texts about calls for help: to the caller, to responders and to contacts."""

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis
from gateway.model.sos import BY_CALLER, Sos
from gateway.model.sos_question import SosQuestion
from gateway.model.sos_task import SosTask
from gateway.model.world import World
from gateway.store import Transaction, WorkItem, keys
from gateway.text.hotline import number_open_now
from gateway.text.wording_safety import (
    contact_sos_ended_text,
    new_sos_text,
    question_by_text,
    responder_arrived_text,
    responder_declined_text,
    responder_needed_again_text,
    responder_sos_doubted_text,
    responder_sos_ended_text,
    responder_words_text,
    responders_coming_text,
    responders_read_text,
    responders_saw_text,
)
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers import contacts


def text_caller(context: JobContext, transaction: Transaction, sos: Sos, text: str, now: int) -> None:
    """Queue a text to the caller of an SOS, unless the caller wants none, or the phone ended it without the own PIN."""
    if sos.is_silent or sos.ended_without_pin:
        return
    number = context.store.number(sos.owner, Purpose.SAFETY)
    basis = LegalBasis.SAFE_CALL if context.store.safety_records.has_running_safe_call(number) else LegalBasis.ANSWER
    context.queue_text(transaction, number, context.translator(sos.lang).normalise(text), Lane.ALERTS, basis, now)


@handles(SosTask.NOTIFY_RESPONDER_COMING)
@transactional
def notify_responder_coming(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller how many responders come, and the pass phrase by which the caller knows them."""
    code, count = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos and not sos.looks_ended:
        _ = context.translator(sos.lang)
        coming = responders_coming_text(int(count), sos.passphrase, _)
        text = coming if sos.has_place else responders_saw_text(int(count), _)
        text_caller(context, transaction, sos, text, now)


@handles(SosTask.NOTIFY_CALLER_OF_ARRIVAL)
@transactional
def notify_caller_of_arrival(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller that somebody who was on the way has arrived."""
    [code] = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos and not sos.looks_ended and sos.arrived_staff:
        text = responder_arrived_text(sos.passphrase, context.translator(sos.lang))
        text_caller(context, transaction, sos, text, now)


@handles(SosTask.NOTIFY_CALLER_OF_DECLINE)
@transactional
def notify_caller_of_decline(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller that somebody who was on the way cannot come, and how many still do."""
    [code] = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos and not sos.looks_ended:
        text = responder_declined_text(len(sos.still_coming), context.translator(sos.lang))
        text_caller(context, transaction, sos, text, now)


@handles(SosTask.NOTIFY_RESPONDER_OF_DECLINE)
@transactional
def notify_responder_of_decline(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text a responder who was asked that nobody comes any more."""
    code, staff_id = item.arguments()
    person, sos = world.roster.by_id(staff_id), context.store.safety_records.read_sos_by_code(code)
    if person and person.active and sos and not sos.is_closed and not sos.still_coming:
        text = responder_needed_again_text(code, world.profile.service_code, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_CALLER_OF_READER)
@transactional
def notify_caller_of_reader(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller that somebody read the words, or ask for the place. A reader who comes since was announced."""
    code, staff_id, was_coming = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos is None or sos.looks_ended or not sos.readers or (staff_id in sos.still_coming and was_coming == "0"):
        return
    _, count = context.translator(sos.lang), len(sos.readers)
    text = responders_read_text(count, _) if sos.has_place else responders_saw_text(count, _)
    text_caller(context, transaction, sos, text, now)


@handles(SosTask.ASK_CALLER)
@transactional
def ask_caller(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the caller what a responder asks."""
    code, question = item.arguments()
    sos = context.store.safety_records.read_sos_by_code(code)
    if sos and not sos.looks_ended and sos.waits_for(SosQuestion(question)):
        hotline = number_open_now(world.profile.hotline, world.profile.hotline_hours, world.local_time(now))
        text = question_by_text(SosQuestion(question), hotline, context.translator(sos.lang))
        text_caller(context, transaction, sos, text, now)


@handles(SosTask.NOTIFY_RESPONDER_OF_WORDS)
@transactional
def notify_responder_of_words(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text a responder who comes, or asked, that the caller said more."""
    code, staff_id = item.arguments()
    person = world.roster.by_id(staff_id)
    if person and person.active:
        text = responder_words_text(code, world.profile.service_code, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_RESPONDER_SOS_ENDED)
@transactional
def notify_responder_sos_ended(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text a responder who was asked that the call is over."""
    code, staff_id, *by = item.arguments()
    person = world.roster.by_id(staff_id)
    if person and person.active:
        text = responder_sos_ended_text(code, BY_CALLER in by, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_RESPONDER_SOS_DOUBTED)
@transactional
def notify_responder_sos_doubted(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Ask a responder whether the call is over, as one colleague says."""
    code, staff_id = item.arguments()
    person, sos = world.roster.by_id(staff_id), context.store.safety_records.read_sos_by_code(code)
    if person and person.active and sos and not sos.is_closed:
        text = responder_sos_doubted_text(code, world.profile.service_code, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_RESPONDER_NEW_SOS)
@transactional
def notify_responder_new_sos(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text a responder how many calls of a flood are new. Their codes are on the list in USSD."""
    [staff_id] = item.arguments()
    stored, person = context.store.limits.read_unannounced_sos(staff_id), world.roster.by_id(staff_id)
    field = keys.unannounced_sos_field(context.store.vault, staff_id)
    transaction.require_field(keys.UNANNOUNCED_SOS, field, stored)
    transaction.write("HDEL", keys.UNANNOUNCED_SOS, field)
    if stored and person and person.active:
        text = new_sos_text(int(stored), world.profile.service_code, context.translator(person.lang))
        context.text_staff(transaction, person, text, now)


@handles(SosTask.NOTIFY_CONTACTS_SOS_ENDED)
@transactional
def notify_contacts_sos_ended(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the contacts who were texted about the call that it is over."""
    profile = context.store.safety_records.read_profile_to_notify(item.payload)
    if profile:
        contacts.notify_contacts(
            context, transaction, profile, lambda _: contact_sos_ended_text(profile.display_name, _), now
        )

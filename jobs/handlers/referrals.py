"""Texts about a referral: to the clinic, about its answers, a reminder, to the organisation, and one question."""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis
from gateway.model.needs import NEEDS
from gateway.model.referral import Referral, ReferralStage, ReferralTask
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text.notices import answer_waiting_text, one_question_text
from gateway.text.translator import Translator
from gateway.text.wording import format_date_and_hour, referral_text
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers.staff_notices import on_duty


@handles(ReferralTask.SEND_REFERRAL)
@transactional
def send_referral(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Text the clinic; while it is silent, remind it once; then text the organisation and the caller.

    Return the seconds until the next step, 0 for none.
    """
    raw, referral = context.store.read_hashed_referral(item.arguments()[0])
    if referral is None or referral.stage is not ReferralStage.SENT or referral.is_escalated:
        return 0
    times = context.times
    age = now - _silence_start(world, referral)
    if age < times.clinic_reminder:
        _notify_nurses(context, world, transaction, now, referral)
        return times.clinic_reminder - age
    if not referral.is_reminded:
        context.store.save_referral(transaction, replace(referral, is_reminded=True), raw)
        _notify_nurses(context, world, transaction, now, referral)
        return max(1, times.clinic_silent - age)
    _text_organisation(context, world, transaction, now, referral)
    silent = replace(referral, is_escalated=True, is_unread=True)
    context.store.save_referral(transaction, _announced(context, transaction, now, silent), raw)
    return 0


def _silence_start(world: World, referral: Referral) -> int:
    """Return when the clinic's silence began: for a clinic that was closed when the code came, its next opening."""
    clinic = world.directory.get(referral.clinic)
    opens = clinic.next_opening(world.local_time(referral.at)) if clinic else None
    return int(opens.timestamp()) if opens else referral.at


def _notify_nurses(context: JobContext, world: World, transaction: Transaction, now: int, referral: Referral) -> None:
    for nurse in world.roster.nurses(referral.clinic):
        context.queue_text(
            transaction,
            context.staff_number(nurse),
            _clinic_text(context, world, nurse, referral, now),
            *_NURSE_LANE_AND_BASIS,
            now,
        )


_NURSE_LANE_AND_BASIS = (Lane.MESSAGES, LegalBasis.STAFF)


def _clinic_text(context: JobContext, world: World, nurse: Staff, referral: Referral, now: int) -> str:
    spoken, _ = context.deployment.languages.name_for(referral.lang, nurse.lang), context.translator(nurse.lang)
    return referral_text(referral.code, NEEDS[referral.need].label, spoken, _valid_until_text(world, referral, _), _)


def _valid_until_text(world: World, referral: Referral, _: Translator) -> str:
    """Return the day and the hour until which the code is valid."""
    return format_date_and_hour(world.local_time(referral.until), _)


def _text_organisation(
    context: JobContext, world: World, transaction: Transaction, now: int, referral: Referral
) -> None:
    """Text the organisation that the clinic is silent."""
    people = world.roster.admins() or on_duty(world, world.roster.senders(), now)
    for person in people[:3]:
        _ = context.translator(person.lang)
        context.text_staff(
            transaction, person, _("The clinic of visit {code} does not answer.").format(code=referral.code), now
        )


@handles(ReferralTask.NOTIFY_CALLER_OF_ANSWER)
@transactional
def notify_caller_of_answer(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the caller that an answer of the clinic waits. The answer itself is read by dialling."""
    raw, referral = context.store.read_hashed_referral(item.arguments()[0])
    if referral and (announced := _announced(context, transaction, now, referral)) != referral:
        context.store.save_referral(transaction, announced, raw)


def _announced(context: JobContext, transaction: Transaction, now: int, referral: Referral) -> Referral:
    """Text the caller, who agreed to texts, that something waits: once until it was read. Return the new referral."""
    if not (referral.caller_token and referral.may_text and referral.is_unread) or referral.is_announced:
        return referral
    to = context.store.number(referral.caller_token, Purpose.REFERRAL)
    text = answer_waiting_text(context.deployment.settings.service_code, context.translator(referral.lang))
    context.queue_text(transaction, to, text, Lane.MESSAGES, LegalBasis.ANSWER, now)
    return replace(referral, is_announced=True)


@handles(ReferralTask.NOTIFY_CLINIC_OF_TEXT)
@transactional
def notify_clinic_of_text(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the clinic's nurses that the caller wrote to them. They read the words behind their PIN."""
    _raw, referral = context.store.read_hashed_referral(item.arguments()[0])
    if referral is None:
        return
    for nurse in world.roster.nurses(referral.clinic):
        _ = context.translator(nurse.lang)
        text = _("Visitor {code} wrote to you. Dial {dial}").format(code=referral.code, dial=world.profile.service_code)
        context.queue_text(transaction, context.staff_number(nurse), text, *_NURSE_LANE_AND_BASIS, now)


@handles(ReferralTask.ASK_REFERRAL_RATING)
@transactional
def ask_referral_rating(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text a caller who agreed that one question waits. It is answered by dialling."""
    raw, referral = context.store.read_hashed_referral(item.arguments()[0])
    if referral is None or not referral.caller_token or not referral.may_ask_rating or referral.rating:
        return
    context.store.save_referral(transaction, replace(referral, may_ask_rating=False, asks_rating=True), raw)
    to = context.store.number(referral.caller_token, Purpose.REFERRAL)
    _ = context.translator(referral.lang)
    text = one_question_text(world.profile.service_code, _)
    context.queue_text(transaction, to, text, Lane.BULK, LegalBasis.ANSWER, now)

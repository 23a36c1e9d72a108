"""A referral after the last screen: to the clinic, its answers back, a reminder, the organisation, one question."""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.caller import World
from gateway.model.message import Lane, LegalBasis
from gateway.model.needs import NEEDS
from gateway.model.referral import Referral, ReferralStage
from gateway.model.staff import Staff
from gateway.store import Transaction, WorkItem
from gateway.text.translator import Translator
from gateway.text.wording import answer_waiting_text, format_clock, format_date, referral_text
from jobs.context import JobContext
from jobs.handlers.staff_notices import on_duty

TODAY_UNTIL_HOUR = 17
"""the hour until which a clinic without known hours is told to expect somebody"""


ANSWERS_FOR_CALLER = (1, 2, 5)
"""answers that a caller hears of: welcome, full, words"""


def send_referral(context: JobContext, item: WorkItem) -> None:
    """First the text; then, while the clinic is silent, one reminder; then the organisation and the caller."""
    code = item.arguments()[0]
    context.store.transact_and_finish(item, lambda world, change, now: _advance(context, world, change, now, code))


def _advance(context: JobContext, world: World, transaction: Transaction, now: int, code: str) -> int:
    """Do the next step; returns seconds until the one after, 0 for none."""
    raw, visit = context.store.read_referral(code)
    if visit is None or visit.stage is not ReferralStage.SENT or visit.is_escalated:
        return 0
    times = context.times
    age = now - _silence_start(world, visit)
    if age < times.clinic_reminder:
        _notify_nurses(context, world, transaction, now, visit)
        return times.clinic_reminder - age
    if not visit.is_reminded:
        context.store.save_referral(transaction, replace(visit, is_reminded=True), raw)
        _notify_nurses(context, world, transaction, now, visit)
        return max(1, times.clinic_silent - age)
    context.store.save_referral(transaction, replace(visit, is_escalated=True), raw)
    _escalate(context, world, transaction, now, visit)
    return 0


def _silence_start(world: World, referral: Referral) -> int:
    """A clinic that was closed when the code came is not called silent before it opens."""
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


def _clinic_text(context: JobContext, world: World, nurse: Staff, visit: Referral, now: int) -> str:
    spoken, _ = context.deployment.languages.get(visit.lang).name, context.translator(nurse.lang)
    return referral_text(visit.code, NEEDS[visit.need].label, spoken, _valid_until_text(world, visit, _), _)


def _valid_until_text(world: World, referral: Referral, _: Translator) -> str:
    """Day and hour until which the code is good."""
    when = world.local_time(referral.until)
    return f"{format_date(when, _)} {format_clock(when)}"


def _escalate(context: JobContext, world: World, transaction: Transaction, now: int, referral: Referral) -> None:
    """Silence: the organisation hears; the caller, if she agreed, is told to dial for another place."""
    people = world.roster.admins() or on_duty(world, world.roster.senders(), now)
    for person in people[:3]:
        _ = context.translator(person.lang)
        context.text_staff(
            transaction, person, _("The clinic of visit {code} does not answer.").format(code=referral.code), now
        )
    _notify_caller(context, transaction, now, referral)


def notify_caller_of_answer(context: JobContext, item: WorkItem) -> None:
    """A clinic answered: what it said is read by dialling; the text says only that something waits."""
    code, said = item.arguments()

    def tell(world: World, change: Transaction, now: int) -> None:
        _raw, visit = context.store.read_referral(code)
        if visit and int(said) in ANSWERS_FOR_CALLER:
            _notify_caller(context, change, now, visit)

    context.store.transact_and_finish(item, tell)


def _notify_caller(context: JobContext, transaction: Transaction, now: int, referral: Referral) -> None:
    if not referral.caller_token or not referral.may_text:
        return
    to = context.store.number(referral.caller_token, Purpose.REFERRAL)
    text = answer_waiting_text(context.deployment.settings.service_code, context.translator(referral.lang))
    context.queue_text(transaction, to, text, Lane.MESSAGES, LegalBasis.ANSWER, now)


def notify_clinic_of_text(context: JobContext, item: WorkItem) -> None:
    """The caller wrote to the clinic: it reads the words behind its PIN."""
    code = item.arguments()[0]

    def tell(world: World, change: Transaction, now: int) -> None:
        _raw, visit = context.store.read_referral(code)
        for nurse in world.roster.nurses(visit.clinic) if visit else ():
            _ = context.translator(nurse.lang)
            text = _("Visitor {code} wrote to you. Dial {dial}").format(code=code, dial=world.profile.service_code)
            context.queue_text(change, context.staff_number(nurse), text, *_NURSE_LANE_AND_BASIS, now)

    context.store.transact_and_finish(item, tell)


def ask_referral_rating(context: JobContext, item: WorkItem) -> None:
    """The one question, where agreed; answered by dialling."""
    code = item.arguments()[0]

    def put(world: World, change: Transaction, now: int) -> None:
        raw, visit = context.store.read_referral(code)
        if visit is None or not visit.caller_token or not visit.may_ask_rating or visit.rating:
            return
        context.store.save_referral(change, replace(visit, may_ask_rating=False), raw)
        to = context.store.number(visit.caller_token, Purpose.REFERRAL)
        _ = context.translator(visit.lang)
        text = _("One question from us waits for you. Dial {dial}").format(dial=world.profile.service_code)
        context.queue_text(change, to, text, Lane.BULK, LegalBasis.ANSWER, now)

    context.store.transact_and_finish(item, put)

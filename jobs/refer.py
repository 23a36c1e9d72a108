"""A referral after the last screen: to the clinic, its answers back, a reminder, the organisation, one question."""

from msgspec.structs import replace

from gateway.model.caller import World
from gateway.model.message import Ground, Lane
from gateway.model.needs import NEEDS
from gateway.model.referral import Referral, Step
from gateway.model.staff import Staff
from gateway.store import Change, Item
from gateway.vault import Purpose
from gateway.wording import Translator, clock, day_and_month, dial_to_read, referral
from jobs.context import Context
from jobs.duty import on_duty

TODAY_UNTIL = 17
"""the hour until which a clinic without known hours is told to expect somebody"""


TOLD = (1, 2, 5)
"""answers that a caller hears of: welcome, full, words"""


def refer(context: Context, item: Item) -> None:
    """First the text; then, while the clinic is silent, one reminder; then the organisation and the caller."""
    code = item.arguments()[0]
    context.store.conclude(item, lambda world, change, now: _next(context, world, change, now, code))


def _next(context: Context, world: World, change: Change, now: int, code: str) -> int:
    """Do the next step; returns seconds until the one after, 0 for none."""
    raw, visit = context.store.referral(code)
    if visit is None or visit.step is not Step.SENT or visit.escalated:
        return 0
    times = context.times
    age = now - _answers_from(world, visit)
    if age < times.clinic_reminder:
        _tell_nurses(context, world, change, now, visit)
        return times.clinic_reminder - age
    if not visit.reminded:
        context.store.save_referral(change, replace(visit, reminded=True), raw)
        _tell_nurses(context, world, change, now, visit)
        return max(1, times.clinic_silent - age)
    context.store.save_referral(change, replace(visit, escalated=True), raw)
    _escalate(context, world, change, now, visit)
    return 0


def _answers_from(world: World, visit: Referral) -> int:
    """A clinic that was closed when the code came is not called silent before it opens."""
    clinic = world.directory.get(visit.clinic)
    opens = clinic.opens_next(world.local(visit.at)) if clinic else None
    return int(opens.timestamp()) if opens else visit.at


def _tell_nurses(context: Context, world: World, change: Change, now: int, visit: Referral) -> None:
    for nurse in world.roster.nurses(visit.clinic):
        context.text(change, context.number(nurse), _to_clinic(context, world, nurse, visit, now), *_QUIET, now)


_QUIET = (Lane.MESSAGES, Ground.STAFF)


def _to_clinic(context: Context, world: World, nurse: Staff, visit: Referral, now: int) -> str:
    spoken, _ = context.deployment.languages.get(visit.lang).name, context.translator(nurse.lang)
    return referral(visit.code, NEEDS[visit.need].label, spoken, _expected(world, visit, _), _)


def _expected(world: World, visit: Referral, _: Translator) -> str:
    """Day and hour until which the code is good."""
    when = world.local(visit.until)
    return f"{day_and_month(when, _)} {clock(when)}"


def _escalate(context: Context, world: World, change: Change, now: int, visit: Referral) -> None:
    """Silence: the organisation hears; the caller, if she agreed, is told to dial for another place."""
    people = world.roster.admins() or on_duty(world, world.roster.senders(), now)
    for person in people[:3]:
        _ = context.translator(person.lang)
        context.tell(change, person, _("The clinic of visit {code} does not answer.").format(code=visit.code), now)
    _tell_caller(context, change, now, visit)


def answer(context: Context, item: Item) -> None:
    """A clinic answered: what it said is read by dialling; the text says only that something waits."""
    code, said = item.arguments()

    def tell(world: World, change: Change, now: int) -> None:
        _raw, visit = context.store.referral(code)
        if visit and int(said) in TOLD:
            _tell_caller(context, change, now, visit)

    context.store.conclude(item, tell)


def _tell_caller(context: Context, change: Change, now: int, visit: Referral) -> None:
    if not visit.caller or not visit.may_text:
        return
    to = context.store.number(visit.caller, Purpose.REFERRAL)
    text = dial_to_read(context.deployment.settings.service_code, context.translator(visit.lang))
    context.text(change, to, text, Lane.MESSAGES, Ground.ANSWER, now)


def words(context: Context, item: Item) -> None:
    """The caller wrote to the clinic: it reads the words behind its PIN."""
    code = item.arguments()[0]

    def tell(world: World, change: Change, now: int) -> None:
        _raw, visit = context.store.referral(code)
        for nurse in world.roster.nurses(visit.clinic) if visit else ():
            _ = context.translator(nurse.lang)
            text = _("Visitor {code} wrote to you. Dial {dial}").format(code=code, dial=world.house.service_code)
            context.text(change, context.number(nurse), text, *_QUIET, now)

    context.store.conclude(item, tell)


def ask(context: Context, item: Item) -> None:
    """The one question, where agreed; answered by dialling."""
    code = item.arguments()[0]

    def put(world: World, change: Change, now: int) -> None:
        raw, visit = context.store.referral(code)
        if visit is None or not visit.caller or not visit.may_ask or visit.answer:
            return
        context.store.save_referral(change, replace(visit, may_ask=False), raw)
        to = context.store.number(visit.caller, Purpose.REFERRAL)
        _ = context.translator(visit.lang)
        text = _("One question from us waits for you. Dial {dial}").format(dial=world.house.service_code)
        context.text(change, to, text, Lane.BULK, Ground.ANSWER, now)

    context.store.conclude(item, put)

"""Texts to staff: the progress of a broadcast, drills, and colleagues who are locked out or sent STOP."""

from collections.abc import Callable, Mapping

from gateway.model.alert import AlertTask, AskOccasion
from gateway.model.broadcast import Broadcast, BroadcastKind, RecipientState
from gateway.model.policy import covers_area
from gateway.model.staff import Staff, StaffTask
from gateway.model.subscription import Wording
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text import joins
from gateway.text.estimate import MIN_SHOWN_PEOPLE, short_count
from gateway.text.printed_keywords import fill_in
from gateway.text.wording import alert_text
from jobs.context import JobContext
from jobs.handler import handles, transactional

FAILED_STATES = (RecipientState.REFUSED, RecipientState.FAILED, RecipientState.EXPIRED)
MAX_TEXTED = 2
"""colleagues who are texted of what one person did alone"""
MAX_TOLD_OF_LOCKOUT = 3
"""colleagues"""
STOP_NOTICE_RETRY_S = 600
"""seconds until the next try to text colleagues that STOP stands"""


def progress_text(
    context: JobContext, person: Staff, broadcast: Broadcast, counts: Mapping[RecipientState, int]
) -> str:
    """Return the counts of one broadcast, rounded, as a text for the person who sent it. What is none is left out.

    Of a few people nothing is told but that they are few: a part that is named would show that somebody is there.
    """
    _ = context.translator(person.lang)
    sent = counts[RecipientState.ACCEPTED] + counts[RecipientState.DELIVERED] + counts[RecipientState.LATE]
    if broadcast.kind is BroadcastKind.END:
        text = _("End of notice {number}: sent to {sent} of {all}.")
    else:
        text = _("Notice {number}: sent to {sent} of {all}.")
    all_ = sum(counts.values())
    said = [text.format(number=broadcast.number, sent=short_count(sent), all=short_count(all_))]
    if all_ < MIN_SHOWN_PEOPLE:
        return said[0]
    if failed := sum(counts[state] for state in FAILED_STATES):
        said.append(_("Failed: {failed}.").format(failed=short_count(failed)))
    if unknown := counts[RecipientState.UNKNOWN]:
        said.append(_("Not known: {unknown}.").format(unknown=short_count(unknown)))
    return joins.sentences(_, *said)


def on_duty(world: World, people: tuple[Staff, ...], now: int) -> tuple[Staff, ...]:
    return world.roster.on_duty(people, world.local_time(now))


def text_some(
    context: JobContext, world: World, transaction: Transaction, now: int, people: tuple[Staff, ...],
    occasion: AskOccasion, compose: Callable[[JobContext, World, Staff], str],
) -> None:  # fmt: skip
    """Text some of these colleagues, first those on duty, each at most once in `times.ask_pause` on this occasion."""
    for person in (on_duty(world, people, now) or people)[:MAX_TEXTED]:
        if context.store.limits.reserve_verifier_pause(transaction, person.id, occasion):
            context.text_staff(transaction, person, compose(context, world, person), now)


@handles(AlertTask.NOTIFY_OF_ENDING)
@transactional
def notify_of_ending(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text the senders of a warning, and colleagues of its area, that another person ended it before its hour."""
    number, ended_by = item.arguments()
    alert, ender = world.alert(int(number)), world.roster.by_id(ended_by)
    if alert is None or ender is None:
        return
    others = [p for p in world.roster.senders() if p.id != ender.id and covers_area(world.atlas, p, alert.area)]
    own = tuple(p for p in world.roster.senders() if p.id in (alert.author, alert.approver) and p.id != ender.id)
    rest = tuple(p for p in others if p not in own)

    def compose(context: JobContext, world: World, person: Staff) -> str:
        _ = context.translator(person.lang)
        said = _("{name} ended notice {number}. To send it again dial {dial}")
        return said.format(name=ender.name, number=number, dial=world.profile.service_code)

    text_some(context, world, transaction, now, own, AskOccasion.ENDING, compose)
    text_some(context, world, transaction, now, rest, AskOccasion.ENDING, compose)


@handles(AlertTask.SEND_DRILL)
@transactional
def send_drill(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text a practice alert to staff on duty, and to nobody else. The text says that it is a drill."""
    alert = world.alert(int(item.arguments()[0]))
    if alert is None or not alert.is_live(now):
        return
    area = context.area_name(world, alert.area)
    for person in on_duty(world, world.roster.senders(), now):
        _ = context.translator(person.lang)
        text = alert_text(alert, area, Wording.NEUTRAL, _, world.local_time, world.profile.service_code)
        context.text_staff(transaction, person, text, now)


@handles(StaffTask.NOTIFY_STAFF_LOCKED)
@transactional
def notify_staff_locked(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text colleagues that a member of staff typed five wrong PINs, so that they can unlock the account."""
    _notify_colleagues(context, item, world, transaction, now, locked_text)


@handles(StaffTask.NOTIFY_STAFF_STOPPED)
@transactional
def notify_staff_stopped(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Text colleagues that STOP came from a phone of staff, unless it was taken back.

    Return the seconds until the next try, where colleagues were texted of this person lately.
    """
    person = world.roster.by_id(item.arguments()[0])
    if person is None or not person.is_silenced:
        return 0
    if not context.store.limits.reserve_stop_notice(transaction, person.id):
        return STOP_NOTICE_RETRY_S
    _notify_colleagues(context, item, world, transaction, now, stopped_text)
    return 0


@handles(StaffTask.NOTIFY_STAFF_LEFT)
@transactional
def notify_staff_left(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text colleagues that a person gave up the roles."""
    _notify_colleagues(context, item, world, transaction, now, left_text)


@handles(StaffTask.NOTIFY_STAFF_LOCKED_OUT)
@transactional
def notify_staff_locked_out(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text colleagues that an admin locked a phone out. One of them may know better."""
    person_id, admin_id = item.arguments()
    person, admin = world.roster.by_id(person_id), world.roster.by_id(admin_id)
    if person is None or admin is None:
        return
    others = [p for p in world.roster.senders() if p.id not in (person_id, admin_id)]
    for other in sorted(others, key=lambda p: not p.may_verify)[:MAX_TOLD_OF_LOCKOUT]:
        _ = context.translator(other.lang)
        said = _("{admin} blocked the phone of {name}. Is that wrong? Dial {dial}")
        said = said.format(admin=admin.name, name=person.name, dial=world.profile.service_code)
        context.text_staff(transaction, other, said, now)


@handles(StaffTask.NOTIFY_STAFF_CHANGED)
@transactional
def notify_staff_changed(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text a person whose roles or area were changed."""
    person = world.roster.by_id(item.arguments()[0])
    if person and person.gets_texts:
        _ = context.translator(person.lang)
        text = _("Your tasks in the team have changed. Dial {dial}").format(dial=world.profile.service_code)
        context.text_staff(transaction, person, text, now)


@handles(StaffTask.NOTIFY_STAFF_CHANGE_DECLINED)
@transactional
def notify_change_declined(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the colleague who wanted a change that another person said no."""
    person, first, second = map(world.roster.by_id, item.arguments())
    if person and first and second and first.gets_texts:
        _ = context.translator(first.lang)
        said = _("{name} said no to your change about {person}. Dial {dial}")
        said = said.format(name=second.name, person=person.name, dial=world.profile.service_code)
        context.text_staff(transaction, first, said, now)


@handles(StaffTask.NOTIFY_LOCKOUT_DOUBTED)
@transactional
def notify_lockout_doubted(
    context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int
) -> None:
    """Text the admin who blocked a phone that a colleague says that this is wrong."""
    person, admin, verifier = map(world.roster.by_id, item.arguments())
    if person and admin and verifier and admin.gets_texts:
        _ = context.translator(admin.lang)
        said = _("{name} says: it was wrong to block the phone of {person}. Dial {dial}")
        said = said.format(name=verifier.name, person=person.name, dial=world.profile.service_code)
        context.text_staff(transaction, admin, said, now)


@handles(StaffTask.REQUEST_STAFF_VOICE)
@transactional
def request_staff_voice(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text colleagues that a change of the team waits for a second person."""
    others = tuple(p for p in world.roster.senders() if p.may_verify and p.id not in item.arguments())
    text_some(context, world, transaction, now, others, AskOccasion.TEAM, _staff_voice_text)


def _staff_voice_text(context: JobContext, world: World, person: Staff) -> str:
    _ = context.translator(person.lang)
    return _("A change in the team waits for a second person. Dial {dial}").format(dial=world.profile.service_code)


def locked_text(context: JobContext, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    dial = context.deployment.settings.service_code
    return _("The PIN of {name} is locked. Is {name} beside you? Then dial {dial} to unlock it.").format(
        name=name, dial=dial
    )


def stopped_text(context: JobContext, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    return fill_in(_("{name} sent {stop} and gets no more texts."), _, name=name)


def left_text(context: JobContext, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    return _("{name} has left the team.").format(name=name)


def _notify_colleagues(
    context: JobContext,
    item: WorkItem,
    world: World,
    transaction: Transaction,
    now: int,
    compose: Callable[[JobContext, Staff, str], str],
) -> None:
    staff_id = item.arguments()[0]
    about = world.roster.by_id(staff_id)
    if about is None:
        return
    others = tuple(p for p in world.roster.senders() if p.id != staff_id)
    first = tuple(p for p in world.roster.admins() if p.id != staff_id) or on_duty(world, others, now)
    for person in first[:3]:
        context.text_staff(transaction, person, compose(context, person, about.name), now)

"""What staff are told: how far an alert is, drills, locked and silenced colleagues."""

from collections.abc import Callable, Mapping

from gateway.model.broadcast import Broadcast, BroadcastKind, RecipientState
from gateway.model.staff import Staff
from gateway.model.subscription import Wording
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text.wording import alert_text
from jobs.context import JobContext


def progress_text(
    context: JobContext, person: Staff, broadcast: Broadcast, counts: Mapping[RecipientState, int]
) -> str:
    """Counts of one broadcast for the person who sent it."""
    _ = context.translator(person.lang)
    sent = counts[RecipientState.ACCEPTED] + counts[RecipientState.DELIVERED] + counts[RecipientState.LATE]
    if broadcast.kind is BroadcastKind.END:
        text = _("{number}, ending: {sent} of {all} sent, {failed} failed, {unknown} unknown.")
    else:
        text = _("{number}: {sent} of {all} sent, {failed} failed, {unknown} unknown.")
    return text.format(
        number=broadcast.number,
        sent=sent,
        all=sum(counts.values()),
        failed=counts[RecipientState.REFUSED] + counts[RecipientState.FAILED] + counts[RecipientState.EXPIRED],
        unknown=counts[RecipientState.UNKNOWN],
    )


def on_duty(world: World, people: tuple[Staff, ...], now: int) -> tuple[Staff, ...]:
    return world.roster.on_duty(people, world.local_time(now))


def send_drill(context: JobContext, item: WorkItem) -> None:
    """A practice alert goes to staff only, and says so."""
    number = int(item.arguments()[0])

    def send(world: World, change: Transaction, now: int) -> None:
        alert = world.alert(number)
        if alert is None or not alert.is_live(now):
            return
        area = context.area_name(world, alert.area)
        for person in on_duty(world, world.roster.senders(), now):
            _ = context.translator(person.lang)
            text = alert_text(alert, area, Wording.NEUTRAL, _, world.local_time, world.profile.service_code)
            context.text_staff(change, person, text, now)

    context.store.transact_and_finish(item, send)


def notify_staff_locked(context: JobContext, item: WorkItem) -> None:
    """Five wrong PINs: a colleague hears, and can unlock."""
    _notify_colleagues(context, item, locked_text)


def notify_staff_stopped(context: JobContext, item: WorkItem) -> None:
    """STOP came from a staff phone."""
    _notify_colleagues(context, item, stopped_text)


def locked_text(context: JobContext, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    dial = context.deployment.settings.service_code
    return _("{name} is locked out. If you are with {name}, unlock: dial {dial}").format(name=name, dial=dial)


def stopped_text(context: JobContext, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    return _("{name} sent STOP and gets no more texts.").format(name=name)


def _notify_colleagues(context: JobContext, item: WorkItem, compose: Callable[[JobContext, Staff, str], str]) -> None:
    staff_id = item.arguments()[0]

    def tell(world: World, change: Transaction, now: int) -> None:
        about = world.roster.by_id(staff_id)
        others = tuple(p for p in world.roster.senders() if p.id != staff_id)
        first = tuple(p for p in world.roster.admins() if p.id != staff_id) or on_duty(world, others, now)
        if about is None:
            return
        for person in first[:3]:
            context.text_staff(change, person, compose(context, person, about.name), now)

    context.store.transact_and_finish(item, tell)

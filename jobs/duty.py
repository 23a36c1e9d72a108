"""What staff are told: how far an alert is, drills, locked and silenced colleagues."""

from collections.abc import Callable, Mapping

from gateway.model.broadcast import Broadcast, State, What
from gateway.model.caller import World
from gateway.model.staff import Staff
from gateway.model.subscription import Wording
from gateway.store import Change, Item
from gateway.wording import warning
from jobs.context import Context


def progress(context: Context, person: Staff, broadcast: Broadcast, counts: Mapping[State, int]) -> str:
    """Counts of one broadcast for the person who sent it."""
    _ = context.translator(person.lang)
    sent = counts[State.ACCEPTED] + counts[State.DELIVERED] + counts[State.LATE]
    if broadcast.what is What.END:
        text = _("{number}, ending: {sent} of {all} sent, {failed} failed, {unknown} unknown.")
    else:
        text = _("{number}: {sent} of {all} sent, {failed} failed, {unknown} unknown.")
    return text.format(
        number=broadcast.number,
        sent=sent,
        all=sum(counts.values()),
        failed=counts[State.REFUSED] + counts[State.FAILED] + counts[State.EXPIRED],
        unknown=counts[State.UNKNOWN],
    )


def on_duty(world: World, people: tuple[Staff, ...], now: int) -> tuple[Staff, ...]:
    return world.roster.on_duty(people, world.local(now))


def drill(context: Context, item: Item) -> None:
    """A practice alert goes to staff only, and says so."""
    number = int(item.arguments()[0])

    def send(world: World, change: Change, now: int) -> None:
        alert = world.case(number)
        if alert is None or not alert.live(now):
            return
        area = context.area_name(world, alert.area)
        for person in on_duty(world, world.roster.senders(), now):
            _ = context.translator(person.lang)
            text = warning(alert, area, Wording.NEUTRAL, _, world.local, world.house.service_code)
            context.tell(change, person, text, now)

    context.store.conclude(item, send)


def locked(context: Context, item: Item) -> None:
    """Five wrong PINs: a colleague hears, and can unlock."""
    _tell_colleagues(context, item, locked_text)


def left(context: Context, item: Item) -> None:
    """STOP came from a staff phone."""
    _tell_colleagues(context, item, left_text)


def locked_text(context: Context, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    dial = context.deployment.settings.service_code
    return _("{name} is locked out. If you are with {name}, unlock: dial {dial}").format(name=name, dial=dial)


def left_text(context: Context, person: Staff, name: str) -> str:
    _ = context.translator(person.lang)
    return _("{name} sent STOP and gets no more texts.").format(name=name)


def _tell_colleagues(context: Context, item: Item, text: Callable[[Context, Staff, str], str]) -> None:
    staff_id = item.arguments()[0]

    def tell(world: World, change: Change, now: int) -> None:
        about = world.roster.by_id(staff_id)
        others = tuple(p for p in world.roster.senders() if p.id != staff_id)
        first = tuple(p for p in world.roster.admins() if p.id != staff_id) or on_duty(world, others, now)
        if about is None:
            return
        for person in first[:3]:
            context.tell(change, person, text(context, person, about.name), now)

    context.store.conclude(item, tell)

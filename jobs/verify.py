"""A report on its way to a decision: who is asked, in what order, and what its reporter hears.

On duty in the area, one after another; then one level up; then all senders; then the reporter is told that nobody
could check it. Silence never happens, and nothing goes out by itself.
"""

from msgspec.structs import replace

from gateway.model.alert import Alert, Report, State
from gateway.model.caller import World
from gateway.model.message import Ground, Lane
from gateway.model.staff import Staff
from gateway.store import Change, Item
from gateway.vault import Purpose
from jobs.context import Context
from jobs.duty import on_duty

LOOK_AGAIN = 30
"""seconds"""


def rounds(context: Context, world: World, alert: Alert, report: Report, now: int) -> list[tuple[Staff, ...]]:
    """Who is still to be asked, round by round. Nobody twice, and never a reporter of it."""
    reporters = {token for token, _lang in report.reporters}
    asked = set(report.asked)

    def fresh(people: tuple[Staff, ...]) -> tuple[Staff, ...]:
        found = tuple(p for p in people if p.id not in asked and _report_token(context, p) not in reporters)
        asked.update(p.id for p in found)
        return found

    here = world.roster.verifiers((alert.area,))
    one_by_one = [(person,) for person in fresh(on_duty(world, here, now))]
    levels = [
        fresh(on_duty(world, world.roster.verifiers((a,)), now)) for a in (*world.atlas.ancestors(alert.area), "")
    ]
    everybody = fresh(on_duty(world, world.roster.senders(), now))
    return [people for people in (*one_by_one, *levels, everybody) if people]


def _report_token(context: Context, person: Staff) -> bytes:
    return context.store.vault.token(context.number(person), Purpose.REPORT)


def ask(context: Context, item: Item) -> None:
    """One round of asking; the item comes back for the next one until somebody has decided."""
    number = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _ask(context, world, change, now, number))


def _ask(context: Context, world: World, change: Change, now: int, number: int) -> int:
    """Returns seconds until the next round, 0 when it is decided or nobody is left."""
    alert, report = world.case(number), world.report(number)
    if alert is None or report is None or alert.state is not State.REPORTED:
        return 0
    plan = rounds(context, world, alert, report, now)
    if not plan:
        _unchecked(context, change, now, alert)
        return 0
    for people in plan:
        free = [p for p in people if _may_ask(context, change, p, alert.area)]
        if free:
            new = replace(report, asked=(*report.asked, *(p.id for p in free)))
            context.store.shelves.reports.put(change, item_key(number), new)
            for person in free:
                context.tell(change, person, _to_check(context, world, person, alert), now)
            return context.times.verify_step
    return LOOK_AGAIN  # whoever is left had a text about this area a moment ago, and is asked when that pause ends


def _may_ask(context: Context, change: Change, person: Staff, about: str) -> bool:
    """At most one text per verifier and area in a while, however many report."""
    key = f"asked:{person.id}:{about}"
    if context.store.connection.call("GET", key):
        return False
    change.expect(key, None)
    change.write("SET", key, 1, "EX", context.times.ask_pause)
    return True


def _to_check(context: Context, world: World, person: Staff, alert: Alert) -> str:
    _ = context.translator(person.lang)
    area, dial = context.area_name(world, alert.area), world.house.service_code
    return _("{number}, {area}: please check. Dial {dial}").format(number=alert.number, area=area, dial=dial)


def propose(context: Context, item: Item) -> None:
    """A proposed warning goes to those on duty who may confirm it, then to all; unconfirmed at its hour, it lapses."""
    number = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _propose(context, world, change, now, number))


def _propose(context: Context, world: World, change: Change, now: int, number: int) -> int:
    """Returns seconds until it lapses, 0 when it is decided."""
    alert = world.case(number)
    if alert is None or alert.state is not State.PROPOSED:
        return 0
    if now >= alert.until:
        _unchecked(context, change, now, alert)
        return 0
    others = tuple(p for p in world.roster.senders() if p.id != alert.author and _in_area(world, p, alert))
    if not others:
        _unchecked(context, change, now, alert)
        return 0
    first = now - alert.at < context.times.verify_step
    for person in (on_duty(world, others, now) if first else ()) or others:
        if _may_ask(context, change, person, f"propose:{number}"):
            context.tell(change, person, _to_check(context, world, person, alert), now)
    return min(context.times.verify_step, alert.until - now)


def _in_area(world: World, person: Staff, alert: Alert) -> bool:
    return not person.area or world.atlas.contains(person.area, alert.area)


def _unchecked(context: Context, change: Change, now: int, alert: Alert) -> None:
    """Nobody decided: it goes nowhere, and those who told us hear so."""
    done = replace(alert, state=State.UNCHECKED, ended=now)
    context.store.shelves.alerts.put(change, item_key(alert.number), done)
    change.due("alerts", f"outcome:{alert.number}", now)
    change.due("bulk", f"forget:{alert.number}", now + context.times.keep_alert)


def news(context: Context, item: Item) -> None:
    """A reporter told more: whoever decided, or was asked, hears that there is something new to read."""
    number = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _news(context, world, change, now, number))


def _news(context: Context, world: World, change: Change, now: int, number: int) -> int:
    """Returns seconds until it is tried again, where all had a text about this area a moment ago."""
    alert, report = world.case(number), world.report(number)
    if alert is None or report is None:
        return 0
    ids = {alert.author} if alert.warned else set(report.asked)
    people = [person for person in world.roster.people if person.id in ids and person.active]
    free = [person for person in people if _may_ask(context, change, person, alert.area)]
    for person in free:
        context.tell(change, person, _to_check(context, world, person, alert), now)
    return LOOK_AGAIN if people and not free else 0


def outcome(context: Context, item: Item) -> None:
    """The reporter always hears what came of it, in neutral words."""
    number = int(item.arguments()[0])

    def tell(world: World, change: Change, now: int) -> None:
        alert, report = world.case(number), world.report(number)
        if alert is None:
            return
        _tell_proposer(context, world, change, now, alert)
        for token, lang in report.reporters if report else ():
            to = context.store.number(token, Purpose.REPORT)
            context.text(change, to, outcome_text(context, world, alert, lang), Lane.MESSAGES, Ground.ANSWER, now)

    context.store.conclude(item, tell)


def _tell_proposer(context: Context, world: World, change: Change, now: int, alert: Alert) -> None:
    """Whose proposal nobody seconded, or somebody rejected."""
    person = world.roster.by_id(alert.author)
    if person and person.active and not alert.warned:
        _ = context.translator(person.lang)
        context.tell(
            change, person, _("{number} was not confirmed. It does not go out.").format(number=alert.number), now
        )


def outcome_text(context: Context, world: World, alert: Alert, lang: str) -> str:
    _ = context.translator(lang)
    if alert.state is State.REJECTED:
        return _("Thank you for telling us. It was checked and no notice goes out. Stay careful.")
    if alert.state is State.UNCHECKED:
        text = _("Nobody could check it. Be careful.")
        return f"{text} {world.house.hotline}".rstrip()
    return _("Thank you for telling us. It was checked and others know now.")


def item_key(number: int) -> bytes:
    return str(number).encode()

"""A report on its way to a decision: who is asked, in what order, and what its reporter hears.

On duty in the area, one after another; then one level up; then all senders; then the reporter is told that nobody
could check it. Silence never happens, and nothing goes out by itself.
"""

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model.alert import Alert, AlertState, Report
from gateway.model.caller import World
from gateway.model.message import Lane, LegalBasis
from gateway.model.staff import Staff
from gateway.store import Transaction, WorkItem
from jobs.context import JobContext
from jobs.handlers.staff_notices import on_duty

RETRY_INTERVAL_S = 30
"""seconds"""


def verification_rounds(
    context: JobContext, world: World, alert: Alert, report: Report, now: int
) -> list[tuple[Staff, ...]]:
    """Who is still to be asked, round by round. Nobody twice, and never a reporter of it."""
    reporters = {token for token, _lang in report.reporters}
    asked = set(report.asked_verifiers)

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


def _report_token(context: JobContext, person: Staff) -> bytes:
    return context.store.vault.token(context.staff_number(person), Purpose.REPORT)


def request_verification(context: JobContext, item: WorkItem) -> None:
    """One round of asking; the item comes back for the next one until somebody has decided."""
    number = int(item.arguments()[0])
    context.store.transact_and_finish(
        item, lambda world, change, now: _request_verification(context, world, change, now, number)
    )


def _request_verification(context: JobContext, world: World, transaction: Transaction, now: int, number: int) -> int:
    """Returns seconds until the next round, 0 when it is decided or nobody is left."""
    alert, report = world.alert(number), world.report(number)
    if alert is None or report is None or alert.state is not AlertState.REPORTED:
        return 0
    plan = verification_rounds(context, world, alert, report, now)
    if not plan:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    for people in plan:
        free = [p for p in people if _may_ask(context, transaction, p, alert.area)]
        if free:
            new = replace(report, asked_verifiers=(*report.asked_verifiers, *(p.id for p in free)))
            context.store.world_cache.reports.put(transaction, alert_field(number), new)
            for person in free:
                context.text_staff(transaction, person, _check_request_text(context, world, person, alert), now)
            return context.times.verifier_timeout
    return (
        RETRY_INTERVAL_S  # whoever is left had a text about this area a moment ago, and is asked when that pause ends
    )


def _may_ask(context: JobContext, transaction: Transaction, person: Staff, subject: str) -> bool:
    """At most one text per verifier and area in a while, however many report."""
    return context.store.limits.reserve_verifier_pause(transaction, person.id, subject)


def _check_request_text(context: JobContext, world: World, person: Staff, alert: Alert) -> str:
    _ = context.translator(person.lang)
    area, dial = context.area_name(world, alert.area), world.profile.service_code
    return _("{number}, {area}: please check. Dial {dial}").format(number=alert.number, area=area, dial=dial)


def request_confirmation(context: JobContext, item: WorkItem) -> None:
    """A proposed warning goes to those on duty who may confirm it, then to all; unconfirmed at its hour, it lapses."""
    number = int(item.arguments()[0])
    context.store.transact_and_finish(
        item, lambda world, change, now: _request_confirmation(context, world, change, now, number)
    )


def _request_confirmation(context: JobContext, world: World, transaction: Transaction, now: int, number: int) -> int:
    """Returns seconds until it lapses, 0 when it is decided."""
    alert = world.alert(number)
    if alert is None or alert.state is not AlertState.PROPOSED:
        return 0
    if now >= alert.until:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    others = tuple(p for p in world.roster.senders() if p.id != alert.author and _covers_area(world, p, alert))
    if not others:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    first = now - alert.at < context.times.verifier_timeout
    for person in (on_duty(world, others, now) if first else ()) or others:
        if _may_ask(context, transaction, person, f"propose:{number}"):
            context.text_staff(transaction, person, _check_request_text(context, world, person, alert), now)
    return min(context.times.verifier_timeout, alert.until - now)


def _covers_area(world: World, person: Staff, alert: Alert) -> bool:
    return not person.area or world.atlas.contains(person.area, alert.area)


def _mark_unchecked(context: JobContext, transaction: Transaction, now: int, alert: Alert) -> None:
    """Nobody decided: it goes nowhere, and those who told us hear so."""
    done = replace(alert, state=AlertState.UNCHECKED, ended_at=now)
    context.store.world_cache.alerts.put(transaction, alert_field(alert.number), done)
    transaction.schedule("alerts", f"outcome:{alert.number}", now)
    transaction.schedule("bulk", f"forget:{alert.number}", now + context.times.keep_alert)


def send_report_details(context: JobContext, item: WorkItem) -> None:
    """A reporter told more: whoever decided, or was asked, hears that there is something new to read."""
    number = int(item.arguments()[0])
    context.store.transact_and_finish(
        item, lambda world, change, now: _send_report_details(context, world, change, now, number)
    )


def _send_report_details(context: JobContext, world: World, transaction: Transaction, now: int, number: int) -> int:
    """Returns seconds until it is tried again, where all had a text about this area a moment ago."""
    alert, report = world.alert(number), world.report(number)
    if alert is None or report is None:
        return 0
    ids = {alert.author} if alert.was_sent else set(report.asked_verifiers)
    people = [person for person in world.roster.people if person.id in ids and person.active]
    free = [person for person in people if _may_ask(context, transaction, person, alert.area)]
    for person in free:
        context.text_staff(transaction, person, _check_request_text(context, world, person, alert), now)
    return RETRY_INTERVAL_S if people and not free else 0


def notify_reporters(context: JobContext, item: WorkItem) -> None:
    """The reporter always hears what came of it, in neutral words."""
    number = int(item.arguments()[0])

    def tell(world: World, change: Transaction, now: int) -> None:
        alert, report = world.alert(number), world.report(number)
        if alert is None:
            return
        _notify_proposer(context, world, change, now, alert)
        for token, lang in report.reporters if report else ():
            to = context.store.number(token, Purpose.REPORT)
            context.queue_text(
                change, to, outcome_text(context, world, alert, lang), Lane.MESSAGES, LegalBasis.ANSWER, now
            )

    context.store.transact_and_finish(item, tell)


def _notify_proposer(context: JobContext, world: World, transaction: Transaction, now: int, alert: Alert) -> None:
    """Whose proposal nobody seconded, or somebody rejected."""
    person = world.roster.by_id(alert.author)
    if person and person.active and not alert.was_sent:
        _ = context.translator(person.lang)
        context.text_staff(
            transaction, person, _("{number} was not confirmed. It does not go out.").format(number=alert.number), now
        )


def outcome_text(context: JobContext, world: World, alert: Alert, lang: str) -> str:
    _ = context.translator(lang)
    if alert.state is AlertState.REJECTED:
        return _("Thank you for telling us. It was checked and no notice goes out. Stay careful.")
    if alert.state is AlertState.UNCHECKED:
        text = _("Nobody could check it. Be careful.")
        return f"{text} {world.profile.hotline}".rstrip()
    return _("Thank you for telling us. It was checked and others know now.")


def alert_field(number: int) -> bytes:
    return str(number).encode()

"""Reports and proposed alerts until they are decided: who is asked, in what order, and what reporters are texted.

Verifiers on duty in the area are asked one after another, then verifiers of areas above it, then all senders. Then the
reporter is texted that nobody could check the report. Every report gets an answer, and no alert is sent by itself.
"""

from msgspec.structs import replace

from gateway.actions.report_limits import mark_unchecked
from gateway.crypto.vault import Purpose
from gateway.model.alert import Alert, AlertState, AlertTask, AskOccasion, RejectReason, Report
from gateway.model.message import Lane, LegalBasis
from gateway.model.policy import covers_area
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, WorkItem
from gateway.text import joins
from gateway.text.translator import Translator
from jobs.context import JobContext
from jobs.handler import handles, transactional
from jobs.handlers.staff_notices import MAX_TEXTED, on_duty

RETRY_INTERVAL_S = 30
"""seconds until the next try where all who may be asked had a text a moment ago"""
REPEAT_INTERVAL_S = 600
"""seconds until the staff who may confirm a proposal are asked again"""


def verification_rounds(
    context: JobContext, world: World, alert: Alert, report: Report, now: int
) -> list[tuple[Staff, ...]]:
    """Return the staff who are not asked yet, round by round: nobody twice, and no reporter of this report."""
    reporters = {token for token, _lang in report.reporters}
    asked = set(report.asked_verifiers)

    def fresh(people: tuple[Staff, ...]) -> tuple[Staff, ...]:
        found = tuple(p for p in people if p.id not in asked and _report_token(context, p) not in reporters)
        asked.update(p.id for p in found)
        return found

    here, *wider = world.checkers_on_duty(alert.area, now)
    one_by_one = [(person,) for person in fresh(here)]
    return [people for people in (*one_by_one, *map(fresh, wider)) if people]


def _report_token(context: JobContext, person: Staff) -> bytes:
    return context.store.vault.token(context.staff_number(person), Purpose.REPORT)


@handles(AlertTask.REQUEST_VERIFICATION)
@transactional
def request_verification(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Ask one round of verifiers. Return seconds until the next round, 0 where it is decided or nobody is left."""
    number = int(item.arguments()[0])
    alert, report = world.alert(number), world.report(number)
    if alert is None or report is None or alert.state is not AlertState.REPORTED:
        return 0
    plan = verification_rounds(context, world, alert, report, now)
    if not plan:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    for people in plan:
        free = [p for p in people if _may_ask(context, transaction, p, alert.ask_occasion)]
        if free:
            new = replace(report, asked_verifiers=(*report.asked_verifiers, *(p.id for p in free)))
            context.store.world_cache.reports.put(transaction, alert_field(number), new)
            for person in free:
                context.text_staff(transaction, person, _check_request_text(context, world, person, alert), now)
            return context.times.verifier_timeout
    return RETRY_INTERVAL_S  # all who are left had a text a moment ago


def _may_ask(context: JobContext, transaction: Transaction, person: Staff, occasion: AskOccasion) -> bool:
    """At most one text per verifier and occasion in a few minutes, however many report, wherever."""
    return context.store.limits.reserve_verifier_pause(transaction, person.id, occasion)


def _check_request_text(context: JobContext, world: World, person: Staff, alert: Alert) -> str:
    """Return the request to check an alert. It says how many wait for this person, because the others get no text."""
    _ = context.translator(person.lang)
    area, dial = context.area_name(world, alert.area), world.profile.service_code
    waiting = _waiting_count(world, person)
    if waiting < 2:
        return _("Please check notice {number}, {area}. Dial {dial}").format(number=alert.number, area=area, dial=dial)
    said = _("Please check notice {number}, {area}. In the list: {n}. Dial {dial}")
    return said.format(number=alert.number, area=area, dial=dial, n=waiting)


def _waiting_count(world: World, person: Staff) -> int:
    """Return the number of undecided alerts in this person's area."""
    return sum(alert.is_pending and covers_area(world.atlas, person, alert.area) for alert in world.alerts.values())


@handles(AlertTask.REQUEST_CONFIRMATION)
@transactional
def request_confirmation(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Ask staff on duty who may confirm a proposed alert, then all who may. It ends unconfirmed at its hour.

    Return the seconds until the next round, 0 where it is decided.
    """
    number = int(item.arguments()[0])
    alert = world.alert(number)
    if alert is None or alert.state is not AlertState.PROPOSED:
        return 0
    if now >= alert.until:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    others = tuple(
        p for p in world.roster.senders() if p.id != alert.author and covers_area(world.atlas, p, alert.area)
    )
    if not others:
        _mark_unchecked(context, transaction, now, alert)
        return 0
    first = now - alert.at < context.times.verifier_timeout
    people = (on_duty(world, others, now) if first else ()) or others
    free = [person for person in people if _may_ask(context, transaction, person, alert.ask_occasion)]
    for person in free:
        context.text_staff(transaction, person, _check_request_text(context, world, person, alert), now)
    next_round = context.times.verifier_timeout if first else REPEAT_INTERVAL_S
    return min(next_round if free else RETRY_INTERVAL_S, alert.until - now)


def _mark_unchecked(context: JobContext, transaction: Transaction, now: int, alert: Alert) -> None:
    mark_unchecked(transaction, context.store.world_cache, alert, now, context.times)


@handles(AlertTask.SEND_REPORT_DETAILS)
@transactional
def send_report_details(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> int:
    """Text the staff who decided about a report, or were asked, that its reporter added details.

    Nobody is asked to check what was decided meanwhile. A verifier who asked the reporter hears of the answer.
    Return the seconds until the next try, where all of them had a text a moment ago.
    """
    number, came_after_decision = map(int, item.arguments())
    alert, report = world.alert(number), world.report(number)
    if alert is None or report is None or (not alert.is_pending and not came_after_decision):
        return 0
    ids = {report.asked_by} | (set(report.asked_verifiers) if alert.is_pending else {alert.author})
    compose = _check_request_text if alert.is_pending else _more_words_text
    people = [person for person in world.roster.people if person.id in ids and person.active]
    free = [person for person in people if _may_ask(context, transaction, person, alert.ask_occasion)]
    for person in free:
        context.text_staff(transaction, person, compose(context, world, person, alert), now)
    return RETRY_INTERVAL_S if people and not free else 0


def _more_words_text(context: JobContext, world: World, person: Staff, alert: Alert) -> str:
    _ = context.translator(person.lang)
    said = _("There is more on notice {number}, which is decided. Dial {dial}")
    return said.format(number=alert.number, dial=world.profile.service_code)


@handles(AlertTask.NOTIFY_REPORTERS)
@transactional
def notify_reporters(context: JobContext, item: WorkItem, world: World, transaction: Transaction, now: int) -> None:
    """Text every reporter, in neutral words, what came of the report."""
    number = int(item.arguments()[0])
    alert, report = world.alert(number), world.report(number)
    if alert is None:
        return
    _notify_proposer(context, world, transaction, now, alert)
    if report and alert.state is AlertState.REJECTED:
        _notify_of_rejection(context, world, transaction, now, alert, report)
    for token, lang in report.reporters if report else ():
        if not lang:
            continue
        to, text = context.store.number(token, Purpose.REPORT), outcome_text(context, world, alert, lang)
        context.queue_text(transaction, to, text, Lane.MESSAGES, LegalBasis.ANSWER, now)


def _notify_of_rejection(
    context: JobContext, world: World, transaction: Transaction, now: int, alert: Alert, report: Report
) -> None:
    """Text colleagues that a report was rejected: one person may err, or be bought. They can send a warning."""
    reporters = {token for token, _lang in report.reporters}
    areas = (alert.area, *world.atlas.ancestors(alert.area), "")
    others = tuple(
        p
        for p in world.roster.verifiers(areas)
        if p.id != alert.approver and _report_token(context, p) not in reporters
    )
    asked = tuple(p for p in others if p.id in report.asked_verifiers)
    for person in (asked or on_duty(world, others, now) or others)[:MAX_TEXTED]:
        if _may_ask(context, transaction, person, AskOccasion.REJECTION):
            context.text_staff(transaction, person, _not_confirmed_text(context, person, alert), now)


def _not_confirmed_text(context: JobContext, person: Staff, alert: Alert) -> str:
    _ = context.translator(person.lang)
    return _("Notice {number} was not confirmed. We do not send it.").format(number=alert.number)


def _notify_proposer(context: JobContext, world: World, transaction: Transaction, now: int, alert: Alert) -> None:
    """Text the author of a proposal that was rejected, or that nobody confirmed."""
    person = world.roster.by_id(alert.author)
    if person and person.active and not alert.was_sent:
        context.text_staff(transaction, person, _not_confirmed_text(context, person, alert), now)


def outcome_text(context: JobContext, world: World, alert: Alert, lang: str) -> str:
    _ = context.translator(lang)
    if alert.state is AlertState.REJECTED:
        return rejection_text(alert, _)
    if alert.state is AlertState.UNCHECKED:
        return joins.sentences(_, _("Nobody could check it. Be careful."), world.profile.hotline)
    return _("Thank you. We checked it. Others know now.")


def rejection_text(alert: Alert, _: Translator) -> str:
    """Return what a reporter hears of a no, with its reason."""
    by_reason: dict[RejectReason | None, str] = {
        RejectReason.OVER: _("Thank you. We checked it: it is over now. Stay careful."),
        RejectReason.KNOWN: _("Thank you. Others know of it already. Stay careful."),
        RejectReason.UNCLEAR: _("Thank you. We know too little to tell others. Please tell us more if you can."),
    }
    return by_reason.get(alert.reject_reason, _("Thank you. We checked it. We send no notice. Stay careful."))


def alert_field(number: int) -> bytes:
    return str(number).encode()

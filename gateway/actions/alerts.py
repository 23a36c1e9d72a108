"""Reports and alerts: the function that applies each intent. An alert keeps its number from its report to its end."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, begin_broadcast, handles
from gateway.actions.report_limits import make_room_for_report
from gateway.model import intents
from gateway.model.alert import Alert, AlertState, AlertTask, AskOccasion, Report
from gateway.model.broadcast import BroadcastKind
from gateway.model.codes import draw_code
from gateway.model.known_phone import is_known
from gateway.model.message import Lane
from gateway.model.policy import needs_second_rejection
from gateway.settings import Times
from gateway.store import keys
from gateway.store.cached_table import bump_version_command
from gateway.store.records.tables import ALERTS, DECISIONS_NAME
from gateway.store.transaction import Transaction
from gateway.store.world_cache import WorldCache
from gateway.text.warning_words import is_fit_for_warning

MAX_REPORTERS = 50
MAX_COUNTED_REPORTS = 100
"""reports of one event after which a further one changes nothing, because each change delays the verifier's decision"""
MAX_VENUES = 5


@handles(intents.SubmitReport)
def file_report(ctx: ActionContext, intent: intents.SubmitReport) -> None:
    """Pass a report to the verifiers. Reports of the same kind and area within `same_alert` become one alert."""
    turn = ctx.turn
    ctx.transaction.write(
        "SET", keys.report_pause(turn.tags.report_pause), _report_marks(ctx), "EX", ctx.times.report_pause
    )
    turn.open_reply_window(ctx.times.reply)
    open_report = _find_open_report(ctx, intent)
    if open_report:
        _merge_report(ctx, open_report, intent.venue)
        return
    ctx.transaction.require_table(ALERTS.name)  # two concurrent reports must not make two alerts
    make_room_for_report(ctx)
    number = new_alert_number(ctx)
    alert = Alert(number, intent.kind, intent.area, AlertState.REPORTED, turn.now, is_from_known=is_known(turn))
    ctx.put_alert(alert)
    reporter = (turn.report_token, _answer_lang(ctx))
    report = Report(number, (reporter,), (intent.venue,) if intent.venue else ())
    ctx.world_cache.reports.put(ctx.transaction, str(number).encode(), report)
    ctx.transaction.schedule(Lane.ALERTS, AlertTask.REQUEST_VERIFICATION.item(number), turn.now)


def _report_marks(ctx: ActionContext) -> bytes:
    """Return one mark for each report of this phone within the pause: whether it was made before the PIN."""
    return (ctx.turn.report_pause or b"") + (b"2" if ctx.turn.is_behind_pin else keys.REPORT_BEFORE_PIN)


def _answer_lang(ctx: ActionContext) -> str:
    """Return the language in which the reporter hears what came of it, or nothing where no answer may go there.

    A stranger's report by text may be forged, to have texts sent to that phone.
    """
    turn = ctx.turn
    may_be_forged = turn.is_claim and not is_known(turn)
    return "" if may_be_forged and not turn.text_guard.may_answer_unproven(turn.now, is_staff=False) else ctx.lang


def _find_open_report(ctx: ActionContext, intent: intents.SubmitReport) -> Alert | None:
    found = (a for a in ctx.world.alerts.values() if a.state is AlertState.REPORTED and a.kind == intent.kind)
    return next((a for a in found if a.area == intent.area and ctx.turn.now - a.at < ctx.times.same_alert), None)


def _merge_report(ctx: ActionContext, alert: Alert, venue: str) -> None:
    """Add a reporter to an open report, which then ranks higher. No verifier is texted again."""
    if alert.report_count >= MAX_COUNTED_REPORTS:
        return
    field = str(alert.number).encode()
    report = ctx.world.reports.get(field) or Report(alert.number, ())
    reporters, venues = report.reporters, report.venues
    if all(token != ctx.turn.report_token for token, _lang in reporters) and len(reporters) < MAX_REPORTERS:
        reporters = (*reporters, (ctx.turn.report_token, _answer_lang(ctx)))
    if venue and venue not in venues:
        venues = _with_venue(ctx, venues, venue)
    is_from_known = alert.is_from_known or is_known(ctx.turn)
    ctx.put_alert(replace(alert, report_count=alert.report_count + 1, is_from_known=is_from_known))
    ctx.world_cache.reports.put(ctx.transaction, field, replace(report, reporters=reporters, venues=venues))


def _with_venue(ctx: ActionContext, venues: tuple[str, ...], venue: str) -> tuple[str, ...]:
    """Return the places with one more. The first one stays, and a text, which may be forged, takes no other's place."""
    if len(venues) < MAX_VENUES:
        return (*venues, venue)
    return venues if ctx.turn.is_claim else (venues[0], *venues[2:], venue)


def new_alert_number(ctx: ActionContext) -> int:
    """Return a random number that no alert has. It does not show how many alerts there were. Raises NoFreeCode."""
    return int(draw_code(len(ctx.world.alerts), lambda code: ctx.world.alert(int(code)) is not None))


@handles(intents.AddToReport)
def add_report_details(ctx: ActionContext, intent: intents.AddToReport) -> None:
    alert = ctx.world.alert(intent.number)
    if alert is None:
        return
    field = str(alert.number).encode()
    report = ctx.world.reports.get(field) or Report(alert.number, ())
    venues = _with_venue(ctx, report.venues, intent.venue)
    ctx.world_cache.reports.put(ctx.transaction, field, replace(report, venues=venues))
    ctx.turn.open_reply_window(ctx.times.reply)
    item = AlertTask.SEND_REPORT_DETAILS.item(alert.number, int(not alert.is_pending))
    ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)


@handles(intents.CorrectReport)
def correct_report(ctx: ActionContext, intent: intents.CorrectReport) -> None:
    """Change the kind of a report that this caller alone made, while nobody decided about it."""
    alert, report = ctx.world.alert(intent.number), ctx.world.report(intent.number)
    if alert and report and alert.state is AlertState.REPORTED and alert.report_count == 1:
        ctx.put_alert(replace(alert, kind=intent.kind))


@handles(intents.SendAlert)
def send_alert(ctx: ActionContext, intent: intents.SendAlert) -> None:
    if not _are_fit(intent.venue, intent.text):
        return
    ctx.transaction.require_table(DECISIONS_NAME)  # two concurrent senders must not make two alerts of one event
    staff = ctx.turn.staff
    alert = Alert(
        new_alert_number(ctx),
        intent.kind,
        intent.area,
        AlertState.LIVE,
        ctx.turn.now,
        until=_limit_end(ctx, intent.until),
        venue=intent.venue,
        text=intent.text,
        author=staff.id if staff else "",
        drill=intent.is_drill,
        certainty=intent.certainty,
    )
    _publish_or_propose(ctx, alert, intent.needs_approval or _needs_approval(ctx, alert))


@handles(intents.ConfirmReport)
def confirm_report(ctx: ActionContext, intent: intents.ConfirmReport) -> None:
    """Send an alert with the verifier's own place and words. Only verifiers read the reporter's words."""
    alert, staff = ctx.world.alert(intent.number), ctx.turn.staff
    if alert is None or not alert.is_pending or staff is None or not _are_fit(intent.venue, intent.text):
        return
    _reset_ask_pause(ctx)
    until = _limit_end(ctx, intent.until)
    warning = replace(alert, state=AlertState.LIVE, at=ctx.turn.now, venue=intent.venue, text=intent.text, until=until)
    if alert.state is AlertState.PROPOSED:
        _publish_or_propose(ctx, replace(warning, approver=staff.id), propose=False)
        return
    warning = replace(
        warning,
        author=staff.id,
        kind=intent.kind or alert.kind,
        area=intent.area or alert.area,
        certainty=intent.certainty,
    )
    _publish_or_propose(ctx, warning, intent.needs_approval or _needs_approval(ctx, warning))


def _are_fit(*words: str) -> bool:
    """Whether all these words may go out in a warning. Phones and commands refuse them with a reason before."""
    return all(map(is_fit_for_warning, words))


def _needs_approval(ctx: ActionContext, alert: Alert) -> bool:
    """Whether a second person has to agree, even if the intent does not ask for it. An operator decides alone."""
    is_exempt = alert.drill or ctx.turn.is_operator
    return not is_exempt and ctx.world.needs_approval(alert.area, ctx.turn.subscribers)


def _reset_ask_pause(ctx: ActionContext) -> None:
    """End the pause between two questions to this verifier: the decision shows that the verifier is awake."""
    if ctx.turn.staff:
        vault, staff_id = ctx.turn.vault, ctx.turn.staff.id
        ctx.transaction.write("DEL", *(keys.verifier_pause(vault, staff_id, occasion) for occasion in AskOccasion))


def _limit_end(ctx: ActionContext, until: int) -> int:
    return min(until, ctx.turn.now + ctx.times.max_alert)


def _publish_or_propose(ctx: ActionContext, alert: Alert, propose: bool) -> None:
    number = alert.number
    ctx.transaction.write(*bump_version_command(DECISIONS_NAME))
    if propose:
        ctx.put_alert(replace(alert, state=AlertState.PROPOSED))
        ctx.transaction.schedule(Lane.ALERTS, AlertTask.REQUEST_CONFIRMATION.item(number), ctx.turn.now)
        return
    if alert.drill:
        ctx.put_alert(alert)
        ctx.transaction.schedule(Lane.ALERTS, AlertTask.SEND_DRILL.item(number), ctx.turn.now)
        ctx.transaction.schedule_later(Lane.ALERTS, AlertTask.EXPIRE_ALERT.item(number), alert.until)
        return
    alert = replace(alert, shard_bits=ctx.shard_bits(alert.area))
    ctx.put_alert(alert)
    ctx.begin_broadcast(alert, BroadcastKind.NEW, alert.until)
    ctx.transaction.schedule(Lane.ALERTS, AlertTask.NOTIFY_REPORTERS.item(number), ctx.turn.now)
    ctx.transaction.schedule_later(Lane.ALERTS, AlertTask.EXPIRE_ALERT.item(number), alert.until)
    if ctx.world.profile.tariff.carriers_with_hours:
        ctx.transaction.schedule(Lane.ALERTS, AlertTask.WATCH_SENDER_HOURS.item(number), ctx.turn.now)


@handles(intents.RejectReport)
def reject_report(ctx: ActionContext, intent: intents.RejectReport) -> None:
    """Reject a report, with a second voice where that is set. Until then it stays open, and others are asked."""
    alert = ctx.world.alert(intent.number)
    if alert is None or not alert.is_pending:
        return
    staff = ctx.turn.staff
    _reset_ask_pause(ctx)
    if staff and needs_second_rejection(ctx.world, staff, alert, ctx.turn.subscribers):
        ctx.put_alert(replace(alert, rejected_by=staff.id, reject_reason=intent.reason))
        return
    rejected = replace(alert, state=AlertState.REJECTED, ended_at=ctx.turn.now, reject_reason=intent.reason)
    ctx.put_alert(replace(rejected, approver=staff.id if staff else ""))
    ctx.transaction.schedule(Lane.ALERTS, AlertTask.NOTIFY_REPORTERS.item(alert.number), ctx.turn.now)
    ctx.transaction.schedule_later(
        Lane.BULK, AlertTask.PURGE_ALERT.item(alert.number), ctx.turn.now + ctx.times.keep_alert
    )


@handles(intents.UpdateAlert)
def update_alert(ctx: ActionContext, intent: intents.UpdateAlert) -> None:
    alert = ctx.world.alert(intent.number)
    if alert is None or not alert.is_live(ctx.turn.now):
        return
    has_new_words = (intent.venue, intent.text) != (alert.venue, alert.text)
    needs_approval = has_new_words and _needs_approval(ctx, alert)  # new words are a new warning
    if needs_approval or (has_new_words and not _are_fit(intent.venue, intent.text)):
        return
    new = replace(
        alert, venue=intent.venue, text=intent.text, until=_limit_end(ctx, intent.until), edition=alert.edition + 1
    )
    ctx.put_alert(new)
    if new.drill:
        ctx.transaction.schedule(Lane.ALERTS, AlertTask.SEND_DRILL.item(new.number), ctx.turn.now)
    else:
        _extend_first_broadcast(ctx, new)
        ctx.begin_broadcast(new, BroadcastKind.UPDATE, new.until)
    ctx.transaction.schedule_later(Lane.ALERTS, AlertTask.EXPIRE_ALERT.item(new.number), new.until)


def _extend_first_broadcast(ctx: ActionContext, alert: Alert) -> None:
    """Extend the first broadcast, for recipients who wait for it and for people who subscribe later."""
    field = f"{alert.number}.0".encode()
    first = ctx.world_cache.broadcasts.get(field)
    if first and first.until < alert.until:
        ctx.world_cache.broadcasts.put(ctx.transaction, field, replace(first, until=alert.until))


@handles(intents.EndAlert)
def clear_alert(ctx: ActionContext, intent: intents.EndAlert) -> None:
    alert = ctx.world.alert(intent.number)
    if alert is None or not alert.is_live(ctx.turn.now):
        return
    alert = replace(alert, is_false_alarm=intent.is_false_alarm)
    end_alert(ctx.transaction, ctx.world_cache, alert, ctx.turn.now, ctx.times)
    staff = ctx.turn.staff
    if staff and not alert.drill and staff.id not in (alert.author, alert.approver):
        item = AlertTask.NOTIFY_OF_ENDING.item(alert.number, staff.id)
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)


def end_alert(
    transaction: Transaction, world_cache: WorldCache, alert: Alert, now: int, times: Times, notify: bool = True
) -> None:
    """End a warning. With `notify`, the people who were warned get the ending, which has an expiry of its own."""
    transaction.replicate = True
    notify = notify and not alert.drill
    ended = replace(alert, state=AlertState.ENDED, ended_at=now, edition=alert.edition + notify)
    world_cache.alerts.put(transaction, str(alert.number).encode(), ended)
    transaction.unschedule(Lane.ALERTS, AlertTask.EXPIRE_ALERT.item(alert.number))
    for edition in range(alert.edition + 1):  # no recipient of these broadcasts is claimed any more
        counts = keys.broadcast_part(world_cache.vault, f"{alert.number}.{edition}", "n")
        transaction.write("HSET", counts, "stop", 1)
        transaction.write("EXPIREAT", counts, now + times.ending + times.keep_alert)
    if notify:
        begin_broadcast(
            transaction, world_cache.broadcasts, ended, BroadcastKind.END, now + times.ending, now, times.keep_alert
        )
    transaction.schedule_later(Lane.BULK, AlertTask.PURGE_ALERT.item(alert.number), now + times.keep_alert)

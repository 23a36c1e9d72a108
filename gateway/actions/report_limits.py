"""Which reports lapse where too many are open, so that strangers use up neither numbers nor memory."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext
from gateway.model.alert import Alert, AlertState, AlertTask
from gateway.model.message import Lane
from gateway.settings import Times
from gateway.store.transaction import Transaction
from gateway.store.world_cache import WorldCache

MAX_OPEN_REPORTS = 500
"""reports that wait for a verifier; more than any team decides about in a day"""
MAX_UNCHECKED_REPORTS = 500
"""reports that nobody decided about, and that are kept for a day"""


def make_room_for_report(ctx: ActionContext) -> None:
    """Let one report lapse where too many are open.

    Reports of strangers lapse first, then those that few people made, then the oldest. Nothing lapses that staff
    proposed, decided or sent.
    """
    reports = [a for a in ctx.world.alerts.values() if a.state is AlertState.REPORTED]
    unchecked = [a for a in ctx.world.alerts.values() if a.state is AlertState.UNCHECKED]
    if len(reports) >= MAX_OPEN_REPORTS:
        weakest = min(reports, key=lambda a: (a.is_from_known, a.report_count, a.at))
        mark_unchecked(ctx.transaction, ctx.world_cache, weakest, ctx.turn.now, ctx.times)
    if len(unchecked) >= MAX_UNCHECKED_REPORTS:
        _delete_report(ctx, min(unchecked, key=lambda a: a.ended_at).number)


def _delete_report(ctx: ActionContext, number: int) -> None:
    """Delete a report that nobody decided about, with its work items: its number may be given to another alert."""
    for table in (ctx.world_cache.alerts, ctx.world_cache.reports):
        table.delete(ctx.transaction, str(number).encode())
    ctx.transaction.unschedule(Lane.ALERTS, AlertTask.NOTIFY_REPORTERS.item(number))
    ctx.transaction.unschedule(Lane.BULK, AlertTask.PURGE_ALERT.item(number))


def mark_unchecked(transaction: Transaction, world_cache: WorldCache, alert: Alert, now: int, times: Times) -> None:
    """Mark an alert that nobody decided about. It is not sent, and its reporters are texted so."""
    world_cache.alerts.put(
        transaction, str(alert.number).encode(), replace(alert, state=AlertState.UNCHECKED, ended_at=now)
    )
    transaction.schedule(Lane.ALERTS, AlertTask.NOTIFY_REPORTERS.item(alert.number), now)
    transaction.schedule(Lane.BULK, AlertTask.PURGE_ALERT.item(alert.number), now + times.keep_alert)

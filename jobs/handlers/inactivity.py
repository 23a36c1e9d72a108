"""Inactive subscribers: each is asked "Still want these?", asked once more, and then deleted as by STOP.

A number may have a new owner by then, to whom an alert would reveal a secret. Any dial or text counts as a yes; where
only delivery reports were missing, one delivery report is enough. Nobody is deleted without a question before.
"""

import logging
import struct
from enum import StrEnum

from msgspec.structs import replace

from gateway.actions.dead_numbers import DAY_S
from gateway.actions.subscriptions import delete_subscription
from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.subscription import WEEK_S, Subscription, SubscriptionTask, week_number
from gateway.model.world import World
from gateway.numbers import Number
from gateway.settings import Forget, seconds_until_end
from gateway.store import Transaction, WorkItem, keys
from gateway.text.wording import reconsent_text
from jobs.context import JobContext
from jobs.handler import handles

log = logging.getLogger("mwavuli.jobs")
BUCKETS_PER_SCAN = 64
"""buckets in one scan: some 4,000 people at a million subscribers, each bucket in a short call of its own"""
SCAN_PAUSE_S = 20
"""seconds between two scans"""
MAX_QUESTIONS = 2
"""how many questions a subscriber gets"""


class Decision(StrEnum):
    ASK = "ask"
    FORGET = "forget"
    RESET = "heard"
    """was asked, and has answered or become active since"""


@handles(SubscriptionTask.SCAN_INACTIVE)
def scan_inactive(context: JobContext, item: WorkItem) -> None:
    """Do one part of the daily scan over all subscribers. Any worker continues where the last one stopped."""
    store, now = context.store, context.store.now()
    tuning = context.deployment.settings.tuning
    day, at, asked = _scan_progress(context, now)
    wait = seconds_until_end(tuning.quiet.hours, store.read_world().local_time(now))
    if not wait and asked >= tuning.forget.max_questions_per_day:
        wait = int((day + 1) * DAY_S - now) + 1
    if wait:
        store.work_queue.reschedule(item, wait)
        return
    asked += _scan_buckets(context, now, range(at, min(at + BUCKETS_PER_SCAN, keys.BUCKETS)))
    at += BUCKETS_PER_SCAN
    store.subscriber_scan.save_progress(day, asked, at if at < keys.BUCKETS else 0)
    store.work_queue.reschedule(item, SCAN_PAUSE_S if at < keys.BUCKETS else int((day + 1) * DAY_S - now) + 1)


def _scan_progress(context: JobContext, now: float) -> tuple[int, int, int]:
    """Return the day, the next bucket, and how many subscribers were asked today."""
    today = int(now // DAY_S)
    day, asked, at = context.store.subscriber_scan.read_progress()
    return today, at, asked if day == today else 0


def _scan_buckets(context: JobContext, now: float, buckets: range) -> int:
    """Scan all subscribers in these buckets. Return how many were asked."""
    reported, found = context.store.subscriber_scan.read_buckets(buckets)
    limits = context.deployment.settings.tuning.forget
    asked = 0
    for people in found:
        for token, packed in people.items():
            if _is_due(packed, now, limits, reported):
                asked += _apply_decision(context, token, limits, reported) is Decision.ASK
    return asked


def _is_due(packed: bytes, now: float, limits: Forget, last_arrival_week: int) -> bool:
    """Whether there is something to do about a subscriber. A damaged record must not hold up the scan."""
    try:
        return decide(Subscription.unpack(packed), now, limits, last_arrival_week) is not None
    except (ValueError, IndexError, struct.error):
        log.error("a damaged record of a subscriber is left out of the scan")
        return False


def decide(subscription: Subscription, now: float, limits: Forget, last_arrival_week: int) -> Decision | None:
    """Return what to do about a subscriber. `last_arrival_week`: of the last delivery report of any text."""
    if not _is_inactive(subscription, now, limits, last_arrival_week):
        return Decision.RESET if subscription.unanswered_questions else None
    if subscription.unanswered_questions and _days_since(subscription.asked_week, now) < limits.silence_days:
        return None
    return Decision.ASK if subscription.unanswered_questions < MAX_QUESTIONS else Decision.FORGET


def _is_inactive(subscription: Subscription, now: float, limits: Forget, last_arrival_week: int) -> bool:
    """Whether a subscriber is silent for long, or no text arrives.

    Missing delivery reports count only for a subscriber who had one before, and while networks send any.
    """
    yes = max(subscription.consent_week, subscription.seen_week)
    if limits.ask_days and _days_since(yes, now) >= limits.ask_days:
        return True
    if not (
        limits.unreached_days
        and subscription.delivered_week
        and _days_since(last_arrival_week, now) < limits.unreached_days
    ):
        return False
    return _days_since(max(yes, subscription.delivered_week), now) >= limits.unreached_days


def _days_since(week: int, now: float) -> float:
    """Return the days since the end of that week, so that nothing happens too early."""
    return (now - (week + 1) * WEEK_S) / DAY_S


def _apply_decision(context: JobContext, token: bytes, limits: Forget, last_arrival_week: int) -> Decision | None:
    """Decide again on the present record, because its owner may have dialled a moment ago. Return what was done."""
    store = context.store

    def settle(world: World, transaction: Transaction, now: int) -> Decision | None:
        subscription = store.read_subscription(token)
        decision = decide(subscription, now, limits, last_arrival_week) if subscription else None
        if subscription is None or decision is None:
            return None
        if decision is not Decision.RESET and store.limits.is_muted(token):
            return None  # no question would reach the owner, and nobody is deleted without one
        transaction.require_field(keys.subscription_bucket(token), token, subscription.pack())
        if decision is Decision.FORGET:
            delete_subscription(transaction, store.vault, token, subscription, now)
            return decision
        asked = subscription.unanswered_questions + 1 if decision is Decision.ASK else 0
        _record_question(transaction, token, subscription, asked, now)
        if decision is Decision.ASK:
            text = reconsent_text(world.profile.service_code, context.translator(subscription.lang))
            context.queue_text(
                transaction, store.number(token, Purpose.SUBSCRIBER), text, Lane.BULK, LegalBasis.RECONSENT, now
            )
        return decision

    result: Decision | None = store.transact(settle)
    return result


def undo_question(context: JobContext, message: OutboundText) -> None:
    """Undo the count of a question that expired before it could be sent."""
    store = context.store
    if message.legal_basis is not LegalBasis.RECONSENT:
        return
    token = store.vault.token(Number.from_int(message.to), Purpose.SUBSCRIBER)

    def take_back(world: World, transaction: Transaction, now: int) -> None:
        subscription = store.read_subscription(token)
        if subscription and subscription.unanswered_questions:
            transaction.require_field(keys.subscription_bucket(token), token, subscription.pack())
            _record_question(transaction, token, subscription, subscription.unanswered_questions - 1, now)

    store.transact(take_back)


def _record_question(
    transaction: Transaction, token: bytes, subscription: Subscription, times_asked: int, now: float
) -> None:
    noted = replace(subscription, unanswered_questions=times_asked, asked_week=week_number(now) if times_asked else 0)
    transaction.write("HSET", keys.subscription_bucket(token), token, noted.pack())

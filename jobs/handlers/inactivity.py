"""'Still want these?': who has been silent for long is asked, asked once more, and then forgotten as by STOP.

A number may have a new owner by then, to whom a warning would tell a secret. Any dial or text is a yes; where only
reports were missing, one that arrives is enough. Nobody is forgotten without having been told before.
"""

from enum import StrEnum

from msgspec.structs import replace

from gateway.actions.dead_numbers import DAY_S
from gateway.actions.subscriptions import delete_subscription
from gateway.crypto.vault import Purpose
from gateway.model.caller import World
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.subscription import WEEK_S, Subscription, week_number
from gateway.numbers import Number
from gateway.settings import Forget, seconds_until_end
from gateway.store import Transaction, WorkItem, keys
from gateway.text.wording import reconsent_text
from jobs.context import JobContext

BUCKETS_PER_SCAN = 64
"""buckets looked at in one go: some 4,000 people at a million, each bucket its own short call"""
SCAN_PAUSE_S = 20
"""seconds between two steps"""
MAX_QUESTIONS = 2
"""how often somebody is asked"""


class Decision(StrEnum):
    ASK = "ask"
    FORGET = "forget"
    RESET = "heard"
    """was asked, and there is no need any more"""


def scan_inactive(context: JobContext, item: WorkItem) -> None:
    """One step of the daily walk over everybody. Where it stopped it goes on, whoever does."""
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
    """Today, the next bucket, and how many were asked today."""
    today = int(now // DAY_S)
    day, asked, at = context.store.subscriber_scan.read_progress()
    return today, at, asked if day == today else 0


def _scan_buckets(context: JobContext, now: float, buckets: range) -> int:
    """Everybody in these buckets; returns how many were asked."""
    reported, found = context.store.subscriber_scan.read_buckets(buckets)
    limits = context.deployment.settings.tuning.forget
    asked = 0
    for people in found:
        for token, packed in people.items():
            if decide(Subscription.unpack(packed), now, limits, reported):
                asked += _apply_decision(context, token, limits, reported) is Decision.ASK
    return asked


def decide(subscription: Subscription, now: float, limits: Forget, last_arrival_week: int) -> Decision | None:
    """What is to be done about somebody. `arrived`: the week of the last report that any text arrived."""
    if not _is_inactive(subscription, now, limits, last_arrival_week):
        return Decision.RESET if subscription.unanswered_questions else None
    if subscription.unanswered_questions and _days_since(subscription.asked_week, now) < limits.silence_days:
        return None
    return Decision.ASK if subscription.unanswered_questions < MAX_QUESTIONS else Decision.FORGET


def _is_inactive(subscription: Subscription, now: float, limits: Forget, last_arrival_week: int) -> bool:
    """Missing reports tell something only of who had one before, and while the networks still send them to us."""
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
    """Since the end of that week: never too early."""
    return (now - (week + 1) * WEEK_S) / DAY_S


def _apply_decision(context: JobContext, token: bytes, limits: Forget, last_arrival_week: int) -> Decision | None:
    """Decided anew on the record as it is: she may have dialled a moment ago."""
    store = context.store

    def settle(world: World, change: Transaction, now: int) -> Decision | None:
        kept = store.read_subscription(token)
        what = decide(kept, now, limits, last_arrival_week) if kept else None
        if kept is None or what is None:
            return None
        change.require_field(keys.subscription_bucket(token), token, kept.pack())
        if what is Decision.FORGET:
            delete_subscription(change, store.vault, token, kept, now)
            return what
        asked = kept.unanswered_questions + 1 if what is Decision.ASK else 0
        _record_question(change, token, kept, asked, now)
        if what is Decision.ASK:
            text = reconsent_text(world.profile.service_code, context.translator(kept.lang))
            context.queue_text(
                change, store.number(token, Purpose.SUBSCRIBER), text, Lane.BULK, LegalBasis.RECONSENT, now
            )
        return what

    result: Decision | None = store.transact(settle)
    return result


def undo_question(context: JobContext, message: OutboundText) -> None:
    """The question lapsed before it could leave: it does not count."""
    store = context.store
    if message.legal_basis is not LegalBasis.RECONSENT:
        return
    token = store.vault.token(Number.from_int(message.to), Purpose.SUBSCRIBER)

    def take_back(world: World, change: Transaction, now: int) -> None:
        kept = store.read_subscription(token)
        if kept and kept.unanswered_questions:
            change.require_field(keys.subscription_bucket(token), token, kept.pack())
            _record_question(change, token, kept, kept.unanswered_questions - 1, now)

    store.transact(take_back)


def _record_question(
    transaction: Transaction, token: bytes, subscription: Subscription, times_asked: int, now: float
) -> None:
    noted = replace(subscription, unanswered_questions=times_asked, asked_week=week_number(now) if times_asked else 0)
    transaction.write("HSET", keys.subscription_bucket(token), token, noted.pack())

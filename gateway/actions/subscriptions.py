"""Subscribing, leaving, and choices of one subscriber: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.clients import resign_membership
from gateway.actions.contacts import delete_safety_profile, safety_profile_or_new, silence_contact
from gateway.actions.safe_call import delete_safe_call
from gateway.actions.sos import delete_sos_unless_forced
from gateway.crypto.secrets import hash_own_pin
from gateway.crypto.vault import Vault
from gateway.model import intents
from gateway.model.alert import AlertTask
from gateway.model.contacts import ContactTask
from gateway.model.counted_event import CountedEvent
from gateway.model.message import Lane
from gateway.model.subscription import CONSENT_VERSION, Channel, Subscription, SubscriptionTask, week_number
from gateway.store import keys, tombstones
from gateway.store.event_counts import count_event
from gateway.store.records.callers import CONTACT_REQUESTS
from gateway.store.records.text_guards import TEXT_GUARDS
from gateway.store.transaction import Transaction
from gateway.store.world_cache import DECISIONS_NAME

HOUR_S = 3600


@handles(intents.Subscribe)
def subscribe(ctx: ActionContext, intent: intents.Subscribe) -> None:
    subscription = ctx.turn.subscription or _new_subscription(ctx, intent.channel)
    if intent.area in subscription.areas:
        return
    ctx.turn.subscription = replace(subscription, areas=(*subscription.areas, intent.area))
    if intent.area != subscription.tonight_area:
        _add_to_area(ctx, intent.area)
    _queue_live_alerts(ctx, intent.area)


@handles(intents.AddTonightArea)
def subscribe_tonight(ctx: ActionContext, intent: intents.AddTonightArea) -> None:
    subscription = ctx.turn.subscription or _new_subscription(ctx, Channel.USSD)
    if (
        subscription.tonight_area
        and subscription.tonight_area not in subscription.areas
        and subscription.tonight_area != intent.area
    ):
        _remove_from_area(ctx.transaction, ctx.turn.token, subscription.tonight_area)
    if intent.area not in (*subscription.areas, subscription.tonight_area):
        _add_to_area(ctx, intent.area)
    until = -(-(ctx.turn.now + ctx.times.tonight) // HOUR_S) * HOUR_S  # a whole hour: the record is not sealed
    ctx.turn.subscription = replace(subscription, tonight_area=intent.area, tonight_until=until)
    ctx.transaction.schedule_later(Lane.BULK, SubscriptionTask.END_TONIGHT.item(ctx.turn.token), until + 1)
    _queue_live_alerts(ctx, intent.area)


def _new_subscription(ctx: ActionContext, channel: Channel) -> Subscription:
    week = week_number(ctx.turn.now)
    return Subscription(ctx.lang, consent_week=week, seen_week=week, channel=channel, consent_version=CONSENT_VERSION)


def _add_to_area(ctx: ActionContext, area: str) -> None:
    ctx.transaction.write("HSET", keys.area_subscribers(area, ctx.turn.token), ctx.turn.token, b"")
    ctx.transaction.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, area, 1)


def _remove_from_area(transaction: Transaction, token: bytes, area: str) -> None:
    transaction.write("HDEL", keys.area_subscribers(area, token), token)
    transaction.write("HINCRBY", keys.SUBSCRIBERS_BY_AREA, area, -1)


def _queue_live_alerts(ctx: ActionContext, area: str) -> None:
    """Queue live warnings for a person who joins. If a warning begins at the same moment, the turn is decided again."""
    ctx.transaction.require_table(DECISIONS_NAME)
    for alert in ctx.world.live_alerts((area,), ctx.turn.now):
        ctx.transaction.schedule(
            Lane.ALERTS, AlertTask.SEND_TO_NEW_SUBSCRIBER.item(alert.number, ctx.turn.token.hex()), ctx.turn.now
        )


@handles(intents.LeaveArea)
def leave_area(ctx: ActionContext, intent: intents.LeaveArea) -> None:
    subscription = ctx.turn.subscription
    if subscription is None or intent.area not in (*subscription.areas, subscription.tonight_area):
        return
    _remove_from_area(ctx.transaction, ctx.turn.token, intent.area)
    tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, ctx.turn.token, ctx.turn.now, intent.area)
    areas = tuple(a for a in subscription.areas if a != intent.area)
    subscription = replace(subscription, areas=areas)
    ctx.turn.subscription = (
        replace(subscription, tonight_area="", tonight_until=0)
        if subscription.tonight_area == intent.area
        else subscription
    )
    ctx.transaction.schedule_rewrite(ctx.turn.now)


@handles(intents.Unsubscribe)
def unsubscribe(ctx: ActionContext, intent: intents.Unsubscribe) -> None:
    """Delete consent, subscriptions to areas and every permission to text, in one commit.

    A safe call goes on: STOP may be forged, or sent by another person with the caller's phone.
    """
    if ctx.turn.subscription:
        count_event(ctx.transaction, CountedEvent.LEAVING, ctx.turn.now)
    if ctx.turn.safety_profile:
        ctx.turn.safety_profile = replace(ctx.turn.safety_profile, pin_hash=ctx.turn.own_pin_hash)
    if ctx.turn.read(TEXT_GUARDS):
        ctx.turn.text_guard = ctx.turn.text_guard.without_question()
    delete_subscription(ctx.transaction, ctx.turn.vault, ctx.turn.token, ctx.turn.subscription, ctx.turn.now)
    ctx.turn.subscription = None
    ctx.turn.delete_on_stop()
    if ctx.turn.member:
        ctx.turn.member = replace(ctx.turn.member, wants_news=False)
    ctx.turn.require_unchanged(CONTACT_REQUESTS)
    if ctx.turn.contact_requests.owners:
        silence_contact(ctx.transaction, ctx.turn.vault, ctx.turn.number, ctx.turn.now)
    for code, referral in ctx.turn.referrals.items():
        ctx.put_referral(code, replace(referral, may_text=False, may_ask_rating=False))


def delete_subscription(
    transaction: Transaction, vault: Vault, token: bytes, subscription: Subscription | None, now: float
) -> None:
    """Delete the subscription of a token, and soon its traces in broadcasts and in Redis' append-only file.

    A tombstone stays for some days, so that no backup restores the subscription.
    """
    transaction.replicate = True
    transaction.write("HDEL", keys.subscription_bucket(token), token)
    transaction.write("DEL", keys.dead_days(token))
    tombstones.add_tombstone(transaction, vault, token, now)
    transaction.unschedule(Lane.BULK, SubscriptionTask.END_TONIGHT.item(token))
    for area in {*subscription.areas, subscription.tonight_area} - {""} if subscription else ():
        _remove_from_area(transaction, token, area)
    transaction.schedule(Lane.ALERTS, SubscriptionTask.ERASE_RECIPIENT.item(token.hex()), now)
    transaction.schedule_rewrite(now)


@handles(intents.DeleteCaller)
def delete_account(ctx: ActionContext, intent: intents.DeleteCaller) -> None:
    """Do what STOP does, and delete all other records of this phone. The clinic's half of a referral keeps no caller.

    A safe call or SOS that only a code ends stays until its end, with the contacts and codes that it needs. While the
    contacts are notified that the caller was forced, these records stay for an hour.
    """
    unsubscribe(ctx, intents.Unsubscribe())
    turn = ctx.turn
    is_locked = turn.is_locked_by_code
    for code, referral in ctx.turn.referrals.items():
        without_caller = replace(
            referral, caller_token=b"", may_text=False, may_ask_rating=False, caller_texts=(), unread_answers=()
        )
        ctx.put_referral(code, without_caller)
    turn.delete_on_delete()
    for field, report in ctx.world.reports.items():
        if any(token == turn.report_token for token, _lang in report.reporters):
            remaining = tuple(r for r in report.reporters if r[0] != turn.report_token)
            ctx.world_cache.reports.put(ctx.transaction, field, replace(report, reporters=remaining))
    resign_membership(ctx, intents.EndMembership())
    if turn.was_forced_to_end or is_locked:
        ctx.transaction.schedule(
            Lane.BULK,
            ContactTask.DELETE_SAFETY_RECORDS.item(turn.safety_token),
            turn.now + keys.FORCED_DELETION_DELAY_S,
        )
    else:
        delete_safety_profile(ctx)
        delete_safe_call(ctx)
    if not is_locked:
        delete_sos_unless_forced(ctx)
    ctx.drop_session = True


@handles(intents.SetLanguage)
def set_language(ctx: ActionContext, intent: intents.SetLanguage) -> None:
    if ctx.turn.subscription:
        ctx.turn.subscription = replace(ctx.turn.subscription, lang=intent.lang, remembers_language=intent.remember)
    if ctx.turn.staff:
        ctx.turn.staff = replace(ctx.turn.staff, lang=intent.lang)


@handles(intents.SetWording)
def set_wording(ctx: ActionContext, intent: intents.SetWording) -> None:
    if ctx.turn.subscription:
        ctx.turn.subscription = replace(ctx.turn.subscription, wording=intent.wording)


@handles(intents.SetTextPreference)
def set_text_preference(ctx: ActionContext, intent: intents.SetTextPreference) -> None:
    if ctx.turn.subscription:
        ctx.turn.subscription = replace(ctx.turn.subscription, text_preference=intent.text_preference)


@handles(intents.SetOwnPin)
def set_pin(ctx: ActionContext, intent: intents.SetOwnPin) -> None:
    """Set or remove the own PIN. Without it the second code is removed too, because no code could end a safe call."""
    pin = hash_own_pin(ctx.turn.vault, ctx.turn.number, intent.pin) if intent.pin else b""
    if ctx.turn.subscription:
        ctx.turn.subscription = replace(ctx.turn.subscription, pin_hash=pin)
    if ctx.turn.safety_profile or (ctx.world.features and not ctx.turn.subscription):
        profile = safety_profile_or_new(ctx)
        ctx.turn.safety_profile = replace(
            profile, pin_hash=pin, duress_pin_hash=profile.duress_pin_hash if pin else b""
        )

"""Subscribing, leaving, and choices of one subscriber: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.clients import resign_membership
from gateway.actions.contacts import delete_safety_profile, safety_profile_or_new, silence_contact
from gateway.actions.conversations import delete_conversations
from gateway.actions.safe_call import delete_safe_call
from gateway.actions.sos import close_sos, hide_sos
from gateway.crypto.secrets import hash_own_pin
from gateway.crypto.vault import Vault
from gateway.model import intents
from gateway.model.alert import AlertTask
from gateway.model.client_report import Member
from gateway.model.counted_event import CountedEvent
from gateway.model.duress import FORGOTTEN_S, DuressTask
from gateway.model.message import Lane
from gateway.model.subscription import CONSENT_VERSION, MAX_AREAS, Channel, Subscription, SubscriptionTask, week_number
from gateway.store import keys, tombstones
from gateway.store.event_counts import count_event
from gateway.store.records.callers import CONTACT_REQUESTS, TRUE_ACCOUNTS
from gateway.store.records.tables import DECISIONS_NAME
from gateway.store.records.text_guards import TEXT_GUARDS
from gateway.store.transaction import Transaction, round_up

HOUR_S = 3600

HIDDEN_AREAS_FACTOR = 4
"""before the own PIN, screens and texts cannot say how many areas there are; so many times `MAX_AREAS` are taken"""


@handles(intents.Subscribe)
def subscribe(ctx: ActionContext, intent: intents.Subscribe) -> None:
    subscription = ctx.turn.subscription or _new_subscription(ctx, intent.channel)
    if intent.area in subscription.areas or len(subscription.areas) >= MAX_AREAS * HIDDEN_AREAS_FACTOR:
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
    if not ctx.turn.true_account:
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

    A safe call goes on: STOP may be forged, or sent by another person with the caller's phone. STOP before the PIN, by
    text too, counts under duress as well; STOP behind it is undone with the rest.
    """
    turn, account = ctx.turn, ctx.turn.true_account
    if turn.subscription:
        count_event(ctx.transaction, turn.vault, CountedEvent.LEAVING, turn.token, turn.now)
    if turn.safety_profile:
        turn.safety_profile = replace(turn.safety_profile, pin_hash=turn.own_pin_hash)
    if turn.read(TEXT_GUARDS):
        turn.text_guard = turn.text_guard.without_question()
    is_feigned = account is not None and turn.is_behind_pin
    if account and not is_feigned:
        turn.put(TRUE_ACCOUNTS, replace(account.without_texts(), member=_without_news(account.member)))
    delete_subscription(ctx.transaction, turn.vault, turn.token, turn.subscription, turn.now, is_feigned)
    turn.subscription = None
    turn.delete_on_stop()
    turn.member = _without_news(turn.member)
    turn.require_unchanged(CONTACT_REQUESTS)
    if turn.contact_requests.owners:
        silence_contact(ctx.transaction, turn.vault, turn.number, turn.now)
    for code, referral in turn.referrals.items():
        ctx.put_referral(code, replace(referral, may_text=False, may_ask_rating=False))


@handles(intents.StartTexts)
def start_texts(ctx: ActionContext, intent: intents.StartTexts) -> None:
    """End a mute. Warnings that are live now are sent, because they lapsed while texts rested."""
    ctx.transaction.write("DEL", keys.mute(ctx.turn.token))
    ctx.turn.is_muted = False
    for area in ctx.turn.subscription.active_areas(ctx.turn.now) if ctx.turn.subscription else ():
        _queue_live_alerts(ctx, area)


def _without_news(member: Member | None) -> Member | None:
    return replace(member, wants_news=False) if member else None


def delete_subscription(
    transaction: Transaction,
    vault: Vault,
    token: bytes,
    subscription: Subscription | None,
    now: float,
    is_feigned: bool = False,
) -> None:
    """Delete the subscription of a token, and soon its traces in broadcasts and in Redis' append-only file.

    A tombstone stays for some days, so that no backup restores the subscription. `is_feigned`: it comes back itself.
    """
    transaction.replicate = True
    transaction.write("HDEL", keys.subscription_bucket(token), token)
    transaction.write("DEL", keys.dead_days(token), keys.mute(token))
    if not is_feigned:
        tombstones.add_tombstone(transaction, vault, token, now)
    transaction.unschedule(Lane.BULK, SubscriptionTask.END_TONIGHT.item(token))
    for area in _areas_of(subscription):
        _remove_from_area(transaction, token, area)
    transaction.schedule(Lane.ALERTS, SubscriptionTask.ERASE_RECIPIENT.item(token.hex()), now)
    transaction.schedule_rewrite(now)


def restore_subscription(ctx: ActionContext, subscription: Subscription | None) -> None:
    """Put this subscription in the place of the present one, with its areas."""
    turn = ctx.turn
    present, wanted = _areas_of(turn.subscription), _areas_of(subscription)
    for area in present - wanted:
        _remove_from_area(ctx.transaction, turn.token, area)
    for area in wanted - present:
        _add_to_area(ctx, area)
    turn.subscription = subscription
    if subscription and subscription.tonight_area:
        item = SubscriptionTask.END_TONIGHT.item(turn.token)
        ctx.transaction.schedule(Lane.BULK, item, subscription.tonight_until + 1)


def _areas_of(subscription: Subscription | None) -> set[str]:
    return {*subscription.areas, subscription.tonight_area} - {""} if subscription else set()


@handles(intents.DeleteCaller)
def delete_account(ctx: ActionContext, intent: intents.DeleteCaller) -> None:
    """Do what STOP does, and delete all other records of this phone. The clinic's half of a referral keeps no caller.

    Under duress the contacts, the referrals and the call for help stay, and the copy of the account. Without the own
    PIN it is STOP, and the rest is done after `FORGOTTEN_S` unless the PIN is given before.
    """
    unsubscribe(ctx, intents.Unsubscribe())
    turn = ctx.turn
    if turn.is_locked:
        item = DuressTask.DELETE_FORGOTTEN.item(turn.safety_token)
        ctx.transaction.schedule_if_absent(Lane.BULK, item, round_up(turn.now + FORGOTTEN_S))
        return
    for code, referral in ctx.turn.referrals.items() if not turn.true_account else ():
        without_caller = replace(
            referral, caller_token=b"", may_text=False, may_ask_rating=False, caller_texts=(), clinic_texts=()
        )
        ctx.put_referral(code, without_caller)
    turn.delete_on_delete()
    for field, report in ctx.world.reports.items():
        if any(token == turn.report_token for token, _lang in report.reporters):
            remaining = tuple(r for r in report.reporters if r[0] != turn.report_token)
            ctx.world_cache.reports.put(ctx.transaction, field, replace(report, reporters=remaining))
    delete_conversations(ctx)
    resign_membership(ctx, intents.EndMembership())
    delete_safety_profile(ctx)
    delete_safe_call(ctx)
    if turn.true_account:
        hide_sos(ctx)
    else:
        close_sos(ctx)
    ctx.drop_session = True


@handles(intents.SetLanguage)
def set_language(ctx: ActionContext, intent: intents.SetLanguage) -> None:
    if ctx.turn.subscription:
        remembers = intent.remember and not ctx.turn.own_pin_hash
        ctx.turn.subscription = replace(ctx.turn.subscription, lang=intent.lang, remembers_language=remembers)
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
    """Set or remove the own PIN. Without it the second code is removed too, and with it no language is remembered."""
    pin = hash_own_pin(ctx.turn.vault, ctx.turn.number, intent.pin) if intent.pin else b""
    if ctx.turn.subscription:
        ctx.turn.subscription = replace(ctx.turn.subscription, pin_hash=pin, remembers_language=False)
    if ctx.turn.safety_profile or (ctx.world.features and not ctx.turn.subscription):
        profile = safety_profile_or_new(ctx)
        ctx.turn.safety_profile = replace(
            profile, pin_hash=pin, duress_pin_hash=profile.duress_pin_hash if pin else b""
        )

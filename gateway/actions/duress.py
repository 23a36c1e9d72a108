"""The PIN line, and the second code: the account is copied, everything goes on as it looks, and a day later the copy
takes its place."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.sos import call_under_duress
from gateway.actions.subscriptions import restore_subscription
from gateway.model import intents
from gateway.model.contacts import ContactTask, SafetyProfile
from gateway.model.duress import DURESS_S, DuressTask, TrueAccount, first_wrong_pin
from gateway.model.message import Lane
from gateway.model.subscription import Subscription
from gateway.store import Turn, keys
from gateway.store.records.callers import PIN_ATTEMPTS, TRUE_ACCOUNTS
from gateway.store.records.reminders import REMINDERS
from gateway.store.records.subscribers import REFERRALS
from gateway.store.transaction import round_up


@handles(intents.RecordOwnPinAttempt)
def record_attempt(ctx: ActionContext, intent: intents.RecordOwnPinAttempt) -> None:
    """Count wrong PINs of every phone alike. The count stays until its end: a person who knows one code tries others.

    A right PIN takes back a DELETE that was made without it.
    """
    turn, attempts = ctx.turn, ctx.turn.pin_attempts
    if attempts and attempts.is_blocked(turn.now):
        return
    if intent.is_correct:
        ctx.transaction.unschedule(Lane.BULK, DuressTask.DELETE_FORGOTTEN.item(turn.safety_token))
    else:
        turn.put(PIN_ATTEMPTS, attempts.with_wrong(turn.now) if attempts else first_wrong_pin(turn.now))


@handles(intents.GiveDuressPin)
def give_duress_pin(ctx: ActionContext, intent: intents.GiveDuressPin) -> None:
    """Begin the day under duress. Under duress the true PIN ends it, and the call goes on until the caller ends it."""
    if ctx.turn.true_account is None:
        _begin_duress(ctx)
        return
    restore_account(ctx, intents.RestoreAccount())
    if ctx.turn.sos:
        ctx.turn.sos = replace(ctx.turn.sos, is_hidden=False)


def _begin_duress(ctx: ActionContext) -> None:
    """Copy the account, let both codes change places, and call the caller's people.

    The second code then opens the account as the own PIN did, and the own PIN stands where the second code was.
    """
    turn, profile = ctx.turn, ctx.turn.safety_profile
    if profile is None:
        return
    turn.put(TRUE_ACCOUNTS, _copy_account(turn, profile))
    own, second = turn.own_pin_hash, profile.duress_pin_hash
    turn.safety_profile = replace(profile, pin_hash=second, duress_pin_hash=own)
    turn.subscription = replace(turn.subscription, pin_hash=second) if turn.subscription else None
    call_under_duress(ctx, turn.safe_call.note if turn.safe_call else "")
    ctx.transaction.schedule(Lane.ALERTS, DuressTask.CALL_UNDER_DURESS.item(turn.safety_token), turn.now)


def _copy_account(turn: Turn, profile: SafetyProfile) -> TrueAccount:
    open_referrals = turn.referrals.values()
    return TrueAccount(
        turn.safety_token,
        round_up(turn.now + DURESS_S),
        replace(profile, pin_hash=turn.own_pin_hash),
        subscription=turn.subscription.pack() if turn.subscription else b"",
        member=turn.member,
        reminder=turn.read(REMINDERS),
        referral_codes=tuple(turn.referrals),
        referrals_until=max((referral.until for referral in open_referrals), default=0),
        texted_codes=tuple(referral.code for referral in open_referrals if referral.may_text),
        note=turn.safe_call.note if turn.safe_call else "",
    )


@handles(intents.RestoreAccount)
def restore_account(ctx: ActionContext, intent: intents.RestoreAccount) -> None:
    """Put the account back as it was before the second code, but for what its owner or a contact ended by text."""
    turn, account = ctx.turn, ctx.turn.true_account
    if account is None:
        return
    turn.put(TRUE_ACCOUNTS, None)
    ctx.transaction.unschedule(Lane.ALERTS, DuressTask.RESTORE_ACCOUNT.item(account.owner))
    _unlink_added_contacts(ctx, account)
    turn.safety_profile = account.safety_profile
    restore_subscription(ctx, Subscription.unpack(account.subscription) if account.subscription else None)
    if account.reminder and account.reminder.at > turn.now:
        turn.put(REMINDERS, account.reminder)
    elif turn.read(REMINDERS):
        turn.put(REMINDERS, None)
    if account.member and turn.member != account.member:
        turn.member = account.member
        ctx.world_cache.members.put(ctx.transaction, account.member.token, account.member)
        turn.member_as_read = turn.member
    _restore_referrals(ctx, account)
    ctx.transaction.schedule_rewrite(turn.now)


def _unlink_added_contacts(ctx: ActionContext, account: TrueAccount) -> None:
    """Delete the caller from the records of contacts who were asked under duress."""
    known = {contact.token for contact in account.safety_profile.contacts}
    for contact in ctx.turn.safety_profile.contacts if ctx.turn.safety_profile else ():
        if contact.token not in known:
            item = ContactTask.DELETE_CONTACT_REQUEST.item(account.owner + contact.token)
            ctx.transaction.schedule(Lane.MESSAGES, item, ctx.turn.now)


def _restore_referrals(ctx: ActionContext, account: TrueAccount) -> None:
    """Link the referrals again that DELETE unlinked. A clinic deletes none. Texts come again about the others."""
    turn, until = ctx.turn, account.referrals_until
    if not account.referral_codes or until <= turn.now:
        return
    own = keys.own_referrals(turn.tags.own_referrals)
    ctx.transaction.write("SADD", own, *(REFERRALS.hashed(turn.vault, code) for code in account.referral_codes))
    ctx.transaction.write("EXPIREAT", own, until)
    for code in set(account.texted_codes) & turn.referrals.keys():
        ctx.put_referral(code, replace(turn.referrals[code], may_text=True))
        turn.record_referral_consent(until - turn.now)

"""Referrals: the function that applies each intent of a caller or of a clinic."""

import secrets

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.vault import Vault
from gateway.model import intents
from gateway.model.clinic_state import next_morning
from gateway.model.message import Lane
from gateway.model.referral import STAGE_BY_ANSWER, Referral, ReferralStage, ReferralTask
from gateway.store import keys
from gateway.store.ratings import rating_field
from gateway.store.records.subscribers import RATINGS, REFERRALS

MAX_UNREAD_TEXTS = 3
HOUR_S = 3600

STAGES_TO_ANNOUNCE = (ReferralStage.WELCOME, ReferralStage.FULL)
"""answers about which the caller is texted"""


def referral_item(vault: Vault, task: ReferralTask, code: str, *parts: int) -> bytes:
    """Return the name of a work item about the referral with this code. The name does not show the code."""
    return task.item(REFERRALS.hashed(vault, code).hex(), *parts)


def _item(ctx: ActionContext, task: ReferralTask, code: str, *parts: int) -> bytes:
    return referral_item(ctx.turn.vault, task, code, *parts)


@handles(intents.CreateReferral)
def create_referral(ctx: ActionContext, intent: intents.CreateReferral) -> None:
    turn = ctx.turn
    until = turn.now + ctx.times.referral
    referral = Referral(
        intent.code, intent.need, intent.clinic, intent.area, turn.referral_token, ctx.lang, turn.now, until
    )
    ctx.put_referral(intent.code, referral)
    hashed_code = REFERRALS.hashed(turn.vault, intent.code)
    own, of_clinic = keys.own_referrals(turn.tags.own_referrals), keys.clinic_referrals(turn.vault, intent.clinic)
    for key in (own, of_clinic):
        ctx.transaction.write("SADD", key, hashed_code)
        ctx.transaction.write("EXPIREAT", key, until)
    ctx.transaction.write("ZREMRANGEBYSCORE", keys.OPEN_REFERRALS, "-inf", turn.now)
    hour = -(-until // HOUR_S) * HOUR_S  # an exact score would show the second of the dial
    ctx.transaction.write("ZADD", keys.OPEN_REFERRALS, hour, secrets.token_bytes(8))
    ctx.transaction.write("EXPIREAT", keys.OPEN_REFERRALS, hour)
    ctx.transaction.schedule(Lane.MESSAGES, _item(ctx, ReferralTask.SEND_REFERRAL, intent.code), turn.now)


@handles(intents.AllowReferralTexts)
def allow_referral_texts(ctx: ActionContext, intent: intents.AllowReferralTexts) -> None:
    """Note what the caller agreed to. A clinic that answered before is told of at once."""
    turn = ctx.turn
    referral = turn.referrals.get(intent.code)
    if referral is None:
        return
    ctx.put_referral(intent.code, replace(referral, may_text=True, may_ask_rating=intent.may_ask_rating))
    turn.record_referral_consent(ctx.times.referral)
    answer = next((n for n, stage in STAGE_BY_ANSWER.items() if stage is referral.stage), 0)
    if answer and not referral.may_text:
        ctx.transaction.schedule(
            Lane.MESSAGES, _item(ctx, ReferralTask.NOTIFY_CALLER_OF_ANSWER, intent.code, answer), turn.now
        )
    if intent.may_ask_rating:
        ctx.transaction.schedule_later(
            Lane.BULK, _item(ctx, ReferralTask.ASK_REFERRAL_RATING, intent.code), turn.now + ctx.times.follow_up
        )


@handles(intents.AskClinic)
def text_clinic(ctx: ActionContext, intent: intents.AskClinic) -> None:
    referral = ctx.turn.referrals.get(intent.code)
    if referral:
        ctx.put_referral(
            intent.code, replace(referral, caller_texts=(*referral.caller_texts, intent.text)[-MAX_UNREAD_TEXTS:])
        )
        ctx.transaction.schedule(
            Lane.MESSAGES, _item(ctx, ReferralTask.NOTIFY_CLINIC_OF_TEXT, intent.code), ctx.turn.now
        )


@handles(intents.MarkClinicAnswersRead)
def mark_clinic_texts_read(ctx: ActionContext, intent: intents.MarkClinicAnswersRead) -> None:
    """Mark all that waits as read: the next answer is announced again."""
    referral = ctx.turn.referrals.get(intent.code)
    if referral and referral.is_unread:
        ctx.put_referral(intent.code, replace(referral, is_unread=False, is_announced=False))


@handles(intents.RateReferral)
def rate_referral(ctx: ActionContext, intent: intents.RateReferral) -> None:
    """Keep the rating, and count it: of one clinic one rating for each phone, while its referrals are kept."""
    referral = ctx.turn.referrals.get(intent.code)
    if referral is None or referral.rating:
        return
    was_rated = any(other.rating and other.clinic == referral.clinic for other in ctx.turn.referrals.values())
    ctx.put_referral(intent.code, replace(referral, rating=intent.rating, may_ask_rating=False, asks_rating=False))
    if not was_rated:
        ctx.transaction.write("HINCRBY", RATINGS.name, rating_field(ctx.turn.vault, referral.clinic, intent.rating), 1)


@handles(intents.AnswerReferral)
def answer_referral(ctx: ActionContext, intent: intents.AnswerReferral) -> None:
    """Store the answer of the clinic that was asked. For any other code the screen gives the same thanks."""
    referral = ctx.turn.clinic_referrals.get(intent.code)
    if referral is None:
        return
    texts = (*referral.clinic_texts, intent.text)[-MAX_UNREAD_TEXTS:] if intent.text else referral.clinic_texts
    stage = STAGE_BY_ANSWER.get(intent.answer, referral.stage)
    away = referral.is_turned_away and intent.answer not in STAGE_BY_ANSWER
    changed = replace(referral, stage=stage, clinic_texts=texts, is_turned_away=away)
    if stage in STAGES_TO_ANNOUNCE and intent.answer in STAGE_BY_ANSWER:
        _record_places(ctx, referral, is_full=stage is ReferralStage.FULL)
    if (changed.stage is not referral.stage and changed.stage in STAGES_TO_ANNOUNCE) or intent.text:
        announce_answer(ctx, changed)
    elif changed != referral:
        ctx.put_referral(intent.code, changed)
    if intent.answer == 3 and referral.may_ask_rating:
        ctx.transaction.schedule_later(
            Lane.BULK, _item(ctx, ReferralTask.ASK_REFERRAL_RATING, intent.code), ctx.turn.now + ctx.times.follow_up
        )


def _record_places(ctx: ActionContext, referral: Referral, *, is_full: bool) -> None:
    """Note for the next callers that there is no place for this need today, or that there is one again."""
    state, now = ctx.world.directory.state(referral.clinic), ctx.turn.now
    until = int(next_morning(ctx.world.local_time(now)).timestamp()) if is_full else 0
    changed = state.with_places(referral.need, until, now)
    if changed != state and ctx.world.directory.get(referral.clinic):
        ctx.world_cache.clinic_states.put(ctx.transaction, referral.clinic.encode(), changed)


def announce_answer(ctx: ActionContext, referral: Referral) -> None:
    """Write what the clinic answered, for the caller to read. A job texts that something waits, once until it is read.

    Call it in a turn of the clinic's phone.
    """
    ctx.put_referral(referral.code, replace(referral, is_unread=True))
    ctx.transaction.schedule(
        Lane.MESSAGES, _item(ctx, ReferralTask.NOTIFY_CALLER_OF_ANSWER, referral.code), ctx.turn.now
    )

"""Referrals: the function that applies each intent of a caller or of a clinic."""

import secrets

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.vault import Vault
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.referral import Referral, ReferralStage, ReferralTask
from gateway.store import keys
from gateway.store.records.subscribers import RATINGS, REFERRALS

MAX_UNREAD_TEXTS = 3
HOUR_S = 3600
STAGE_BY_ANSWER = {1: ReferralStage.WELCOME, 2: ReferralStage.FULL, 3: ReferralStage.CAME, 4: ReferralStage.MISSED}


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
    referral = ctx.turn.referrals.get(intent.code)
    if referral and referral.unread_answers:
        ctx.put_referral(intent.code, replace(referral, unread_answers=()))


@handles(intents.RateReferral)
def rate_referral(ctx: ActionContext, intent: intents.RateReferral) -> None:
    referral = ctx.turn.referrals.get(intent.code)
    if referral:
        ctx.put_referral(intent.code, replace(referral, rating=intent.rating, may_ask_rating=False))
        ctx.transaction.write("HINCRBY", RATINGS.name, _rating_field(ctx, referral, intent), 1)


def _rating_field(ctx: ActionContext, referral: Referral, intent: intents.RateReferral) -> bytes:
    return RATINGS.hashed(ctx.turn.vault, f"{referral.clinic}:{intent.rating}")


@handles(intents.AnswerReferral)
def answer_referral(ctx: ActionContext, intent: intents.AnswerReferral) -> None:
    """Store the answer of the clinic that was asked. For any other code the screen gives the same thanks."""
    referral = ctx.turn.clinic_referrals.get(intent.code)
    if referral is None:
        return
    if intent.answer in STAGE_BY_ANSWER:
        referral = replace(referral, stage=STAGE_BY_ANSWER[intent.answer])
    else:
        referral = replace(referral, unread_answers=(*referral.unread_answers, intent.text)[-MAX_UNREAD_TEXTS:])
    ctx.put_referral(intent.code, referral)
    ctx.transaction.schedule(
        Lane.MESSAGES, _item(ctx, ReferralTask.NOTIFY_CALLER_OF_ANSWER, intent.code, intent.answer), ctx.turn.now
    )
    if intent.answer == 3 and referral.may_ask_rating:
        ctx.transaction.schedule_later(
            Lane.BULK, _item(ctx, ReferralTask.ASK_REFERRAL_RATING, intent.code), ctx.turn.now + ctx.times.follow_up
        )

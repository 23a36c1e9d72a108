"""Referrals: the function that applies each intent of a caller or of a clinic."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.referral import Referral, ReferralStage, ReferralTask
from gateway.store import keys
from gateway.store.records.subscribers import RATINGS

MAX_UNREAD_TEXTS = 3
STAGE_BY_ANSWER = {1: ReferralStage.WELCOME, 2: ReferralStage.FULL, 3: ReferralStage.CAME, 4: ReferralStage.MISSED}


@handles(intents.CreateReferral)
def create_referral(ctx: ActionContext, intent: intents.CreateReferral) -> None:
    turn = ctx.turn
    until = turn.now + ctx.times.referral
    referral = Referral(
        intent.code, intent.need, intent.clinic, intent.area, turn.referral_token, ctx.lang, turn.now, until,
        may_text=intent.may_text, may_ask_rating=intent.may_ask_rating,
    )  # fmt: skip
    ctx.put_referral(intent.code, referral)
    ctx.transaction.write("SADD", keys.own_referrals(turn.tags.own_referrals), intent.code)
    ctx.transaction.write("EXPIREAT", keys.own_referrals(turn.tags.own_referrals), until)
    ctx.transaction.write("ZREMRANGEBYSCORE", keys.OPEN_REFERRALS, "-inf", turn.now)
    ctx.transaction.write("ZADD", keys.OPEN_REFERRALS, until, intent.code)
    ctx.transaction.write("EXPIREAT", keys.OPEN_REFERRALS, until)
    ctx.transaction.write("SADD", keys.clinic_referrals(intent.clinic), intent.code)
    ctx.transaction.write("EXPIREAT", keys.clinic_referrals(intent.clinic), until)
    if intent.may_text or intent.may_ask_rating:
        turn.record_referral_consent(ctx.times.referral)
    if intent.may_ask_rating:
        ctx.transaction.schedule(
            Lane.BULK, ReferralTask.ASK_REFERRAL_RATING.item(intent.code), turn.now + ctx.times.follow_up
        )
    ctx.transaction.schedule(Lane.MESSAGES, ReferralTask.SEND_REFERRAL.item(intent.code), turn.now)


@handles(intents.AskClinic)
def text_clinic(ctx: ActionContext, intent: intents.AskClinic) -> None:
    referral = ctx.turn.referrals.get(intent.code)
    if referral:
        ctx.put_referral(
            intent.code, replace(referral, caller_texts=(*referral.caller_texts, intent.text)[-MAX_UNREAD_TEXTS:])
        )
        ctx.transaction.schedule(Lane.MESSAGES, ReferralTask.NOTIFY_CLINIC_OF_TEXT.item(intent.code), ctx.turn.now)


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
        ctx.transaction.write("HINCRBY", RATINGS.name, f"{referral.clinic}:{intent.rating}", 1)


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
        Lane.MESSAGES, ReferralTask.NOTIFY_CALLER_OF_ANSWER.item(intent.code, intent.answer), ctx.turn.now
    )
    if intent.answer == 3 and referral.may_ask_rating:
        ctx.transaction.schedule(
            Lane.BULK, ReferralTask.ASK_REFERRAL_RATING.item(intent.code), ctx.turn.now + ctx.times.follow_up
        )

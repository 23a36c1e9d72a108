"""Referrals: what each intent of a caller or a clinic writes."""

from msgspec.structs import replace

from gateway.model import intents
from gateway.model.referral import Referral, Step
from gateway.store import keys
from gateway.store.writer import Writer, writes

MOST_WORDS = 3
STEPS = {1: Step.WELCOME, 2: Step.FULL, 3: Step.CAME, 4: Step.MISSED}


@writes(intents.Refer)
def refer(w: Writer, intent: intents.Refer) -> None:
    turn = w.turn
    until = turn.now + w.times.referral
    referral = Referral(
        intent.code, intent.need, intent.clinic, intent.area, turn.referral_token, w.lang, turn.now, until,
        may_text=intent.may_text, may_ask=intent.may_ask,
    )  # fmt: skip
    w.put_referral(intent.code, referral)
    w.change.write("SADD", keys.mine(turn.tags.mine), intent.code)
    w.change.write("EXPIREAT", keys.mine(turn.tags.mine), until)
    w.change.write("SADD", keys.visitors(intent.clinic), intent.code)
    w.change.write("EXPIREAT", keys.visitors(intent.clinic), until)
    if intent.may_text or intent.may_ask:
        turn.agreed(w.times.referral)
    if intent.may_ask:
        w.change.due("bulk", f"ask:{intent.code}", turn.now + w.times.follow_up)
    w.change.due("messages", f"refer:{intent.code}", turn.now)


@writes(intents.Ask)
def ask(w: Writer, intent: intents.Ask) -> None:
    visit = w.turn.visits.get(intent.code)
    if visit:
        w.put_referral(intent.code, replace(visit, words=(*visit.words, intent.words)[-MOST_WORDS:]))
        w.change.due("messages", f"words:{intent.code}", w.turn.now)


@writes(intents.Heard)
def heard(w: Writer, intent: intents.Heard) -> None:
    visit = w.turn.visits.get(intent.code)
    if visit and visit.waiting:
        w.put_referral(intent.code, replace(visit, waiting=()))


@writes(intents.Rate)
def rate(w: Writer, intent: intents.Rate) -> None:
    visit = w.turn.visits.get(intent.code)
    if visit:
        w.put_referral(intent.code, replace(visit, answer=intent.answer, may_ask=False))
        w.change.write("HINCRBY", "rated", f"{visit.clinic}:{intent.answer}", 1)


@writes(intents.ClinicSays)
def clinic_says(w: Writer, intent: intents.ClinicSays) -> None:
    """Only the clinic that was asked is heard; to any other code the answer is the same thanks."""
    staff, visit = w.turn.staff, w.turn.visitors.get(intent.code)
    if visit is None or staff is None or visit.clinic != staff.clinic:
        return
    if intent.answer in STEPS:
        visit = replace(visit, step=STEPS[intent.answer])
    else:
        visit = replace(visit, waiting=(*visit.waiting, intent.words)[-MOST_WORDS:])
    w.put_referral(intent.code, visit)
    w.change.due("messages", f"answer:{intent.code}:{intent.answer}", w.turn.now)
    if intent.answer == 3 and visit.may_ask:
        w.change.due("bulk", f"ask:{intent.code}", w.turn.now + w.times.follow_up)

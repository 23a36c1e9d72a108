"""Calls for help: what each intent of the caller, or of who answers, writes."""

from collections.abc import Iterable

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.contacts import safety_profile_or_new
from gateway.model import intents
from gateway.model.sos import DEFAULT_TIERS, STAGE_DURESS, STAGE_FALSE_ALARM, STAGE_HELPED, Sos, SosAnswer, new_sos_code
from gateway.store import keys
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SOS


@handles(intents.RaiseSos)
def raise_sos(ctx: ActionContext, intent: intents.RaiseSos) -> None:
    """One at a time. Its code is taken by nobody else while it is open."""
    turn, sos = ctx.turn, ctx.turn.sos
    if sos and not sos.looks_ended:
        return
    ctx.transaction.write("INCR", keys.recent_sos(turn.safety_tag))
    ctx.transaction.write("EXPIRE", keys.recent_sos(turn.safety_tag), keys.LOOP_WINDOW_S)
    turn.open_reply_window(ctx.times.sos)
    quiet = turn.recent_sos_count >= keys.MAX_RECENT_SOS
    item = b"sos:" + turn.safety_token
    if sos and sos.is_under_duress:  # it looks over on her phone, and is not: whoever answers hears again
        turn.sos = replace(
            sos, at=turn.now, stage=STAGE_DURESS, is_raised_again=True, coming_staff=(), from_safe_call=False
        )
        at = turn.now + (ctx.times.cancel_window if quiet else 0)
        ctx.transaction.write("ZADD", keys.due("alerts"), "LT", at * 1000, item)  # pressed again, it leaves no later
        ctx.transaction.lanes_to_notify.add("alerts")
        return
    turn.sos = _new_sos(ctx, quiet)
    ctx.transaction.schedule("alerts", item, turn.now)


def _new_sos(ctx: ActionContext, quiet: bool) -> Sos:
    turn, care, code = ctx.turn, ctx.turn.safety_profile, new_sos_code()
    ctx.transaction.require_field(keys.SOS_TAGS_BY_CODE, code, None)
    ctx.transaction.write("HSET", keys.SOS_TAGS_BY_CODE, code, turn.safety_tag)
    return Sos(
        code,
        turn.safety_token,
        ctx.lang,
        turn.now,
        areas=turn.subscription.active_areas(turn.now) if turn.subscription else (),
        tiers=(care.sos_tiers if care else ()) or DEFAULT_TIERS,
        passphrase=care.passphrase if care else "",
        false_alarm_count=turn.false_alarm_count,
        is_delayed=quiet,
    )


@handles(intents.AddSosDetails)
def add_sos_details(ctx: ActionContext, intent: intents.AddSosDetails) -> None:
    if ctx.turn.sos:
        ctx.turn.sos = ctx.turn.sos.with_details(intent.details)


@handles(intents.EndSos)
def end_sos(ctx: ActionContext, intent: intents.EndSos) -> None:
    """Who set a second code ends with a code: the second one looks as if it had ended."""
    turn, sos, secrets = ctx.turn, ctx.turn.sos, ctx.turn.secret_checks()
    if sos is None or sos.looks_ended:
        return
    if turn.safety_profile and turn.safety_profile.duress_pin_hash:
        if secrets.is_duress_pin(intent.code):
            turn.sos = replace(sos, is_under_duress=True, is_raised_again=False, stage=STAGE_DURESS)
            ctx.transaction.schedule("alerts", b"sos:" + turn.safety_token, turn.now)
            return
        if not secrets.is_own_pin(intent.code):
            return
    close_sos(ctx)


def delete_sos_unless_forced(ctx: ActionContext) -> None:
    """As `end_sos`, but one that somebody forced the end of stays, until its own hour."""
    sos = ctx.turn.sos
    if sos and (sos.is_closed or not sos.looks_ended):
        close_sos(ctx)


def close_sos(ctx: ActionContext) -> None:
    """It is over; whoever was asked or told hears so."""
    sos = ctx.turn.sos
    if sos:
        ctx.turn.sos = None
        ctx.transaction.schedule_rewrite(ctx.turn.now)
        if not sos.is_closed:
            _notify_sos_ended(ctx, replace(sos, is_under_duress=False), sos.asked_staff)


def _notify_sos_ended(ctx: ActionContext, sos: Sos, staff_ids: Iterable[str]) -> None:
    """Nobody need come any more. `tell`: ids of staff."""
    ctx.transaction.write("HDEL", keys.SOS_TAGS_BY_CODE, sos.code)
    cancel_timer(ctx.transaction, SOS, sos.owner)
    for staff_id in staff_ids:
        ctx.transaction.schedule("alerts", f"sosover:{sos.code}:{staff_id}", ctx.turn.now)
    if sos.contacts_notified:
        ctx.transaction.schedule("alerts", b"sosended:" + sos.owner, ctx.turn.now)


@handles(intents.SetSosTiers)
def set_sos_tiers(ctx: ActionContext, intent: intents.SetSosTiers) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), sos_tiers=intent.tiers)


@handles(intents.AnswerSos)
def answer_sos(ctx: ActionContext, intent: intents.AnswerSos) -> None:
    """Whoever was asked, or may see it, says what comes of it; the job tells her and the others."""
    staff, found = ctx.turn.staff, ctx.turn.sos_by_code.get(intent.code)
    if staff is None or found is None:
        return
    tag, raw, sos = found
    if intent.answer is SosAnswer.COMING:
        if staff.id in sos.coming_staff:
            return
        ctx.put_sos(tag, raw, replace(sos, coming_staff=(*sos.coming_staff, staff.id)))
        ctx.transaction.schedule("alerts", f"soscoming:{sos.code}:{len(sos.coming_staff) + 1}", ctx.turn.now)
        return
    _notify_sos_ended(
        ctx, sos if sos.looks_ended else replace(sos, is_under_duress=False), {*sos.asked_staff} - {staff.id}
    )
    if intent.answer is SosAnswer.FALSE_ALARM:
        ctx.transaction.write("INCR", keys.false_alarms(tag))
        ctx.transaction.write("EXPIRE", keys.false_alarms(tag), keys.FALSE_ALARMS_TTL_S)
    if sos.looks_ended:  # whoever made her end it may hold her phone
        ctx.put_sos(tag, raw, None)
        return
    ctx.put_sos(
        tag, raw, replace(sos, stage=STAGE_FALSE_ALARM if intent.answer is SosAnswer.FALSE_ALARM else STAGE_HELPED)
    )
    ctx.transaction.schedule("alerts", b"sos:" + sos.owner, ctx.turn.now)

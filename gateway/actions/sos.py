"""Calls for help: the function that applies each intent of the caller or of a responder."""

from collections.abc import Iterable

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.contacts import safety_profile_or_new
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.sos import DEFAULT_TIERS, Sos, SosAnswer, SosStage, SosTask, SosTier, new_sos_code
from gateway.store import keys
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SOS


@handles(intents.RaiseSos)
def raise_sos(ctx: ActionContext, intent: intents.RaiseSos) -> None:
    """Raise a call for help. A caller has one at a time, and no other open call has its code."""
    turn, sos = ctx.turn, ctx.turn.sos
    shown_at = turn.now if turn.is_locked else 0
    if sos and not sos.looks_ended:
        turn.sos = replace(sos, shown_before_pin_at=sos.shown_before_pin_at or shown_at)
        return
    ctx.transaction.write("INCR", keys.recent_sos(turn.safety_tag))
    ctx.transaction.write("EXPIRE", keys.recent_sos(turn.safety_tag), keys.LOOP_WINDOW_S)
    turn.open_reply_window(ctx.times.sos)
    is_delayed = turn.recent_sos_count >= keys.MAX_RECENT_SOS
    hidden = sos if sos and not sos.is_closed else None
    turn.sos = replace(_new_sos(ctx, is_delayed, hidden), shown_before_pin_at=shown_at)
    ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(turn.safety_token), turn.now)


def call_under_duress(ctx: ActionContext, note: str) -> None:
    """Note that the caller is under duress, or raise a call that the phone does not show. A job asks everybody."""
    turn, sos = ctx.turn, ctx.turn.sos
    if sos and not sos.is_closed:
        turn.sos = replace(sos, is_under_duress=True, tiers=_with_contacts(sos.tiers))
    else:
        raised = replace(_new_sos(ctx, False), tiers=_with_contacts(_tiers(ctx)), stage=SosStage.ALL_ROUNDS_DONE)
        turn.sos = replace(raised, is_under_duress=True, is_hidden=True)
        ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(turn.safety_token), turn.now + ctx.times.sos)
    if note:
        add_sos_details(ctx, intents.AddSosDetails(note))


def _with_contacts(tiers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tiers, SosTier.CONTACTS)))


def _new_sos(ctx: ActionContext, is_delayed: bool, hidden: Sos | None = None) -> Sos:
    """Return a new call. A call that the phone hides goes on under its code, so that responders lose nothing."""
    turn, profile, code = ctx.turn, ctx.turn.safety_profile, hidden.code if hidden else new_sos_code()
    if not hidden:
        ctx.transaction.require_field(keys.SOS_TAGS_BY_CODE, code, None)
        ctx.transaction.write("HSET", keys.SOS_TAGS_BY_CODE, code, turn.safety_tag)
    return Sos(
        code,
        turn.safety_token,
        ctx.lang,
        turn.now,
        areas=turn.subscription.active_areas(turn.now) if turn.subscription else (),
        tiers=_tiers(ctx),
        details=hidden.details if hidden else "",
        passphrase=profile.passphrase if profile else "",
        false_alarm_count=turn.false_alarm_count,
        is_delayed=is_delayed,
        is_under_duress=hidden is not None,
    )


def _tiers(ctx: ActionContext) -> tuple[str, ...]:
    profile = ctx.turn.safety_profile
    return (profile.sos_tiers if profile else ()) or DEFAULT_TIERS


@handles(intents.AddSosDetails)
def add_sos_details(ctx: ActionContext, intent: intents.AddSosDetails) -> None:
    if ctx.turn.sos:
        ctx.turn.sos = ctx.turn.sos.with_details(intent.details)


@handles(intents.EndSos)
def end_sos(ctx: ActionContext, intent: intents.EndSos) -> None:
    """End the call for help. Before the own PIN, and under duress, it only looks ended."""
    turn, sos = ctx.turn, ctx.turn.sos
    if sos is None or sos.looks_ended:
        return
    if turn.is_locked:
        turn.sos = replace(sos, shown_before_pin_at=0)
    elif turn.true_account:
        hide_sos(ctx)
    else:
        close_sos(ctx)


def hide_sos(ctx: ActionContext) -> None:
    """Let the call for help look ended on the caller's phone, while it goes on."""
    sos = ctx.turn.sos
    if sos and sos.is_closed:
        close_sos(ctx)
    elif sos:
        ctx.turn.sos = replace(sos, is_hidden=True, shown_before_pin_at=0, from_safe_call=False)


def close_sos(ctx: ActionContext) -> None:
    """Close the call for help. Responders who were asked and contacts who were notified are informed."""
    sos = ctx.turn.sos
    if sos:
        ctx.turn.sos = None
        ctx.transaction.schedule_rewrite(ctx.turn.now)
        if not sos.is_closed:
            _notify_sos_ended(ctx, replace(sos, is_under_duress=False), sos.asked_staff)


def _notify_sos_ended(ctx: ActionContext, sos: Sos, staff_ids: Iterable[str]) -> None:
    """Schedule the notice that the call has ended, to these staff and to contacts who were notified."""
    ctx.transaction.write("HDEL", keys.SOS_TAGS_BY_CODE, sos.code)
    cancel_timer(ctx.transaction, SOS, sos.owner)
    for staff_id in staff_ids:
        ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_RESPONDER_SOS_ENDED.item(sos.code, staff_id), ctx.turn.now)
    if sos.contacts_notified:
        ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_CONTACTS_SOS_ENDED.item(sos.owner), ctx.turn.now)


@handles(intents.SetSosTiers)
def set_sos_tiers(ctx: ActionContext, intent: intents.SetSosTiers) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), sos_tiers=intent.tiers)


@handles(intents.AnswerSos)
def answer_sos(ctx: ActionContext, intent: intents.AnswerSos) -> None:
    """Record what a responder answers. A job informs the caller and the other responders."""
    staff, found = ctx.turn.staff, ctx.turn.sos_by_code.get(intent.code)
    if staff is None or found is None:
        return
    tag, raw, sos = found
    if intent.answer is SosAnswer.COMING:
        if staff.id in sos.coming_staff:
            return
        ctx.put_sos(tag, raw, replace(sos, coming_staff=(*sos.coming_staff, staff.id)))
        ctx.transaction.schedule(
            Lane.ALERTS, SosTask.NOTIFY_RESPONDER_COMING.item(sos.code, len(sos.coming_staff) + 1), ctx.turn.now
        )
        return
    _notify_sos_ended(
        ctx, sos if sos.looks_ended else replace(sos, is_under_duress=False), {*sos.asked_staff} - {staff.id}
    )
    if intent.answer is SosAnswer.FALSE_ALARM:
        ctx.transaction.write("INCR", keys.false_alarms(tag))
        ctx.transaction.write("EXPIRE", keys.false_alarms(tag), keys.FALSE_ALARMS_TTL_S)
    if sos.looks_ended:  # the person who forced the caller to end it may have the caller's phone
        ctx.put_sos(tag, raw, None)
        return
    closed = SosStage.FALSE_ALARM if intent.answer is SosAnswer.FALSE_ALARM else SosStage.HELPED
    ctx.put_sos(tag, raw, sos.advance(closed))
    ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(sos.owner), ctx.turn.now)

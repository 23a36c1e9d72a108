"""Calls for help: the function that applies each intent of the caller."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.contacts import safety_profile_or_new
from gateway.model import intents
from gateway.model.help_kind import HelpKind
from gateway.model.known_phone import is_known
from gateway.model.message import Lane
from gateway.model.sos import (
    BY_CALLER,
    DEFAULT_TIERS,
    MIN_VOICES_TO_CLOSE,
    Sos,
    SosTier,
)
from gateway.model.sos_evidence import SosEvidence
from gateway.model.sos_question import with_answer
from gateway.model.sos_rounds import SosStage
from gateway.model.sos_task import SosTask
from gateway.store import Turn, keys
from gateway.store.open_sos import add_open_sos, count_for_flood, new_sos_code, rank_sos, remove_open_sos
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SOS

DETENTION_S = 86400
"""seconds after an arrest message for which a call for help is read as one from custody"""


@handles(intents.RaiseSos)
def raise_sos(ctx: ActionContext, intent: intents.RaiseSos) -> None:
    """Raise a call for help. A caller has one at a time, and no other open call has its code."""
    turn, sos = ctx.turn, ctx.turn.sos
    shown_at = turn.now if turn.is_locked else 0
    if sos and not sos.looks_ended:
        shown_at = sos.shown_before_pin_at or shown_at
        turn.sos = replace(sos, shown_before_pin_at=shown_at, has_called=True, ended_without_pin=False)
        _renew_if_quiet(ctx, intent.is_forgeable)
        return
    ctx.transaction.write("INCR", keys.recent_sos(turn.sos_tag))
    ctx.transaction.write("EXPIRE", keys.recent_sos(turn.sos_tag), keys.RECENT_WINDOW_S)
    turn.open_reply_window(ctx.times.sos)
    is_delayed = turn.recent_sos_count >= keys.MAX_RECENT_SOS
    hidden = sos if sos and not sos.is_closed else None
    raised = _new_sos(ctx, intent.is_forgeable, is_delayed, hidden)
    if sos and sos.may_reopen and intent.reopens:
        raised = raised.with_words_of(sos)
    turn.sos = replace(raised, shown_before_pin_at=shown_at)
    ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(turn.safety_token), turn.now)


def _renew_if_quiet(ctx: ActionContext, is_forgeable: bool) -> None:
    """Ask responders once more about an open call that they were asked about a while ago.

    Otherwise a call that another person forged in the caller's name would swallow the real one.
    """
    turn, sos = ctx.turn, ctx.turn.sos
    if sos is None or not sos.is_quiet(turn.now, is_forgeable):
        return
    turn.sos = sos.renewed(turn.now, is_forgeable)
    turn.open_reply_window(ctx.times.sos)
    rank_sos(ctx.transaction, turn.vault, turn.sos_tag, turn.sos)
    count_for_flood(ctx.transaction)
    ctx.transaction.schedule(Lane.ALERTS, SosTask.ADVANCE_SOS.item(turn.safety_token), turn.now)


def call_under_duress(ctx: ActionContext, note: str) -> None:
    """Note that the caller is under duress, or raise a call that the phone does not show. A job asks everybody."""
    turn, sos = ctx.turn, ctx.turn.sos
    if sos and not sos.is_closed:
        turn.sos = replace(sos, is_under_duress=True, tiers=_with_contacts(sos.tiers))
    else:
        raised = _new_sos(ctx, is_forgeable=False, is_delayed=False)
        raised = replace(raised, tiers=_with_contacts(raised.tiers), stage=SosStage.ALL_ROUNDS_DONE)
        turn.sos = replace(raised, is_under_duress=True, is_hidden=True)
        ends = turn.now + ctx.times.sos
        ctx.transaction.schedule_later(Lane.ALERTS, SosTask.ADVANCE_SOS.item(turn.safety_token), ends)
    turn.sos = replace(turn.sos, note=note or turn.sos.note)


def _with_contacts(tiers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tiers, SosTier.CONTACTS)))


def _new_sos(ctx: ActionContext, is_forgeable: bool, is_delayed: bool, hidden: Sos | None = None) -> Sos:
    """Return a new call. A call that the phone hides goes on under its code, so that responders lose nothing."""
    turn, profile = ctx.turn, ctx.turn.safety_profile
    stranger = SosEvidence.TEXT_ONLY if is_forgeable else SosEvidence.DIALLED
    sos = Sos(
        hidden.code if hidden else new_sos_code(ctx.transaction, turn.vault, turn.open_sos_count),
        turn.safety_token,
        ctx.lang,
        turn.now,
        areas=turn.subscription.active_areas(turn.now) if turn.subscription else (),
        tiers=(profile.sos_tiers if profile else ()) or DEFAULT_TIERS,
        details=hidden.details if hidden else "",
        note=hidden.note if hidden else "",
        kinds=_known_kinds(turn),
        passphrase=profile.passphrase if profile else "",
        false_alarm_count=turn.false_alarm_count,
        is_delayed=is_delayed,
        is_under_duress=hidden is not None,
        evidence=SosEvidence.KNOWN if is_known(turn) else stranger,
    )
    if hidden:
        rank_sos(ctx.transaction, turn.vault, turn.sos_tag, sos)
    else:
        add_open_sos(ctx.transaction, turn.vault, turn.sos_tag, sos)
    return sos


def _known_kinds(turn: Turn) -> tuple[HelpKind, ...]:
    """Return what is wrong by what the caller did before: who told the contacts of an arrest is held by police."""
    told = turn.safety_profile.arrest_texts if turn.safety_profile else ()
    return (HelpKind.POLICE, HelpKind.HELD) if any(turn.now - at < DETENTION_S for at in told) else ()


@handles(intents.AddSosDetails)
def add_sos_details(ctx: ActionContext, intent: intents.AddSosDetails) -> None:
    """Add the caller's words, and ask responders once more where they were asked a while ago."""
    _renew_if_quiet(ctx, intent.is_forgeable)
    if intent.area and ctx.turn.sos:
        ctx.turn.sos = ctx.turn.sos.at_area(intent.area)
    _add_details(ctx, intent)


def _add_details(ctx: ActionContext, said: intents.AddSosDetails) -> None:
    """Add words to the call. A stranger who texted, and now dials, moves up the list."""
    sos = ctx.turn.sos
    if sos is None:
        return
    if sos.takes_texts or not said.is_forgeable:
        sos = sos.with_kinds(said.kinds)
    if said.is_forgeable:
        ctx.turn.sos = sos.with_texted(said.details, said.tells_where)
    else:
        evidence = min(sos.evidence, SosEvidence.DIALLED)
        again = sos.with_details(said.details, said.tells_where).called_again()
        ctx.turn.sos = replace(again, evidence=evidence, ended_without_pin=False)
    ctx.turn.sos = replace(ctx.turn.sos, has_called=True)
    _tell_of_words(ctx)
    if not sos.is_closed:
        rank_sos(ctx.transaction, ctx.turn.vault, ctx.turn.sos_tag, ctx.turn.sos)


@handles(intents.AnswerSosQuestion)
def answer_sos_question(ctx: ActionContext, intent: intents.AnswerSosQuestion) -> None:
    """Record what the caller answers, and tell whoever comes or asked."""
    sos = ctx.turn.sos
    if sos and not sos.is_closed and sos.waits_for(intent.question):
        ctx.turn.sos = replace(sos, questions=with_answer(sos.questions, intent.question, intent.yes))
        _tell_of_words(ctx)


def _tell_of_words(ctx: ActionContext) -> None:
    """Schedule one notice to each responder who comes or asked, and read all that was there before."""
    sos = ctx.turn.sos
    if sos is None or sos.is_closed:
        return
    for staff_id in sos.to_tell():
        item = SosTask.NOTIFY_RESPONDER_OF_WORDS.item(sos.code, staff_id)
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)
    ctx.turn.sos = replace(sos, readers=())


@handles(intents.SilenceSos)
def silence_sos(ctx: ActionContext, intent: intents.SilenceSos) -> None:
    """Keep texts about the call off the caller's phone, or let them come again. Responders are asked as before."""
    if ctx.turn.sos:
        ctx.turn.sos = replace(ctx.turn.sos, is_silent=intent.is_silent)


@handles(intents.EndSos)
def end_sos(ctx: ActionContext, intent: intents.EndSos) -> None:
    """End the call for help. Before the own PIN, and under duress, it only looks ended."""
    turn, sos = ctx.turn, ctx.turn.sos
    if sos is None or sos.looks_ended:
        return
    if turn.is_locked:
        turn.sos = replace(sos, shown_before_pin_at=0, ended_without_pin=True)
        _tell_of_words(ctx)
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
            end_for_others(ctx, ctx.turn.sos_tag, replace(sos, is_under_duress=False))


def end_for_others(ctx: ActionContext, tag: bytes, sos: Sos) -> None:
    """Take the call off the list. Schedule the notice to staff who were asked, and to contacts who were notified."""
    remove_open_sos(ctx.transaction, ctx.turn.vault, sos)
    cancel_timer(ctx.transaction, SOS, sos.owner)
    by_caller = () if len(sos.over_staff) >= MIN_VOICES_TO_CLOSE else (BY_CALLER,)
    notify_asked_staff(ctx, SosTask.NOTIFY_RESPONDER_SOS_ENDED, sos, *by_caller)
    if sos.contacts_notified:
        ctx.transaction.schedule(Lane.ALERTS, SosTask.NOTIFY_CONTACTS_SOS_ENDED.item(sos.owner), ctx.turn.now)


def notify_asked_staff(ctx: ActionContext, task: SosTask, sos: Sos, *more: str) -> None:
    """Schedule a notice to staff who were asked or come, but to nobody who said that the call is over, or cannot come.

    A call that has ended is called so to those who cannot come too.
    """
    silent = (*sos.over_staff, *(() if task is SosTask.NOTIFY_RESPONDER_SOS_ENDED else sos.declined_staff))
    for staff_id in dict.fromkeys((*sos.asked_staff, *sos.coming_staff)):
        if staff_id not in silent:
            ctx.transaction.schedule(Lane.ALERTS, task.item(sos.code, staff_id, *more), ctx.turn.now)


@handles(intents.SetSosTiers)
def set_sos_tiers(ctx: ActionContext, intent: intents.SetSosTiers) -> None:
    ctx.turn.safety_profile = replace(safety_profile_or_new(ctx), sos_tiers=intent.tiers)

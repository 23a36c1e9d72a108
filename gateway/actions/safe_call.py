"""Going out and coming back: what each intent writes."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.sos import close_sos
from gateway.model import intents
from gateway.model.safe_call import MAX_DURATION_S, MAX_REMINDERS, STEP_DONE, SafeCall
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SAFE_CALLS
from gateway.store.turn import Turn


@handles(intents.StartSafeCall)
def start_safe_call(ctx: ActionContext, intent: intents.StartSafeCall) -> None:
    running = ctx.turn.safe_call
    if running and running.looks_ended and running.step < STEP_DONE:  # her people are about to hear of this one
        return
    until = min(intent.until, ctx.turn.now + MAX_DURATION_S)
    ctx.turn.safe_call = SafeCall(until, ctx.lang, intent.note, notifies_responders=intent.notifies_responders)
    ctx.transaction.schedule("alerts", b"back:" + ctx.turn.safety_token, until)


@handles(intents.ExtendSafeCall)
def extend_safe_call(ctx: ActionContext, intent: intents.ExtendSafeCall) -> None:
    """More time, counted from the hour that was said, or from now where that has passed.

    It takes a code where ending does: else whoever holds her phone puts her people off for ever. After they were told,
    it runs anew.
    """
    turn, outing = ctx.turn, ctx.turn.safe_call
    if outing is None or outing.looks_ended or (forced := _is_under_duress(turn, intent.code)) is None:
        return
    until = outing.extended_until(intent.seconds, turn.now)
    if forced:
        turn.safe_call = replace(outing, until=until, step=MAX_REMINDERS)
    else:
        turn.safe_call = replace(outing, until=until, step=0)
    ctx.transaction.schedule("alerts", b"back:" + turn.safety_token, turn.now if forced else until)


@handles(intents.EndSafeCall)
def end_safe_call(ctx: ActionContext, intent: intents.EndSafeCall) -> None:
    """Who set a second code ends with a code: her PIN ends it, the second one looks as if, and her people hear."""
    turn, outing = ctx.turn, ctx.turn.safe_call
    if outing is None or outing.looks_ended or (forced := _is_under_duress(turn, intent.code)) is None:
        return
    if forced:
        turn.safe_call = replace(outing, looks_ended=True, step=MAX_REMINDERS)
        ctx.transaction.schedule("alerts", b"back:" + turn.safety_token, turn.now)
        return
    delete_safe_call(ctx)
    if outing.contacts_notified:
        ctx.transaction.schedule("alerts", b"isback:" + turn.safety_token, turn.now)
        if turn.sos and turn.sos.from_safe_call:
            close_sos(ctx)


def _is_under_duress(turn: Turn, code: str) -> bool | None:
    """Did somebody make her do it? None: she set a second code, and this is neither of the two."""
    secrets = turn.secret_checks()
    if not (turn.safety_profile and turn.safety_profile.duress_pin_hash):
        return False
    if secrets.is_duress_pin(code):
        return True
    return False if secrets.is_own_pin(code) else None


def delete_safe_call(ctx: ActionContext) -> None:
    """The note is wiped with its timer."""
    if ctx.turn.safe_call:
        ctx.turn.safe_call = None
        cancel_timer(ctx.transaction, SAFE_CALLS, ctx.turn.safety_token)
        ctx.transaction.schedule_rewrite(ctx.turn.now)

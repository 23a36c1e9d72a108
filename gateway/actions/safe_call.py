"""Safe calls: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.sos import end_sos
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.safe_call import MAX_DURATION_S, SafeCall, SafeCallStage, SafeCallTask
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SAFE_CALLS
from gateway.store.transaction import round_up


@handles(intents.StartSafeCall)
def start_safe_call(ctx: ActionContext, intent: intents.StartSafeCall) -> None:
    until = min(intent.until, ctx.turn.now + MAX_DURATION_S)
    place = intent.place if intent.notifies_responders else ""
    ctx.turn.safe_call = SafeCall(
        until, ctx.lang, intent.note, notifies_responders=intent.notifies_responders, place=place
    )
    ctx.transaction.schedule_later(Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL.item(ctx.turn.safety_token), until)


@handles(intents.ExtendSafeCall)
def extend_safe_call(ctx: ActionContext, intent: intents.ExtendSafeCall) -> None:
    """Extend a safe call from its agreed hour, or from now where that has passed.

    After the contacts were notified, the safe call begins again.
    """
    turn, safe_call = ctx.turn, ctx.turn.safe_call
    if safe_call is None:
        return
    until = safe_call.extended_until(intent.seconds, turn.now)
    turn.safe_call = replace(safe_call.advance(SafeCallStage.RUNNING), until=until)
    ctx.transaction.schedule(Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL.item(turn.safety_token), round_up(until))


@handles(intents.EndSafeCall)
def end_safe_call(ctx: ActionContext, intent: intents.EndSafeCall) -> None:
    """End a safe call. Under duress nobody hears of it: the caller's people have the note and were called."""
    turn, safe_call = ctx.turn, ctx.turn.safe_call
    if safe_call is None:
        return
    delete_safe_call(ctx)
    if not safe_call.contacts_notified:
        return
    if not turn.true_account:
        ctx.transaction.schedule(Lane.ALERTS, SafeCallTask.NOTIFY_SAFE_RETURN.item(turn.safety_token), turn.now)
    if turn.sos and turn.sos.from_safe_call:
        end_sos(ctx, intents.EndSos())


def delete_safe_call(ctx: ActionContext) -> None:
    """Delete the note and its timer."""
    if ctx.turn.safe_call:
        ctx.turn.safe_call = None
        cancel_timer(ctx.transaction, SAFE_CALLS, ctx.turn.safety_token)
        ctx.transaction.schedule_rewrite(ctx.turn.now)

"""Safe calls: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.sos import close_sos
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.safe_call import MAX_DURATION_S, SafeCall, SafeCallStage, SafeCallTask
from gateway.store.record_io import cancel_timer
from gateway.store.records.callers import SAFE_CALLS
from gateway.store.transaction import round_up
from gateway.store.turn import Turn
from gateway.store.turn_secrets import TurnSecretChecks


@handles(intents.StartSafeCall)
def start_safe_call(ctx: ActionContext, intent: intents.StartSafeCall) -> None:
    running = ctx.turn.safe_call
    if (
        running and running.looks_ended and running.stage is not SafeCallStage.DONE
    ):  # contacts are about to be notified of this one
        return
    until = min(intent.until, ctx.turn.now + MAX_DURATION_S)
    ctx.turn.safe_call = SafeCall(until, ctx.lang, intent.note, notifies_responders=intent.notifies_responders)
    ctx.transaction.schedule_later(Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL.item(ctx.turn.safety_token), until)


@handles(intents.ExtendSafeCall)
def extend_safe_call(ctx: ActionContext, intent: intents.ExtendSafeCall) -> None:
    """Extend a safe call from its agreed hour, or from now where that has passed.

    Where ending needs a code, extending needs it too. Otherwise a person with the caller's phone could delay the notice
    to the contacts without limit. After the contacts were notified, the safe call begins again.
    """
    turn, safe_call = ctx.turn, ctx.turn.safe_call
    if safe_call is None or safe_call.looks_ended or (is_forced := _is_under_duress(turn, intent.code)) is None:
        return
    until = safe_call.extended_until(intent.seconds, turn.now)
    if is_forced:
        turn.safe_call = replace(safe_call.advance(SafeCallStage.CONTACTS_NEXT), until=until)
    else:
        turn.safe_call = replace(safe_call.advance(SafeCallStage.RUNNING), until=until)
    ctx.transaction.schedule(
        Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL.item(turn.safety_token), turn.now if is_forced else round_up(until)
    )


@handles(intents.EndSafeCall)
def end_safe_call(ctx: ActionContext, intent: intents.EndSafeCall) -> None:
    """End a safe call. Where a second code is set, the own PIN ends it.

    After the second code it only looks ended, and the contacts are notified.
    """
    turn, safe_call = ctx.turn, ctx.turn.safe_call
    if safe_call is None or safe_call.looks_ended or (is_forced := _is_under_duress(turn, intent.code)) is None:
        return
    if is_forced:
        turn.safe_call = replace(safe_call.advance(SafeCallStage.CONTACTS_NEXT), looks_ended=True)
        ctx.transaction.schedule(Lane.ALERTS, SafeCallTask.ADVANCE_SAFE_CALL.item(turn.safety_token), turn.now)
        return
    delete_safe_call(ctx)
    if safe_call.contacts_notified:
        ctx.transaction.schedule(Lane.ALERTS, SafeCallTask.NOTIFY_SAFE_RETURN.item(turn.safety_token), turn.now)
        if turn.sos and turn.sos.from_safe_call:
            close_sos(ctx)


def _is_under_duress(turn: Turn, code: str) -> bool | None:
    """Whether the second code was typed. None: it is set, and neither it nor the own PIN was typed."""
    secrets = TurnSecretChecks(turn)
    if not (turn.safety_profile and turn.safety_profile.duress_pin_hash):
        return False
    if secrets.is_duress_pin(code):
        return True
    return False if secrets.is_own_pin(code) else None


def delete_safe_call(ctx: ActionContext) -> None:
    """Delete the note and its timer."""
    if ctx.turn.safe_call:
        ctx.turn.safe_call = None
        cancel_timer(ctx.transaction, SAFE_CALLS, ctx.turn.safety_token)
        ctx.transaction.schedule_rewrite(ctx.turn.now)

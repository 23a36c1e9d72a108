"""Reminders: the function that applies each intent."""

from gateway.actions.apply import ActionContext, handles
from gateway.model.reminder import REMINDER_FEATURE, DeleteReminder, Reminder, SetReminder, reminder_time
from gateway.store.records.reminders import REMINDERS


@handles(SetReminder)
def set_reminder(ctx: ActionContext, intent: SetReminder) -> None:
    """Store the time and the language. The text is sent at LOCAL_HOUR in the organisation's time zone."""
    if REMINDER_FEATURE not in ctx.world.features:
        return
    at = reminder_time(ctx.world.local_time(ctx.turn.now), intent.days)
    ctx.turn.put(REMINDERS, Reminder(ctx.turn.safety_token, int(at.timestamp()), ctx.lang))


@handles(DeleteReminder)
def delete_reminder(ctx: ActionContext, intent: DeleteReminder) -> None:
    ctx.turn.put(REMINDERS, None)

"""Staff, and texts that a caller asked for: the function that applies each intent."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.crypto.secrets import hash_secret
from gateway.model import intents
from gateway.model.message import Lane, LegalBasis
from gateway.model.policy import sole_roles
from gateway.model.staff import MAX_WRONG_PINS, StaffTask
from gateway.store import tombstones
from gateway.store.records.tables import STAFF
from gateway.store.turn_secrets import TurnSecretChecks


@handles(intents.TextCaller)
def text_caller(ctx: ActionContext, intent: intents.TextCaller) -> None:
    """Send the texts, up to `MAX_REQUESTED_TEXTS` a day to one phone."""
    guard, now = ctx.turn.text_guard, ctx.turn.now
    if not guard.may_request(now, len(intent.texts)):
        return
    ctx.turn.text_guard = guard.with_requested(now, len(intent.texts))
    ctx.turn.open_reply_window(ctx.times.reply)
    ctx.turn.queue_texts(Lane.MESSAGES, ctx.turn.number, intent.texts, LegalBasis.ANSWER, now + ctx.times.message)


@handles(intents.SetDuty)
def set_duty(ctx: ActionContext, intent: intents.SetDuty) -> None:
    """Go on or off duty. A person who goes on duty wants texts again."""
    if ctx.turn.staff:
        is_silenced = ctx.turn.staff.is_silenced and not intent.is_on_duty
        ctx.turn.staff = replace(ctx.turn.staff, duty_override=intent.is_on_duty, is_silenced=is_silenced)


@handles(intents.RecordPinAttempt)
def record_pin_attempt(ctx: ActionContext, intent: intents.RecordPinAttempt) -> None:
    """Count a wrong PIN, or use up a right code.

    `MAX_WRONG_PINS` wrong PINs lock the phone and notify a colleague, who can unlock it. Wrong codes by text never do:
    another person may send them, so they have a count of their own.
    """
    staff = ctx.turn.staff
    if staff is None:
        return
    if ctx.turn.is_claim and not intent.is_correct:
        ctx.turn.text_guard = ctx.turn.text_guard.with_wrong_code(ctx.turn.now)
        return
    if intent.is_correct:
        used = hash_secret(ctx.turn.vault, ctx.turn.number, "code", intent.code) if intent.code else b""
        wrong = staff.wrong_pins if ctx.turn.is_claim else 0
        ctx.turn.staff = replace(staff, wrong_pins=wrong, code_hashes=tuple(c for c in staff.code_hashes if c != used))
        return
    wrong = staff.wrong_pins + 1
    if wrong < MAX_WRONG_PINS:
        ctx.turn.staff = replace(staff, wrong_pins=wrong)
        return
    ctx.turn.staff = replace(staff, wrong_pins=0, locked_until=ctx.turn.now + ctx.times.pin_lock)
    ctx.transaction.schedule(Lane.ALERTS, StaffTask.NOTIFY_STAFF_LOCKED.item(staff.id), ctx.turn.now)


@handles(intents.ActivateStaff)
def activate_staff(ctx: ActionContext, intent: intents.ActivateStaff) -> None:
    """Activate the phone after the right code. After too many wrong ones no code counts until the next day."""
    if ctx.turn.staff is None or ctx.turn.text_guard.has_too_many_wrong_codes(ctx.turn.now):
        return
    if TurnSecretChecks(ctx.turn).is_activation_code(intent.code):
        ctx.turn.staff = replace(ctx.turn.staff, active=True, activation_hash=b"")
    else:
        ctx.turn.text_guard = ctx.turn.text_guard.with_wrong_code(ctx.turn.now)


@handles(intents.SilenceStaff)
def silence_staff(ctx: ActionContext, intent: intents.SilenceStaff) -> None:
    """Stop texts to a staff phone that sent STOP, and notify the organisation. Others are asked instead."""
    if ctx.turn.staff and ctx.turn.staff.gets_texts:
        ctx.turn.staff = replace(ctx.turn.staff, is_silenced=True)
        ctx.transaction.schedule(Lane.ALERTS, StaffTask.NOTIFY_STAFF_STOPPED.item(ctx.turn.staff.id), ctx.turn.now)


@handles(intents.ResumeStaffTexts)
def resume_staff_texts(ctx: ActionContext, intent: intents.ResumeStaffTexts) -> None:
    if ctx.turn.staff:
        ctx.turn.staff = replace(ctx.turn.staff, is_silenced=False)


@handles(intents.LeaveTeam)
def leave_team(ctx: ActionContext, intent: intents.LeaveTeam) -> None:
    """End all roles of a person, unless nobody else has one of them there. Colleagues are notified."""
    staff = ctx.turn.staff
    if staff is None or sole_roles(ctx.world, staff):
        return
    ctx.transaction.require_table(STAFF.name)
    ctx.turn.staff = replace(staff, active=False)
    tombstones.add_tombstone(ctx.transaction, ctx.turn.vault, staff.token, ctx.turn.now)
    ctx.transaction.schedule(Lane.ALERTS, StaffTask.NOTIFY_STAFF_LEFT.item(staff.id), ctx.turn.now)


@handles(intents.UnlockStaff)
def unlock_staff(ctx: ActionContext, intent: intents.UnlockStaff) -> None:
    person = ctx.world.roster.by_id(intent.staff_id)
    if person:
        ctx.world_cache.staff.put(ctx.transaction, person.token, replace(person, locked_until=0, wrong_pins=0))

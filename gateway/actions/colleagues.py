"""What admins change about colleagues by phone: the function that applies each intent.

A stolen phone must lose its rights at once, and a bought admin must not take the team apart. So an admin locks out a
few phones alone, colleagues are texted, and everything else waits for a second verifier where the team has one.
"""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.model import intents
from gateway.model.message import Lane
from gateway.model.policy import is_second_voice, sole_roles
from gateway.model.staff import CHANGEABLE_ROLES, Role, Staff, StaffChange, StaffTask
from gateway.model.team_policy import LOCKOUT_WINDOW_S, may_lock_out_alone, needs_second_voice_about
from gateway.store.records.tables import STAFF


@handles(intents.LockOutStaff)
def lock_out(ctx: ActionContext, intent: intents.LockOutStaff) -> None:
    """Take all rights from a phone. Its open session ends with the next key."""
    person, staff, now = ctx.world.roster.by_id(intent.staff_id), ctx.turn.staff, ctx.turn.now
    if person is None or staff is None or not person.active:
        return
    change = StaffChange(staff.id, now, person.roles, person.area, active=False)
    if not may_lock_out_alone(ctx.world, staff, person, now):
        _ask_second_person(ctx, person, change)
        return
    recent = (at for at in staff.lockouts if now - at < LOCKOUT_WINDOW_S)
    ctx.turn.staff = replace(staff, lockouts=(*recent, now))
    _apply_change(ctx, person, change)


@handles(intents.LetStaffBack)
def let_back(ctx: ActionContext, intent: intents.LetStaffBack) -> None:
    """Let a phone back in, as an admin. A verifier asks for it, and the colleague who blocked it hears so."""
    person, staff = ctx.world.roster.by_id(intent.staff_id), ctx.turn.staff
    if person is None or staff is None or not person.is_locked_out:
        return
    if Role.ADMIN in staff.roles:
        _change_with_second_voice(ctx, person, person.roles, person.area)
        return
    change = StaffChange(staff.id, ctx.turn.now, person.roles, person.area, active=True)
    _ask_second_person(ctx, person, change, person.locked_out_by)
    item = StaffTask.NOTIFY_LOCKOUT_DOUBTED.item(person.id, person.locked_out_by, staff.id)
    ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)


@handles(intents.ChangeStaff)
def change_staff(ctx: ActionContext, intent: intents.ChangeStaff) -> None:
    """Give and take roles, or change the area. Nobody loses a role that nobody else has there."""
    person = ctx.world.roster.by_id(intent.staff_id)
    if person is None or not person.active or not intent.roles or not intent.roles ^ person.roles <= CHANGEABLE_ROLES:
        return
    changed = replace(person, roles=intent.roles, area=intent.area)
    if changed != person and not sole_roles(ctx.world, person, changed):
        _change_with_second_voice(ctx, person, intent.roles, intent.area)


@handles(intents.AgreeToStaffChange)
def agree_to_change(ctx: ActionContext, intent: intents.AgreeToStaffChange) -> None:
    """Do what an admin wants to change, unless it would take a role from the last person with it meanwhile."""
    person, staff = ctx.world.roster.by_id(intent.staff_id), ctx.turn.staff
    change = person.waiting_change(ctx.turn.now) if person else None
    if person is None or staff is None or change is None or not is_second_voice(ctx.world, staff, change.by):
        return
    if change.active and sole_roles(ctx.world, person, person.after(change)):
        return
    _apply_change(ctx, person, change)


@handles(intents.DeclineStaffChange)
def decline_change(ctx: ActionContext, intent: intents.DeclineStaffChange) -> None:
    """Drop what a colleague wants to change. That colleague hears who declined it, and may take it back alone."""
    person, staff = ctx.world.roster.by_id(intent.staff_id), ctx.turn.staff
    change = person.waiting_change(ctx.turn.now) if person else None
    if person is None or staff is None or change is None:
        return
    ctx.world_cache.staff.put(ctx.transaction, person.token, replace(person, change=None))
    if change.by != staff.id:
        item = StaffTask.NOTIFY_STAFF_CHANGE_DECLINED.item(person.id, change.by, staff.id)
        ctx.transaction.schedule(Lane.ALERTS, item, ctx.turn.now)


def _change_with_second_voice(ctx: ActionContext, person: Staff, roles: frozenset[Role], area: str) -> None:
    staff = ctx.turn.staff
    if staff is None:
        return
    change = StaffChange(staff.id, ctx.turn.now, roles, area, active=True)
    if needs_second_voice_about(ctx.world, staff, person):
        _ask_second_person(ctx, person, change)
    else:
        _apply_change(ctx, person, change)


def _ask_second_person(ctx: ActionContext, person: Staff, change: StaffChange, *told: str) -> None:
    """Let a change wait. Colleagues hear of it, but for those who are `told` otherwise."""
    ctx.world_cache.staff.put(ctx.transaction, person.token, replace(person, change=change))
    ctx.transaction.schedule(
        Lane.ALERTS, StaffTask.REQUEST_STAFF_VOICE.item(person.id, change.by, *filter(None, told)), ctx.turn.now
    )


def _apply_change(ctx: ActionContext, person: Staff, change: StaffChange) -> None:
    """Change the person, guarded by the whole roster: a role that another person loses meanwhile would count."""
    ctx.transaction.require_table(STAFF.name)
    ctx.world_cache.staff.put(ctx.transaction, person.token, person.after(change))
    task = StaffTask.NOTIFY_STAFF_CHANGED if change.active else StaffTask.NOTIFY_STAFF_LOCKED_OUT
    ctx.transaction.schedule(Lane.ALERTS, task.item(person.id, change.by), ctx.turn.now)

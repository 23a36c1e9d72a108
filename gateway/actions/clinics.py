"""What a clinic's phone says of its clinic, and a new phone for its nurse."""

import secrets

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.referrals import announce_answer
from gateway.crypto.secrets import hash_secret
from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.clinic_state import DAY_S, MAX_DAYS, ClinicTask
from gateway.model.message import Lane
from gateway.model.referral import ReferralStage
from gateway.model.staff import MAX_NURSES, Role, Staff, StaffTask
from gateway.numbers import Number
from gateway.store.records.tables import STAFF
from gateway.text.gsm import clip


@handles(intents.ReportClinic)
def report_clinic(ctx: ActionContext, intent: intents.ReportClinic) -> None:
    """Write what callers read of this clinic from now on. Its other nurses are texted."""
    staff, now = ctx.turn.staff, ctx.turn.now
    if staff is None or ctx.world.directory.get(staff.clinic) is None:
        return
    state, until = ctx.world.directory.state(staff.clinic), min(intent.until, now + MAX_DAYS * DAY_S)
    for need in intent.needs:
        state = state.with_report(need, until, now)
        if intent.until:
            _turn_away(ctx, need)
        else:
            _call_back(ctx, need)
    ctx.world_cache.clinic_states.put(ctx.transaction, staff.clinic.encode(), state)
    ctx.transaction.schedule(Lane.MESSAGES, ClinicTask.NOTIFY_NURSES.item(staff.clinic, staff.id), now)


def _turn_away(ctx: ActionContext, need: str) -> None:
    """Answer visitors who are still expected: an answer waits for them. Empty `need`: all of them."""
    for referral in tuple(ctx.turn.clinic_referrals.values()):
        if referral.is_open and (not need or referral.need == need):
            announce_answer(ctx, replace(referral, stage=ReferralStage.FULL, is_turned_away=True))


def _call_back(ctx: ActionContext, need: str) -> None:
    """Tell visitors who were turned away by a report that the clinic can help again, as the screen then says."""
    for referral in tuple(ctx.turn.clinic_referrals.values()):
        if referral.is_turned_away and referral.stage is ReferralStage.FULL and (not need or referral.need == need):
            announce_answer(ctx, referral)


@handles(intents.InviteNurse)
def invite_nurse(ctx: ActionContext, intent: intents.InviteNurse) -> None:
    """Add a phone to a clinic. A phone that has a role already is refused. A job sends the activation code."""
    number, clinic, vault = Number.parse(intent.number), ctx.world.directory.get(intent.clinic), ctx.turn.vault
    token, roster = vault.token(number, Purpose.STAFF), ctx.world.roster
    if clinic is None or clinic.area_id != intent.area or token in roster.by_token:
        return
    if len(roster.phones_of(clinic.code)) >= MAX_NURSES:
        return
    nurse = Staff(
        secrets.token_hex(4), clip(clinic.name, 20), frozenset({Role.CLINIC}), token, clinic=clinic.code, lang=ctx.lang,
        pin_hash=hash_secret(vault, number, "pin", intent.pin),
    )  # fmt: skip
    ctx.transaction.require_table(STAFF.name)
    ctx.world_cache.staff.put(ctx.transaction, token, nurse)
    ctx.transaction.schedule(Lane.ALERTS, StaffTask.SEND_ACTIVATION.item(nurse.id), ctx.turn.now)
    by = ctx.turn.staff.id if ctx.turn.staff else ""
    ctx.transaction.schedule(Lane.ALERTS, ClinicTask.NOTIFY_OF_NEW_PHONE.item(clinic.code, by), ctx.turn.now)

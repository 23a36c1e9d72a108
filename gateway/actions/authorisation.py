"""Authorisation: whether the person of a turn may request an intent, by the roster that guards the commit."""

import logging

from gateway.model.intents import Intent
from gateway.model.intents.intent import EVERYBODY, TextAuthority
from gateway.model.policy import Actor, is_allowed
from gateway.model.staff import Staff
from gateway.store.turn import Turn

log = logging.getLogger("mwavuli.store")


def is_authorised(turn: Turn, intent: Intent) -> bool:
    """Whether the intent's rule allows it to this person. If a role is removed before the commit, the commit fails."""
    if not has_text_authority(turn, intent):
        log.warning("%s: refused, a text does not suffice", type(intent).__name__)
        return False
    if intent.rule == EVERYBODY:
        return True
    person = turn.world.roster.by_token.get(turn.staff.token) if turn.staff else None
    if not is_allowed(intent, _actor(turn, person), turn.world):
        log.warning("%s: refused, this person may not", type(intent).__name__)
        return False
    if person:
        sealed = turn.transaction.sealed_records.get("staff", {}).get(person.token)
        turn.transaction.require_field("staff", person.token, sealed)
    return True


def has_text_authority(turn: Turn, intent: Intent) -> bool:
    """Whether the way in which this turn came suffices for the intent: a dialled turn always does."""
    return not turn.is_claim or text_authority(turn, intent) is TextAuthority.ACTS


def text_authority(turn: Turn, intent: Intent) -> TextAuthority:
    """Return what a text needs for this intent, after the code and the PIN of this turn's phone were considered."""
    needed = intent.by_text
    if needed is TextAuthority.CODE_WITHOUT_PIN:
        needed = TextAuthority.USSD_ONLY if turn.own_pin_hash else TextAuthority.FRESH_CODE
    return TextAuthority.ACTS if needed is TextAuthority.FRESH_CODE and turn.has_fresh_code else needed


def _actor(turn: Turn, person: Staff | None) -> Actor:
    return Actor(
        staff=person,
        own_reports=turn.world.alerts_reported_by(turn.report_token),
        member_token=turn.member_token,
        sos_by_code={code: sos for code, (_tag, _raw, sos) in turn.sos_by_code.items()},
        clinic_referrals=turn.clinic_referrals,
        is_operator=turn.is_operator,
    )

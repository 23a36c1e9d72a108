"""Builds the caller that a screen may know from the records of a turn."""

from gateway.model.caller import Caller
from gateway.model.policy import may_read_sos
from gateway.model.referral import MAX_OPEN_REFERRALS, MAX_OPEN_REFERRALS_OF_ALL
from gateway.store import Turn, keys
from gateway.store.turn_secrets import TurnSecretChecks


def caller_from_turn(turn: Turn, lang: str, phone: Turn | None = None) -> Caller:
    """Return the caller of a turn. `phone`: the turn as read, where `turn` is the view before the PIN."""
    world, staff = turn.world, turn.staff
    found = {code: sos for code, (_tag, _raw, sos) in turn.sos_by_code.items()}
    readable = {code: sos for code, sos in found.items() if staff and may_read_sos(world.atlas, staff, sos)}
    return Caller(
        now=turn.now,
        lang=lang,
        world=world,
        subscription=turn.subscription,
        staff=turn.staff,
        own_staff_id=phone_staff.id if (phone_staff := (phone or turn).staff) else "",
        safety_profile=turn.safety_profile,
        member=None if turn.member and turn.member.has_expired(turn.now) else turn.member,
        lookup_blocked_until=turn.lookup_usage.blocked_until,
        contact_requests=turn.contact_requests,
        sos=turn.sos if turn.sos and not turn.sos.looks_ended else None,
        sos_by_code=readable,
        distant_sos_codes=frozenset(found.keys() - readable.keys()),
        ended_sos_codes=frozenset(turn.ended_sos_codes),
        open_sos_count=_count_sos_of_others(phone or turn) if staff else 0,
        lately_raised_sos=turn.lately_raised_sos,
        safe_call=turn.safe_call,
        referrals=tuple(turn.referrals.values()),
        clinic_referrals=tuple(turn.clinic_referrals.values()),
        recent_report_count=len(turn.report_pause or b""),
        has_max_referrals=sum(referral.is_open for referral in (phone or turn).referrals.values()) >= MAX_OPEN_REFERRALS
        or turn.open_referral_count >= MAX_OPEN_REFERRALS_OF_ALL,
        open_referral_count=turn.open_referral_count,
        has_raised_sos_often=turn.recent_sos_count >= keys.MAX_RECENT_SOS,
        has_asked_enough=turn.question_score + keys.QUESTION_SCORE > keys.MAX_QUESTION_SCORE,
        conversations=() if (phone or turn).is_locked else world.conversations_of(turn.report_token),
        own_reports=world.alerts_reported_by(turn.report_token),
        subscribers=turn.subscribers,
        audience_by_area=turn.audience_by_area,
        secret_checks=TurnSecretChecks(turn, phone),
        records=turn.shown_records(),
    )


def _count_sos_of_others(turn: Turn) -> int:
    """Return how many calls for help are open, without the call of this phone, which it may have to hide."""
    has_own = turn.sos is not None and not turn.sos.is_closed
    return max(0, turn.open_sos_count - has_own)

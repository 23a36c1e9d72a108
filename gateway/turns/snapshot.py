"""From what was read to what a screen may know."""

from gateway.model.caller import Caller
from gateway.model.referral import MOST_OPEN
from gateway.store import Turn, keys


def caller_of(turn: Turn, lang: str) -> Caller:
    """The caller as read, before any PIN of this call is looked at."""
    world, staff = turn.world, turn.staff
    own = (r.number for r in world.reports.values() if any(token == turn.report_token for token, _ in r.reporters))
    return Caller(
        now=turn.now,
        lang=lang,
        world=world,
        subscription=turn.subscription,
        staff=turn.staff,
        care=turn.care,
        member=None if turn.member and turn.member.over(turn.now) else turn.member,
        look_until=turn.looks.until,
        trust=turn.trust,
        held_by_code=turn.held_by_code,
        second_code=bool(turn.care and turn.care.duress),
        sos=turn.sos if turn.sos and not turn.sos.hidden else None,
        calls={code: sos for code, (_tag, _raw, sos) in turn.calls.items() if staff and sos.is_for(staff)},
        outing=turn.outing if turn.outing and not turn.outing.over else None,
        visits=tuple(turn.visits.values()),
        visitors=tuple(turn.visitors.values()),
        paused=turn.paused,
        sent_enough=sum(visit.open for visit in turn.visits.values()) >= MOST_OPEN,
        called_often=turn.called >= keys.MOST_CALLS,
        said_enough=turn.looped % keys.LOOP_GOODBYE + keys.SAY_WEIGHT > keys.SAY_LIMIT,
        own_reports=frozenset(own),
        members=turn.members,
        people=turn.people,
        secrets=turn.secrets(),
    )

"""Who of the staff may do what, where, and when a second person must agree: the same by dialling and by text."""

from gateway.model.alert import Alert, State
from gateway.model.caller import Caller
from gateway.model.staff import Staff


def me(caller: Caller) -> Staff:
    """The staff member calling. The engine and the keywords let nobody else come here."""
    if caller.staff is None:
        raise LookupError("not staff")
    return caller.staff


def in_scope(caller: Caller, area: str) -> bool:
    """Staff act in their own area and what lies under it."""
    own = me(caller).area
    return not own or caller.world.atlas.contains(own, area)


def may_decide(caller: Caller, case: Alert) -> bool:
    """In scope, or asked about it; never whoever reported or proposed it."""
    staff = me(caller)
    if case.number in caller.own_reports or case.author == staff.id or not (case.waits and staff.sends):
        return False
    report = caller.world.report(case.number)
    asked = report is not None and staff.id in report.asked
    return asked or (in_scope(caller, case.area) and (staff.verifies or case.state is State.PROPOSED))


def may_change(caller: Caller, case: Alert) -> bool:
    """Update, extend or end it: while it is live, in scope."""
    return case.live(caller.now) and me(caller).sends and in_scope(caller, case.area)


def reach(caller: Caller, area: str) -> int:
    """People in this area, what lies under it and above it; where they were not counted, their opt-ins: at least
    as many."""
    return caller.people.get(area, caller.world.reach(area, caller.members))


def asks_anew(caller: Caller, case: Alert) -> bool:
    """A second person agreed to these words: other words are a new warning. A later hour, or the end, is not."""
    return not case.drill and needs_second(caller, case.area)


def needs_second(caller: Caller, area: str) -> bool:
    """Where two are asked for any warning, and always above a set audience."""
    return caller.world.needs_second(area, caller.members)

"""Who of the staff may do what, where, and when a second person must agree: the same by dialling and by text."""

from gateway.model.alert import Alert, AlertState
from gateway.model.caller import Caller
from gateway.model.staff import Staff


def require_staff(caller: Caller) -> Staff:
    """The staff member calling. The engine and the keywords let nobody else come here."""
    if caller.staff is None:
        raise LookupError("not staff")
    return caller.staff


def is_in_scope(caller: Caller, area: str) -> bool:
    """Staff act in their own area and what lies under it."""
    own = require_staff(caller).area
    return not own or caller.world.atlas.contains(own, area)


def may_decide(caller: Caller, alert: Alert) -> bool:
    """In scope, or asked about it; never whoever reported or proposed it."""
    staff = require_staff(caller)
    if alert.number in caller.own_reports or alert.author == staff.id or not (alert.is_pending and staff.may_send):
        return False
    report = caller.world.report(alert.number)
    asked = report is not None and staff.id in report.asked_verifiers
    return asked or (is_in_scope(caller, alert.area) and (staff.may_verify or alert.state is AlertState.PROPOSED))


def may_change(caller: Caller, alert: Alert) -> bool:
    """Update, extend or end it: while it is live, in scope."""
    return alert.is_live(caller.now) and require_staff(caller).may_send and is_in_scope(caller, alert.area)


def audience_size(caller: Caller, area: str) -> int:
    """People in this area, what lies under it and above it; where they were not counted, their opt-ins: at least
    as many."""
    return caller.audience_by_area.get(area, caller.world.count_subscriptions(area, caller.subscribers))


def needs_new_approval(caller: Caller, alert: Alert) -> bool:
    """A second person agreed to these words: other words are a new warning. A later hour, or the end, is not."""
    return not alert.drill and needs_second_person(caller, alert.area)


def needs_second_person(caller: Caller, area: str) -> bool:
    """Where two are asked for any warning, and always above a set audience."""
    return caller.world.needs_approval(area, caller.subscribers)

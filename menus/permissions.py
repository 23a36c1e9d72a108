"""What a person at a phone may do by the rules of `gateway.model.policy`, the same by dialling and by text."""

from gateway.model import intents, policy
from gateway.model.alert import Alert
from gateway.model.caller import Caller
from gateway.model.staff import Staff
from gateway.text.translator import Translator


def require_staff(caller: Caller) -> Staff:
    """Return the member of staff at the phone. The engine and the keywords admit nobody else. Raises LookupError."""
    if caller.staff is None:
        raise LookupError("not staff")
    return caller.staff


def is_in_scope(caller: Caller, area: str) -> bool:
    """Whether an area is this person's area or lies below it."""
    return policy.covers_area(caller.world.atlas, require_staff(caller), area)


def may_decide(caller: Caller, alert: Alert) -> bool:
    """Whether this person may confirm or reject a pending alert."""
    return alert.is_pending and policy.may(caller, intents.RejectReport(alert.number))


def may_change(caller: Caller, alert: Alert) -> bool:
    """Whether this person may update, extend or end a live warning."""
    return alert.is_live(caller.now) and policy.may(caller, intents.EndAlert(alert.number))


def audience_size(caller: Caller, area: str) -> int:
    """Return how many people subscribe to this area, to an area below it or to an area above it.

    Where people were not counted, return the number of subscriptions, which is at least as large.
    """
    return caller.audience_by_area.get(area, caller.world.count_subscriptions(area, caller.subscribers))


def needs_new_approval(caller: Caller, alert: Alert) -> bool:
    """Whether a change of words needs a second person again. A later end time and the end itself never do."""
    return not alert.drill and needs_second_person(caller, alert.area)


def rejected_text(caller: Caller, alert: Alert, _: Translator) -> str:
    """Return what a rejection by this person does: at once, or after a second person agreed."""
    waits = policy.needs_second_rejection(caller.world, require_staff(caller), alert, caller.subscribers)
    return _("A second person must agree first.") if waits else _("Done: you said no.")


def needs_second_person(caller: Caller, area: str) -> bool:
    """Whether a warning here needs a second person, by the setting for all warnings or by its audience."""
    return caller.world.needs_approval(area, caller.subscribers)

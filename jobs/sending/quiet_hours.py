"""Texts that nobody waits for: the hours in which they rest, how many a day, and who wants none.

Warnings pass all of it but what somebody chose for herself; answers pass everything.
"""

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.subscription import Subscription, TextPreference
from gateway.numbers import Number
from gateway.settings import seconds_until_end
from gateway.store import WorkItem
from jobs.context import JobContext


def accepts(context: JobContext, message: OutboundText) -> bool:
    """Does its reader want texts of this kind? Asked as it leaves."""
    kept = _subscription(context, Number.from_int(message.to))
    if message.legal_basis is LegalBasis.RECONSENT:
        return kept is not None and kept.text_preference is not TextPreference.NONE
    return (
        message.lane is not Lane.BULK
        or kept is None
        or kept.text_preference in (TextPreference.ALL, TextPreference.DAYTIME)
    )


def delay_s(context: JobContext, item: WorkItem, message: OutboundText) -> float:
    """For how many seconds this text has to wait; 0: it may leave, and counts for the day."""
    if message.lane is not Lane.BULK:
        return 0
    store, settings, number = context.store, context.deployment.settings, Number.from_int(message.to)
    here = store.read_world().local_time(store.now())
    kept = _subscription(context, number)
    own = settings.tuning.quiet.night_hours if kept and kept.text_preference is TextPreference.DAYTIME else ""
    hours = max(seconds_until_end(settings.tuning.quiet.hours, here), seconds_until_end(own, here))
    if hours:
        return hours
    return store.limits.reserve_daily_text_s(number, item.name)


def muted_preferences(context: JobContext) -> frozenset[TextPreference]:
    """Those whose choice keeps even a warning from being texted now: they dial to see."""
    store = context.store
    night = seconds_until_end(
        context.deployment.settings.tuning.quiet.night_hours, store.world_cache.world.local_time(store.now())
    )
    return frozenset({TextPreference.NONE, TextPreference.DAYTIME} if night else {TextPreference.NONE})


def _subscription(context: JobContext, number: Number) -> Subscription | None:
    return context.store.read_subscription(context.store.vault.token(number, Purpose.SUBSCRIBER))

"""Quiet hours, the daily limit and the preferences that delay or stop texts which nobody waits for.

Only the subscriber's own preference stops an alert, or a network that says that the owner opted out. Nothing stops an
answer.
"""

from gateway.crypto.vault import Purpose
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.subscription import Subscription, TextPreference
from gateway.numbers import Number
from gateway.settings import seconds_until_end
from gateway.store import WorkItem
from jobs.context import JobContext


def accepts(context: JobContext, message: OutboundText) -> bool:
    """Whether the reader wants texts of this kind, and its network too. This is asked as the text leaves."""
    if _is_muted(context, message):
        return False
    subscription = _subscription(context, Number.from_int(message.to))
    if message.legal_basis is LegalBasis.RECONSENT:
        return subscription is not None and subscription.text_preference is not TextPreference.NONE
    return (
        message.lane is not Lane.BULK
        or subscription is None
        or subscription.text_preference in (TextPreference.ALL, TextPreference.DAYTIME)
    )


def _is_muted(context: JobContext, message: OutboundText) -> bool:
    """Whether the text rests because a network said that its reader opted out. Answers go on: one of them undoes it."""
    is_news = message.legal_basis in (LegalBasis.RECONSENT, LegalBasis.MEMBER_NEWS)
    token = context.store.vault.token(Number.from_int(message.to), Purpose.SUBSCRIBER)
    return (is_news or message.lane is Lane.BULK) and context.store.limits.is_muted(token)


def delay_s(context: JobContext, item: WorkItem, message: OutboundText) -> float:
    """Return the seconds for which this text has to wait. With 0 it may leave, and counts for the day."""
    if message.lane is not Lane.BULK:
        return 0
    store, settings, number = context.store, context.deployment.settings, Number.from_int(message.to)
    local = store.read_world().local_time(store.now())
    subscription = _subscription(context, number)
    own = (
        settings.tuning.quiet.night_hours
        if subscription and subscription.text_preference is TextPreference.DAYTIME
        else ""
    )
    hours = max(seconds_until_end(settings.tuning.quiet.hours, local), seconds_until_end(own, local))
    if hours:
        return hours
    return store.limits.reserve_daily_text_s(number, item.stored)


def muted_preferences(context: JobContext) -> frozenset[TextPreference]:
    """Return the preferences with which not even an alert is texted now. Such a subscriber dials to read it."""
    store = context.store
    night = seconds_until_end(
        context.deployment.settings.tuning.quiet.night_hours, store.world_cache.world.local_time(store.now())
    )
    return frozenset({TextPreference.NONE, TextPreference.DAYTIME} if night else {TextPreference.NONE})


def _subscription(context: JobContext, number: Number) -> Subscription | None:
    return context.store.read_subscription(context.store.vault.token(number, Purpose.SUBSCRIBER))

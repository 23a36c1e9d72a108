"""The daily budget: the cost of a call is reserved before it, and refunded for texts that surely did not leave.

A share of the cap is for alerts alone, so other texts stop first. Alerts go on above the cap unless the settings say
otherwise, because an alert that is not sent costs more than its price. A worker that dies between reserving and
sending leaves the day's sum too high, never too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from gateway.model.message import Lane
from gateway.model.tariff import MILLS_PER_UNIT, Tariff
from gateway.numbers import Number
from gateway.providers import SendStatus
from gateway.settings import Spend
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

CHARGED_STATUSES = frozenset({SendStatus.ACCEPTED, SendStatus.UNKNOWN})
ALARM_CLEAR_RATIO = 0.9
"""of the part of the cap that is not for alerts alone: the alarm ends below it, as it does on a new day"""


@dataclass(frozen=True)
class Reservation:
    """What was reserved for a text. `day` is empty where the deployment has no cap."""

    text: str
    day: str = ""


def reserve(context: JobContext, text: str, numbers: Sequence[Number], lane: Lane) -> Reservation | None:
    """Reserve the cost of one call. Return None where the day's budget does not allow it."""
    if not _rules(context).cap:
        return Reservation(text)
    day = budget_day(context)
    return Reservation(text, day) if _reserve(context, day, _tariff(context).cost(text, numbers), lane) else None


def refund(context: JobContext, reservation: Reservation, numbers: Sequence[Number]) -> None:
    """Refund the cost of the text to these numbers, to which it was surely not sent."""
    if reservation.day:
        context.store.daily_spend.refund(reservation.day, _tariff(context).cost(reservation.text, numbers))


def is_affordable(context: JobContext, text: str, number: Number) -> bool:
    """Whether the day's budget is enough for one text that is no alert. Where it is not, raise the alarm."""
    limit = _limit_mills(_rules(context), Lane.BULK)
    if not _rules(context).cap or limit is None:
        return True
    spent = context.store.daily_spend.total(budget_day(context))
    if spent + _tariff(context).cost(text, [number]) <= limit:
        return True
    alarms.raise_alarm(context, AlarmCause.BUDGET_SPENT)
    return False


def budget_day(context: JobContext) -> str:
    """Return today's date in the deployment's time zone, as in 2026-11-25."""
    return _midnight(context).date().isoformat()


def seconds_until_tomorrow(context: JobContext) -> float:
    return (_midnight(context) + timedelta(days=1)).timestamp() - context.store.now()


def _midnight(context: JobContext) -> datetime:
    """Return the first moment of the day in the deployment's time zone."""
    local = context.store.world_cache.world.local_time(context.store.now())
    return datetime.combine(local, time.min, local.tzinfo)


def _reserve(context: JobContext, day: str, cost_mills: int, lane: Lane) -> bool:
    rules = _rules(context)
    total = context.store.daily_spend.reserve(day, cost_mills, _limit_mills(rules, lane))
    if total is None or total > rules.cap * MILLS_PER_UNIT:
        alarms.raise_alarm(context, AlarmCause.BUDGET_SPENT)
    elif total < ALARM_CLEAR_RATIO * rules.cap * (1 - rules.reserve) * MILLS_PER_UNIT:
        alarms.clear_alarms(context, AlarmCause.BUDGET_SPENT)
    return total is not None


def _limit_mills(rules: Spend, lane: Lane) -> int | None:
    """Return the sum that texts of this lane may reach in a day, in thousandths of the currency; None for no limit."""
    if lane is not Lane.ALERTS:
        return int(rules.cap * (1 - rules.reserve) * MILLS_PER_UNIT)
    return None if rules.alerts_over_cap else int(rules.cap * MILLS_PER_UNIT)


def _rules(context: JobContext) -> Spend:
    return context.deployment.settings.tuning.spend


def _tariff(context: JobContext) -> Tariff:
    return context.store.world_cache.world.profile.tariff

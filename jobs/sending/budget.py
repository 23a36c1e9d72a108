"""The day's money: counted before a call leaves, given back for what surely did not.

A share of the cap is for alerts alone, so what is not urgent stops first. Alerts go on above the cap unless the
settings say otherwise: a warning that stays behind for money costs more than its price. Whoever dies between counting
and sending leaves the day's sum too high, never too low.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from gateway.errors import BadInput
from gateway.model.message import Lane
from gateway.model.tariff import MILLS_PER_UNIT, Tariff
from gateway.numbers import Number
from gateway.providers import ProviderError, Recipient, SendOutcome, SendStatus
from gateway.settings import Spend
from jobs.context import JobContext
from jobs.monitoring import alarms
from jobs.monitoring.alarms import AlarmCause

CHARGED_STATUSES = frozenset({SendStatus.ACCEPTED, SendStatus.UNKNOWN})
ALARM_CLEAR_RATIO = 0.9
"""of what is not reserved: with less than that spent the alarm ends, as on a new day"""


RETRY_LATER = SendOutcome(SendStatus.RETRY)


def send_within_budget(
    context: JobContext, text: str, recipients: Sequence[Recipient], lane: Lane, until: float
) -> Mapping[Number, SendOutcome]:
    """Make one provider call and count its price; where the day's money does not allow it, return RETRY for all."""
    if not _rules(context).cap:
        return context.provider.send(text, recipients, until)
    numbers = [recipient.number for recipient in recipients]
    day, cost = budget_day(context), _tariff(context).cost(text, numbers)
    if not _reserve(context, day, cost, lane):
        return dict.fromkeys(numbers, RETRY_LATER)
    try:
        outcomes = context.provider.send(text, recipients, until)
    except (ProviderError, BadInput):
        context.store.daily_spend.refund(day, cost)
        raise
    unpaid = [number for number, outcome in outcomes.items() if outcome.status not in CHARGED_STATUSES]
    context.store.daily_spend.refund(day, _tariff(context).cost(text, unpaid))
    return outcomes


def is_affordable(context: JobContext, text: str, number: Number) -> bool:
    """Whether the day's money is enough for one text that is no alert. Where not, the alarm is raised by then."""
    limit = _limit_mills(_rules(context), Lane.BULK)
    if not _rules(context).cap or limit is None:
        return True
    spent = context.store.daily_spend.total(budget_day(context))
    if spent + _tariff(context).cost(text, [number]) <= limit:
        return True
    alarms.raise_alarm(context, AlarmCause.BUDGET_SPENT)
    return False


def budget_day(context: JobContext) -> str:
    return _midnight(context).date().isoformat()


def seconds_until_tomorrow(context: JobContext) -> float:
    return (_midnight(context) + timedelta(days=1)).timestamp() - context.store.now()


def _midnight(context: JobContext) -> datetime:
    """The day's first moment, where the service works."""
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
    """What a day's sum may reach by texts of this lane, in thousandths; None: anything."""
    if lane is not Lane.ALERTS:
        return int(rules.cap * (1 - rules.reserve) * MILLS_PER_UNIT)
    return None if rules.alerts_over_cap else int(rules.cap * MILLS_PER_UNIT)


def _rules(context: JobContext) -> Spend:
    return context.deployment.settings.tuning.spend


def _tariff(context: JobContext) -> Tariff:
    return context.store.world_cache.world.profile.tariff

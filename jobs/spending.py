"""The day's money: counted before a call leaves, given back for what surely did not.

A share of the cap is for alerts alone, so what is not urgent stops first. Alerts go on above the cap unless the
settings say otherwise: a warning that stays behind for money costs more than its price. Whoever dies between counting
and sending leaves the day's sum too high, never too low.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from gateway.errors import BadInput
from gateway.model.message import Lane
from gateway.model.tariff import MILLS, Tariff
from gateway.numbers import Number
from gateway.providers import Fate, Outcome, ProviderTrouble
from gateway.settings import Spend
from jobs import alarm
from jobs.alarm import Cause
from jobs.context import Context

PAID = frozenset({Fate.ACCEPTED, Fate.UNKNOWN})
CALM = 0.9
"""of what is not reserved: with less than that spent the alarm ends, as on a new day"""


NOT_NOW = Outcome(Fate.RETRY)


def send(context: Context, text: str, numbers: Sequence[Number], lane: Lane) -> Mapping[Number, Outcome]:
    """One provider call, paid for; where the day's money does not allow it, everybody is to be tried again later."""
    if not _rules(context).cap:
        return context.provider.send(text, numbers)
    day, cost = day_of(context), _tariff(context).cost(text, numbers)
    if not _taken(context, day, cost, lane):
        return dict.fromkeys(numbers, NOT_NOW)
    try:
        outcomes = context.provider.send(text, numbers)
    except (ProviderTrouble, BadInput):
        context.store.spent.give_back(day, cost)
        raise
    unpaid = [number for number, outcome in outcomes.items() if outcome.fate not in PAID]
    context.store.spent.give_back(day, _tariff(context).cost(text, unpaid))
    return outcomes


def allows(context: Context, text: str, number: Number) -> bool:
    """Whether the day's money is enough for one text that is no alert. Where not, the alarm is raised by then."""
    limit = _limit(_rules(context), Lane.BULK)
    if not _rules(context).cap or limit is None:
        return True
    spent = context.store.spent.total(day_of(context))
    if spent + _tariff(context).cost(text, [number]) <= limit:
        return True
    alarm.sound(context, Cause.CAP)
    return False


def day_of(context: Context) -> str:
    return _midnight(context).date().isoformat()


def seconds_to_tomorrow(context: Context) -> float:
    return (_midnight(context) + timedelta(days=1)).timestamp() - context.store.now()


def _midnight(context: Context) -> datetime:
    """The day's first moment, where the service works."""
    local = context.store.shelves.world.local(context.store.now())
    return datetime.combine(local, time.min, local.tzinfo)


def _taken(context: Context, day: str, cost: int, lane: Lane) -> bool:
    rules = _rules(context)
    total = context.store.spent.take(day, cost, _limit(rules, lane))
    if total is None or total > rules.cap * MILLS:
        alarm.sound(context, Cause.CAP)
    elif total < CALM * rules.cap * (1 - rules.reserve) * MILLS:
        alarm.lower(context, Cause.CAP)
    return total is not None


def _limit(rules: Spend, lane: Lane) -> int | None:
    """What a day's sum may reach by texts of this lane, in thousandths; None: anything."""
    if lane is not Lane.ALERTS:
        return int(rules.cap * (1 - rules.reserve) * MILLS)
    return None if rules.alerts_over_cap else int(rules.cap * MILLS)


def _rules(context: Context) -> Spend:
    return context.deployment.settings.tuning.spend


def _tariff(context: Context) -> Tariff:
    return context.store.shelves.world.house.tariff

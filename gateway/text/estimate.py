"""Estimates the number of people that a warning reaches and its highest cost, before it is sent.

Counts of people are rounded. Exact small numbers, or two numbers a day apart, would show an insider who subscribed.
"""

from collections.abc import Callable, Iterator
from math import ceil, floor, log10
from typing import NamedTuple

from gateway.model.alert import Alert
from gateway.model.subscription import Wording
from gateway.model.world import World
from gateway.text.translator import Translator
from gateway.text.wording import alert_text

MIN_SHOWN_PEOPLE = 10
"""a smaller number of people is not shown"""
ComposeText = Callable[..., str]


class Estimate(NamedTuple):
    """`people` is rounded, and 0 below `MIN_SHOWN_PEOPLE`. Segments are for one person, the cost is for all of them."""

    people: int
    max_segments: int
    max_cost_mills: int


def estimate_audience_and_cost(
    draft: Alert, area: str, people: int, world: World, compose: ComposeText = alert_text
) -> Estimate:
    """Return the estimate for the most expensive language, wording, network and price. Choices are not counted."""
    worst_cases = [
        world.profile.tariff.worst_case(text)
        for _translator, _wording, text in texts_by_language(draft, area, world, compose)
    ]
    each = max((cost for _segments, cost in worst_cases), default=0)
    step = _rounding_step(people)
    return Estimate(
        people=_rounded(people) if people >= MIN_SHOWN_PEOPLE else 0,
        max_segments=max((segments for segments, _cost in worst_cases), default=1),
        max_cost_mills=max(MIN_SHOWN_PEOPLE, ceil(people / step) * step) * each,
    )


def round_count(people: int) -> str:
    """Return the number in words that show no exact small number."""
    if people < MIN_SHOWN_PEOPLE:
        return f"under {MIN_SHOWN_PEOPLE}"
    return f"about {_rounded(people)}"


def short_count(people: int) -> str:
    """Return the number, rounded, as `<10` or `250`. So no sender learns whether one person subscribed."""
    return f"<{MIN_SHOWN_PEOPLE}" if people < MIN_SHOWN_PEOPLE else str(_rounded(people))


def texts_by_language(
    draft: Alert, area: str, world: World, compose: ComposeText = alert_text
) -> Iterator[tuple[Translator, Wording, str]]:
    """Yield the text of the warning in each language and wording."""
    for translator in world.profile.translators:
        for style in Wording:
            yield (
                translator,
                style,
                compose(draft, area, style, translator, world.local_time, world.profile.service_code),
            )


def _rounded(people: int) -> int:
    step = _rounding_step(people)
    return round(people / step) * step


def _rounding_step(people: int) -> int:
    """Return the rounding step that leaves two significant figures; for numbers under a hundred, one figure."""
    return int(10 ** max(1, floor(log10(max(1, people))) - 1))

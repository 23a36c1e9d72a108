"""Estimates how many people a warning reaches and what it costs at most, before it is sent.

Counts of people are rounded: exact small numbers, or two of them a day apart, would show an insider who is there.
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
    """Return the estimate for the dearest language, wording, network and price: choices are not counted anywhere."""
    most = [
        world.profile.tariff.worst_case(text) for _voice, _style, text in texts_by_language(draft, area, world, compose)
    ]
    each = max((cost for _segments, cost in most), default=0)
    step = _rounding_step(people)
    return Estimate(
        people=round(people / step) * step if people >= MIN_SHOWN_PEOPLE else 0,
        max_segments=max((segments for segments, _cost in most), default=1),
        max_cost_mills=max(MIN_SHOWN_PEOPLE, ceil(people / step) * step) * each,
    )


def texts_by_language(
    draft: Alert, area: str, world: World, compose: ComposeText = alert_text
) -> Iterator[tuple[Translator, Wording, str]]:
    """Yield the text of the warning in each language and wording."""
    for voice in world.profile.translators:
        for style in Wording:
            yield voice, style, compose(draft, area, style, voice, world.local_time, world.profile.service_code)


def _rounding_step(people: int) -> int:
    """Return the step that leaves two significant figures, and one for numbers under a hundred."""
    return int(10 ** max(1, floor(log10(max(1, people))) - 1))

"""What a warning would reach and cost at most, before it goes. Pure.

Counts of people are rounded: exact small numbers, or two of them a day apart, tell an insider who is there.
"""

from collections.abc import Callable, Iterator
from math import ceil, floor, log10
from typing import NamedTuple

from gateway.model.alert import Alert
from gateway.model.caller import World
from gateway.model.subscription import Wording
from gateway.wording import Translator, warning

FEW = 10
"""below it a number of people is not told"""
Say = Callable[..., str]


class Quote(NamedTuple):
    """`people`: rounded, 0 where fewer than FEW. `segments`: for one person at most; `cost`: in all, thousandths."""

    people: int
    segments: int
    cost: int


def quoted(draft: Alert, area: str, people: int, world: World, say: Say = warning) -> Quote:
    """By the dearest language, wording, network and price: what each one chose is not counted anywhere."""
    most = [world.house.tariff.most(text) for _voice, _style, text in texts(draft, area, world, say)]
    each = max((cost for _segments, cost in most), default=0)
    step = _step(people)
    return Quote(
        people=round(people / step) * step if people >= FEW else 0,
        segments=max((segments for segments, _cost in most), default=1),
        cost=max(FEW, ceil(people / step) * step) * each,
    )


def texts(draft: Alert, area: str, world: World, say: Say = warning) -> Iterator[tuple[Translator, Wording, str]]:
    """What people would get, in each language and wording."""
    for voice in world.house.voices:
        for style in Wording:
            yield voice, style, say(draft, area, style, voice, world.local, world.house.service_code)


def _step(people: int) -> int:
    """Two figures are told, of numbers under a hundred one."""
    return int(10 ** max(1, floor(log10(max(1, people))) - 1))

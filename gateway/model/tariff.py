"""The tariff: prices of texts, and the delivery hours of networks. `gateway.profile` makes it from the settings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from gateway.model.hours import DAY_MINUTES, WeeklyHours, add_minutes, minute_of_week
from gateway.numbers import Number, PrefixMap
from gateway.text.gsm import count_segments

MILLS_PER_UNIT = 1000
"""amounts are whole thousandths of the currency, so that sums in Redis are exact"""


class Carrier(NamedTuple):
    """A mobile network and its rules for our sender. `delivery_hours` None: it always delivers."""

    name: str = ""
    delivery_hours: WeeklyHours | None = None
    footer_chars: int = 0

    def is_closed(self, local: datetime) -> bool:
        return self.delivery_hours is not None and not self.delivery_hours.is_open_at(minute_of_week(local))

    def next_delivery(self, local: datetime) -> datetime:
        """Return the next time at which it delivers; `local` itself where it delivers then."""
        if self.delivery_hours is None or not self.is_closed(local):
            return local
        return add_minutes(local, self.delivery_hours.minutes_to_opening(minute_of_week(local)))

    def next_transition(self, local: datetime) -> datetime | None:
        """Return the next time at which it begins or stops to deliver; None: it always delivers."""
        if self.delivery_hours is None:
            return None
        minute = minute_of_week(local)
        edges = (*self.delivery_hours.edges, *(edge + 7 * DAY_MINUTES for edge in self.delivery_hours.edges))
        return add_minutes(local, next(edge for edge in edges if edge > minute) - minute)


class Tariff:
    """Prices of a segment and rules of networks, by the prefix of a number. It is never changed."""

    def __init__(
        self,
        currency: str = "",
        default_price_mills: int = 0,
        prices_mills: dict[str, int] | None = None,
        carriers: dict[str, Carrier] | None = None,
        carriers_with_hours: tuple[Carrier, ...] = (),
    ) -> None:
        """Prices are in thousandths, by prefix. `carriers_with_hours` do not deliver at all hours."""
        self.currency = currency
        self._prices = PrefixMap(prices_mills or {}, default_price_mills)
        self._carriers = PrefixMap(carriers or {}, Carrier())
        self.carriers_with_hours = carriers_with_hours

    def carrier_of(self, number: Number) -> Carrier:
        return self._carriers.lookup(number)

    def count_segments(self, text: str, numbers: Iterable[Number]) -> int:
        """Return the billed segments of a text to all these numbers, with the footers of their networks."""
        return sum(count for count, _number in self._billed_segments(text, numbers))

    def cost(self, text: str, numbers: Iterable[Number]) -> int:
        """Return what a text to all these numbers costs, in thousandths of the currency."""
        return sum(count * self._prices.lookup(number) for count, number in self._billed_segments(text, numbers))

    def _billed_segments(self, text: str, numbers: Iterable[Number]) -> Iterable[tuple[int, Number]]:
        segments_by_footer: dict[int, int] = {}
        for number in numbers:
            footer = self._carriers.lookup(number).footer_chars
            if footer not in segments_by_footer:
                segments_by_footer[footer] = count_segments(text, footer)
            yield segments_by_footer[footer], number

    def worst_case(self, text: str) -> tuple[int, int]:
        """Return the most segments of a text to one person, and the highest cost in thousandths of the currency."""
        count = count_segments(text, max(carrier.footer_chars for carrier in self._carriers.values()))
        return count, count * max(self._prices.values())

    def closed_carriers(self, local: datetime) -> Sequence[Carrier]:
        """Return the networks that would delay a text that is sent now."""
        return [carrier for carrier in self.carriers_with_hours if carrier.is_closed(local)]

    def format_amount(self, mills: int) -> str:
        """Return an amount as people read it, rounded up: `KES 224`."""
        return f"{self.currency} {ceil(mills / MILLS_PER_UNIT)}"

"""What texts cost, and when each network delivers them. Pure; made from the settings by `gateway.house`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from gateway.gsm import segments
from gateway.model.hours import DAY, Hours, after, minute_of_week
from gateway.numbers import Beginnings, Number

MILLS = 1000
"""amounts are whole thousandths of the currency: sums in Redis stay exact"""


class Carrier(NamedTuple):
    """A mobile network, as it treats our sender. `hours`: when it delivers; None: always."""

    name: str = ""
    hours: Hours | None = None
    footer: int = 0

    def closed(self, local: datetime) -> bool:
        return self.hours is not None and not self.hours.open_at(minute_of_week(local))

    def opens(self, local: datetime) -> datetime:
        """When it next delivers; now, where it does."""
        if self.hours is None or not self.closed(local):
            return local
        return after(local, self.hours.minutes_to_opening(minute_of_week(local)))

    def turns(self, local: datetime) -> datetime | None:
        """When it next opens or closes; None: never."""
        if self.hours is None:
            return None
        minute = minute_of_week(local)
        edges = (*self.hours.edges, *(edge + 7 * DAY for edge in self.hours.edges))
        return after(local, next(edge for edge in edges if edge > minute) - minute)


class Tariff:
    """Prices of a segment and habits of networks, by the beginning of a number. Never changed once made."""

    def __init__(
        self,
        currency: str = "",
        price: int = 0,
        prices: dict[str, int] | None = None,
        carriers: dict[str, Carrier] | None = None,
        limited: tuple[Carrier, ...] = (),
    ) -> None:
        """`price` and `prices` in thousandths, by prefix; `limited`: networks that do not deliver at all hours."""
        self.currency = currency
        self._prices = Beginnings(prices or {}, price)
        self._carriers = Beginnings(carriers or {}, Carrier())
        self.limited = limited

    def carrier(self, number: Number) -> Carrier:
        return self._carriers.of(number)

    def segments(self, text: str, numbers: Iterable[Number]) -> int:
        """What a text to all these is billed as, with what their networks append."""
        return sum(count for count, _number in self._billed(text, numbers))

    def cost(self, text: str, numbers: Iterable[Number]) -> int:
        """What a text to all these costs, in thousandths of the currency."""
        return sum(count * self._prices.of(number) for count, number in self._billed(text, numbers))

    def _billed(self, text: str, numbers: Iterable[Number]) -> Iterable[tuple[int, Number]]:
        known: dict[int, int] = {}
        for number in numbers:
            footer = self._carriers.of(number).footer
            if footer not in known:
                known[footer] = segments(text, footer)
            yield known[footer], number

    def most(self, text: str) -> tuple[int, int]:
        """The most a text to one person can be billed as, and cost, whoever she is: segments and thousandths."""
        count = segments(text, max(carrier.footer for carrier in self._carriers.every()))
        return count, count * max(self._prices.every())

    def closed(self, local: datetime) -> Sequence[Carrier]:
        """Networks that would hold a text that leaves now."""
        return [carrier for carrier in self.limited if carrier.closed(local)]

    def amount(self, mills: int) -> str:
        """As people read it, rounded up: `KES 224`."""
        return f"{self.currency} {ceil(mills / MILLS)}"

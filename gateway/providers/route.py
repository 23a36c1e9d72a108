"""Several networks as one: who carries whose texts, and who takes over where one keeps failing.

A number's prefix is the first guess. Where a network has no route to it, the next one is asked, and what worked is
remembered for all numbers that begin alike. What is unknown is never handed on: it may have gone out.
All of it lives in this process: each worker learns for itself, and forgets when it ends.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.numbers import Number
from gateway.providers.africastalking import AfricasTalking
from gateway.providers.kannel import NOT_ROUTED, Kannel
from gateway.providers.outcome import Balance, Fate, Outcome, Provider, ProviderTrouble, Trouble
from gateway.settings import HandOver, Settings

log = logging.getLogger("mwavuli.providers")
ALIKE = 7
"""characters of a number that tell its operator: a plus, the country's code and some digits"""
HURRY = 2.5
"""seconds after which a call asks nobody else: it has to end within a worker's lease"""
NOT_NOW = Outcome(Fate.RETRY)
MILDEST = (Trouble.BUSY, Trouble.BROKE, Trouble.SHUT)


def provider_of(settings: Settings) -> Provider:
    """Kannel alone, Africa's Talking alone, or both; Kannel is asked first unless its prefixes say otherwise."""
    box = settings.tuning.kannel
    if box is None:
        return AfricasTalking(settings)
    if not settings.at_api_key:
        return Kannel(settings)
    ways = [Way(Kannel(settings), box.prefixes), Way(AfricasTalking(settings))]
    return Routes(ways, settings.tuning.hand_over)


@dataclass
class Way:
    """One network, the prefixes it is the first guess for (none: all), and how it has been doing."""

    provider: Provider
    prefixes: Sequence[str] = ()
    failures: int = 0
    rests_until: float = 0.0

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.rests_until

    def fit(self, number: Number) -> int:
        """How much of the number its prefixes say; less than nothing where they say another."""
        if not self.prefixes:
            return 0
        return max((len(p) for p in self.prefixes if number.e164.startswith(p)), default=-1)


class Routes:
    def __init__(self, ways: Sequence[Way], hand_over: HandOver):
        self._ways = ways
        self._hand_over = hand_over
        self._worked: dict[str, Way] = {}
        """where the guess had no route, by how the number begins"""

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, Outcome]:
        outcomes: dict[Number, Outcome] = {}
        troubles: list[Trouble | None] = []
        unrouted: set[Number] = set()
        in_time = time.monotonic() + HURRY
        to_ask = {number: self._order(number) for number in numbers}
        while to_ask:
            way = next(iter(to_ask.values()))[0]
            batch = [number for number, order in to_ask.items() if order[0] is way]
            said, trouble = self._ask(way, text, batch)
            troubles.append(trouble)
            for number in batch:
                others = to_ask.pop(number)[1:]
                outcome = said.get(number, NOT_NOW)
                if _no_route(outcome):
                    unrouted.add(number)
                elif outcome.fate is Fate.ACCEPTED and number in unrouted:
                    self._worked[number.e164[:ALIKE]] = way
                if others and (_no_route(outcome) or (trouble and way.rests)):  # surely not sent
                    if time.monotonic() < in_time:
                        to_ask[number] = others
                        continue
                    outcome = NOT_NOW
                outcomes[number] = outcome
        if troubles and all(troubles):
            raise ProviderTrouble(min(filter(None, troubles), key=MILDEST.index))
        return outcomes

    def lines(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        found: dict[str, list[Number]] = {}
        for number in numbers:
            [line] = self._order(number)[0].provider.lines([number])
            found.setdefault(line, []).append(number)
        return found

    def lines_known(self) -> set[str]:
        return {line for way in self._ways for line in way.provider.lines_known()}

    def down(self) -> frozenset[str]:
        failing = (way for way in self._ways if way.failures >= self._hand_over.after)
        return frozenset(type(way.provider).__name__ for way in failing)

    def balance(self) -> Balance | None:
        """Of the first network that has an account to look into."""
        return next(filter(None, (way.provider.balance() for way in self._ways)), None)

    def _order(self, number: Number) -> list[Way]:
        """Whom to ask, one after another; who rests only if all do."""
        worked = self._worked.get(number.e164[:ALIKE])
        order = sorted(self._ways, key=lambda way: (way is not worked, -way.fit(number)))
        return [way for way in order if not way.rests] or order

    def _ask(self, way: Way, text: str, batch: Sequence[Number]) -> tuple[Mapping[Number, Outcome], Trouble | None]:
        """One network's answer or trouble; counts the calls in a row that nobody was sent by."""
        said: Mapping[Number, Outcome] = {}
        trouble = None
        try:
            said = way.provider.send(text, batch)
        except ProviderTrouble as error:
            trouble = error.trouble
        if any(outcome.fate not in (Fate.UNKNOWN, Fate.RETRY) for outcome in said.values()):
            way.failures = 0
            return said, trouble
        way.failures += 1
        if way.failures >= self._hand_over.after and not way.rests:
            way.rests_until = time.monotonic() + self._hand_over.rest
            name = type(way.provider).__name__
            log.error("%s keeps failing (%s): it rests for %d s", name, trouble or "silent", self._hand_over.rest)
        return said, trouble


def _no_route(outcome: Outcome) -> bool:
    return outcome.fate is Fate.REFUSED and outcome.code == NOT_ROUTED

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
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.base import AccountBalance, Provider, ProviderError, ProviderErrorKind, SendOutcome, SendStatus
from gateway.providers.kannel.send import NO_ROUTE_CODE, Kannel
from gateway.settings import Failover, Settings

log = logging.getLogger("mwavuli.providers")
OPERATOR_PREFIX_CHARS = 7
"""characters of a number that tell its operator: a plus, the country's code and some digits"""
MAX_FAILOVER_S = 2.5
"""seconds after which a call asks nobody else: it has to end within a worker's lease"""
RETRY_LATER = SendOutcome(SendStatus.RETRY)
KINDS_BY_SEVERITY = (ProviderErrorKind.BUSY, ProviderErrorKind.OUT_OF_CREDIT, ProviderErrorKind.REJECTED_SENDER)


def build_provider(settings: Settings) -> Provider:
    """Kannel alone, Africa's Talking alone, or both; Kannel is asked first unless its prefixes say otherwise."""
    box = settings.tuning.kannel
    if box is None:
        return AfricasTalking(settings)
    if not settings.at_api_key:
        return Kannel(settings)
    ways = [Route(Kannel(settings), box.prefixes), Route(AfricasTalking(settings))]
    return ProviderRouter(ways, settings.tuning.failover)


@dataclass
class Route:
    """One network, the prefixes it is the first guess for (none: all), and how it has been doing."""

    provider: Provider
    prefixes: Sequence[str] = ()
    consecutive_failures: int = 0
    paused_until: float = 0.0

    @property
    def is_paused(self) -> bool:
        return time.monotonic() < self.paused_until

    def match_chars(self, number: Number) -> int:
        """How much of the number its prefixes say; less than nothing where they say another."""
        if not self.prefixes:
            return 0
        return max((len(p) for p in self.prefixes if number.e164.startswith(p)), default=-1)


class ProviderRouter:
    def __init__(self, routes: Sequence[Route], failover: Failover):
        self._routes = routes
        self._failover = failover
        self._learned_routes: dict[str, Route] = {}
        """where the guess had no route, by how the number begins"""

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, SendOutcome]:
        outcomes: dict[Number, SendOutcome] = {}
        troubles: list[ProviderErrorKind | None] = []
        unrouted: set[Number] = set()
        in_time = time.monotonic() + MAX_FAILOVER_S
        to_ask = {number: self._routes_for(number) for number in numbers}
        while to_ask:
            way = next(iter(to_ask.values()))[0]
            batch = [number for number, order in to_ask.items() if order[0] is way]
            said, trouble = self._send_by_route(way, text, batch)
            troubles.append(trouble)
            for number in batch:
                others = to_ask.pop(number)[1:]
                outcome = said.get(number, RETRY_LATER)
                if _has_no_route(outcome):
                    unrouted.add(number)
                elif outcome.status is SendStatus.ACCEPTED and number in unrouted:
                    self._learned_routes[number.e164[:OPERATOR_PREFIX_CHARS]] = way
                if others and (_has_no_route(outcome) or (trouble and way.is_paused)):  # surely not sent
                    if time.monotonic() < in_time:
                        to_ask[number] = others
                        continue
                    outcome = RETRY_LATER
                outcomes[number] = outcome
        if troubles and all(troubles):
            raise ProviderError(min(filter(None, troubles), key=KINDS_BY_SEVERITY.index))
        return outcomes

    def group_by_provider(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        found: dict[str, list[Number]] = {}
        for number in numbers:
            [line] = self._routes_for(number)[0].provider.group_by_provider([number])
            found.setdefault(line, []).append(number)
        return found

    def provider_names(self) -> set[str]:
        return {line for way in self._routes for line in way.provider.provider_names()}

    def failing_providers(self) -> frozenset[str]:
        failing = (way for way in self._routes if way.consecutive_failures >= self._failover.after_failures)
        return frozenset(type(way.provider).__name__ for way in failing)

    def fetch_balance(self) -> AccountBalance | None:
        """Of the first network that has an account to look into."""
        return next(filter(None, (way.provider.fetch_balance() for way in self._routes)), None)

    def _routes_for(self, number: Number) -> list[Route]:
        """Whom to ask, one after another; who rests only if all do."""
        worked = self._learned_routes.get(number.e164[:OPERATOR_PREFIX_CHARS])
        order = sorted(self._routes, key=lambda way: (way is not worked, -way.match_chars(number)))
        return [way for way in order if not way.is_paused] or order

    def _send_by_route(
        self, route: Route, text: str, batch: Sequence[Number]
    ) -> tuple[Mapping[Number, SendOutcome], ProviderErrorKind | None]:
        """One network's answer or trouble; counts the calls in a row that nobody was sent by."""
        said: Mapping[Number, SendOutcome] = {}
        trouble = None
        try:
            said = route.provider.send(text, batch)
        except ProviderError as error:
            trouble = error.kind
        if any(outcome.status not in (SendStatus.UNKNOWN, SendStatus.RETRY) for outcome in said.values()):
            route.consecutive_failures = 0
            return said, trouble
        route.consecutive_failures += 1
        if route.consecutive_failures >= self._failover.after_failures and not route.is_paused:
            route.paused_until = time.monotonic() + self._failover.retry_after
            name = type(route.provider).__name__
            log.error("%s keeps failing (%s): it rests for %d s", name, trouble or "silent", self._failover.retry_after)
        return said, trouble


def _has_no_route(outcome: SendOutcome) -> bool:
    return outcome.status is SendStatus.REFUSED and outcome.code == NO_ROUTE_CODE

"""Several networks as one provider: which network carries a text, and which one takes over where one keeps failing.

The prefix of a number gives the first guess. Where a network has no route to the number, the next network is asked,
and the one that worked is remembered for all numbers that begin alike. A text with an unknown outcome never goes to a
second network: the first may have sent it. All of this is kept in the memory of one worker process.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.numbers import Number
from gateway.providers.base import (
    AccountBalance,
    Provider,
    ProviderError,
    ProviderErrorKind,
    Recipient,
    SendOutcome,
    SendStatus,
)
from gateway.settings import Failover

log = logging.getLogger("mwavuli.providers")
OPERATOR_PREFIX_CHARS = 7
"""characters of a number that tell its operator: a plus, the country code and some digits"""
MAX_FAILOVER_S = 2.5
"""seconds after which a call asks no other network: it has to end within a worker's lease"""
NO_ROUTE_CODE = 407
"""a network cannot reach the number: the code of Africa's Talking, which every adapter uses"""
RETRY_LATER = SendOutcome(SendStatus.RETRY)
KINDS_BY_SEVERITY = (ProviderErrorKind.BUSY, ProviderErrorKind.OUT_OF_CREDIT, ProviderErrorKind.REJECTED_SENDER)


@dataclass
class Route:
    """One network, the prefixes it is the first guess for (none: all numbers), and its recent failures."""

    provider: Provider
    prefixes: Sequence[str] = ()
    consecutive_failures: int = 0
    paused_until: float = 0.0

    @property
    def is_paused(self) -> bool:
        return time.monotonic() < self.paused_until

    def match_chars(self, number: Number) -> int:
        """Return the characters of the longest matching prefix; -1 where the prefixes name other numbers."""
        if not self.prefixes:
            return 0
        return max((len(p) for p in self.prefixes if number.e164.startswith(p)), default=-1)


class ProviderRouter:
    def __init__(self, routes: Sequence[Route], failover: Failover):
        self._routes = routes
        self._failover = failover
        self._learned_routes: dict[str, Route] = {}
        """the network that worked where the guess had no route, by the first characters of the number"""

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
        call = _RoutedCall(self, text, until, {r: self._routes_for(r.number) for r in recipients})
        while call.remaining:
            call.ask_next()
        return call.result()

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
        """Return the balance at the first network that gives one."""
        return next(filter(None, (way.provider.fetch_balance() for way in self._routes)), None)

    def _routes_for(self, number: Number) -> list[Route]:
        """Return the networks to ask, in order; paused networks only where all are paused."""
        worked = self._learned_routes.get(number.e164[:OPERATOR_PREFIX_CHARS])
        order = sorted(self._routes, key=lambda way: (way is not worked, -way.match_chars(number)))
        return [way for way in order if not way.is_paused] or order

    def learn(self, number: Number, route: Route) -> None:
        """Remember the network that reached a number which the first guess could not."""
        self._learned_routes[number.e164[:OPERATOR_PREFIX_CHARS]] = route

    def ask(
        self, route: Route, text: str, batch: Sequence[Recipient], until: float
    ) -> tuple[Mapping[Number, SendOutcome], ProviderError | None]:
        """Return one network's outcomes and its error; count the calls in a row in which it sent nothing."""
        outcomes: Mapping[Number, SendOutcome] = {}
        failure = None
        try:
            outcomes = route.provider.send(text, batch, until)
        except ProviderError as error:
            failure = error
        answers = {outcome.status for outcome in outcomes.values()} - {SendStatus.UNKNOWN, SendStatus.RETRY}
        if answers - {SendStatus.OPTED_OUT}:  # which a network may say of all numbers, where it refuses the account
            route.consecutive_failures = 0
        elif not answers and not (failure and failure.is_about_text):
            self._count_failure(route, failure.kind if failure else None)
        return outcomes, failure

    def distrust(self, provider: str) -> bool:
        own = [route for route in self._routes if provider in route.provider.provider_names()]
        if all(route.is_paused for route in self._routes if route not in own):
            return False
        for route in own:
            route.consecutive_failures = max(route.consecutive_failures, self._failover.after_failures - 1)
            self._count_failure(route, ProviderErrorKind.REJECTED_SENDER)
        return True

    def _count_failure(self, route: Route, error_kind: ProviderErrorKind | None) -> None:
        route.consecutive_failures += 1
        if route.consecutive_failures >= self._failover.after_failures and not route.is_paused:
            pause_s = self._failover.retry_after
            route.paused_until = time.monotonic() + pause_s
            name = type(route.provider).__name__
            log.error("%s keeps failing (%s): it is paused for %d s", name, error_kind or "no answer", pause_s)


class _RoutedCall:
    """One call through several networks."""

    def __init__(
        self, router: ProviderRouter, text: str, until: float, remaining: dict[Recipient, list[Route]]
    ) -> None:
        self._router, self._text, self._until = router, text, until
        self.remaining = remaining
        """the networks that were not asked yet, by recipient"""
        self._outcomes: dict[Number, SendOutcome] = {}
        self._errors: list[ProviderError | None] = []
        self._unrouted: set[Number] = set()
        self._failover_ends = time.monotonic() + MAX_FAILOVER_S

    def ask_next(self) -> None:
        """Ask one network for everybody whose next network it is."""
        route = next(iter(self.remaining.values()))[0]
        batch = [recipient for recipient, order in self.remaining.items() if order[0] is route]
        outcomes, error = self._router.ask(route, self._text, batch, self._until)
        self._errors.append(error)
        for recipient in batch:
            self._settle(recipient, route, outcomes.get(recipient.number, RETRY_LATER), failed=error is not None)

    def _settle(self, recipient: Recipient, route: Route, outcome: SendOutcome, failed: bool) -> None:
        """Record an outcome, or leave the recipient to the next network where this one surely sent nothing."""
        others = self.remaining.pop(recipient)[1:]
        if _has_no_route(outcome):
            self._unrouted.add(recipient.number)
        elif outcome.status is SendStatus.ACCEPTED and recipient.number in self._unrouted:
            self._router.learn(recipient.number, route)
        if others and (_has_no_route(outcome) or (failed and route.is_paused)):
            if time.monotonic() < self._failover_ends:
                self.remaining[recipient] = others
                return
            outcome = RETRY_LATER
        self._outcomes[recipient.number] = outcome

    def result(self) -> Mapping[Number, SendOutcome]:
        """Return the outcomes. Raises ProviderError where every call failed."""
        if self._errors and all(self._errors):
            raise min(filter(None, self._errors), key=lambda error: KINDS_BY_SEVERITY.index(error.kind))
        return self._outcomes


def _has_no_route(outcome: SendOutcome) -> bool:
    return outcome.status is SendStatus.REFUSED and outcome.code == NO_ROUTE_CODE

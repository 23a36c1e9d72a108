"""Subscribers by the thousand, a warning to them, and how it went."""

import re
from contextlib import suppress
from dataclasses import dataclass

from gateway.errors import StoreUnavailable
from gateway.model.broadcast import OPEN_STATES
from gateway.model.task import Task
from gateway.store import Store
from tests.bench.people import SUBSCRIBERS_FROM
from tests.harness.stack import SOON, Stack, until
from tests.harness.witness import Witness, doubled

ONE_CALL = 100
"""numbers"""


def crowd(stack: Stack, area: str, people: int, start: int = 0) -> set[str]:
    """So many who opted in to this area; returns their numbers."""
    stack.run(
        "-c", "import sys; from gateway.cli.common import find_area; from tests.bench.people import subscribe;"
        "subscribe(int(sys.argv[2]), [find_area(sys.argv[1]).id], int(sys.argv[3]))",
        area, str(people), str(start),
    )  # fmt: skip
    return {f"+{SUBSCRIBERS_FROM + start + n}" for n in range(people)}


@dataclass(frozen=True)
class Alert:
    """A warning under way. `place`: its texts are told by it."""

    stack: Stack
    place: str
    id: str

    def done(self) -> bool:
        """Nothing of it is left to do; False while Redis is away."""
        with suppress(StoreUnavailable):
            return nothing_left(self.stack.store, self.id)
        return False

    def ends_well(
        self, witness: Witness, audience: set[str], kills: int, seconds: float = SOON, one_call: int = ONE_CALL
    ) -> None:
        """It finishes by itself: nobody is missing, counts add up, each kill doubled one call at most."""
        until(self.done, seconds, f"the end of the warning:\n{self.stack.said()}")
        taken, counts = witness.took(self.place), self.stack.store.recipients.count_states(self.id)
        assert set(taken) == audience, f"{len(audience - set(taken))} missing"
        assert sum(counts.values()) == len(audience), counts
        assert not any(counts[state] for state in OPEN_STATES), counts
        assert doubled(taken).total() <= kills * one_call, f"{doubled(taken).total()} doubled by {kills} kills"


def nothing_left(store: Store, id_: str) -> bool:
    """Nothing of this broadcast is to be done, now or later."""
    left, due = store.connection.batch([("ZCARD", f"bc:{id_}:todo"), ("ZRANGE", "due:alerts", 0, -1)])
    return not (left or {Task.SEND_BROADCAST.item(id_), Task.RESEND_UNKNOWN.item(id_)} & set(due))


def warn(stack: Stack, area: str, place: str) -> Alert:
    said = stack.command("alert", "send", "--area", area, "--kind", "raid", "--place", place)
    number = re.match(r"\d{4}", said)
    assert number and "goes out" in said, said
    return Alert(stack, place, f"{number[0]}.0")

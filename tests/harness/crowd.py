"""Thousands of subscribers, an alert to them, and its outcome."""

import re
from contextlib import suppress
from dataclasses import dataclass

from gateway.errors import StoreUnavailable
from gateway.model.alert import AlertTask
from gateway.model.broadcast import OPEN_STATES
from gateway.store import Store, keys
from tests.bench.people import SUBSCRIBERS_FROM
from tests.harness.delivery_log import DeliveryLog, doubled
from tests.harness.stack import Stack
from tests.harness.waiting import SOON, until

ONE_CALL = 100
"""Largest number of recipients in one request."""


def crowd(stack: Stack, area: str, people: int, start: int = 0) -> set[str]:
    """Subscribe this many people to an area. Return their numbers."""
    stack.run(
        "-c",
        "import sys; from gateway.cli.common import find_area; from tests.bench.people import subscribe;"
        "subscribe(int(sys.argv[2]), [find_area(sys.argv[1]).id], int(sys.argv[3]))",
        area,
        str(people),
        str(start),
    )
    return {f"+{SUBSCRIBERS_FROM + start + n}" for n in range(people)}


@dataclass(frozen=True)
class Alert:
    """A live alert. `place` identifies its texts."""

    stack: Stack
    place: str
    id: str

    def done(self) -> bool:
        """Whether none of its work is left; False while Redis is away."""
        with suppress(StoreUnavailable):
            return nothing_left(self.stack.store, self.id)
        return False

    def ends_well(
        self, witness: DeliveryLog, audience: set[str], kills: int, seconds: float = SOON, one_call: int = ONE_CALL
    ) -> None:
        """Assert that it ends by itself, nobody is missing, counts add up, and a kill doubled at most one request."""
        until(self.done, seconds, f"the end of the warning:\n{self.stack.said()}")
        taken, counts = witness.took(self.place), self.stack.store.recipients.count_states(self.id)
        assert set(taken) == audience, f"{len(audience - set(taken))} missing"
        assert sum(counts.values()) == len(audience), counts
        assert not any(counts[state] for state in OPEN_STATES), counts
        assert doubled(taken).total() <= kills * one_call, f"{doubled(taken).total()} doubled by {kills} kills"


def nothing_left(store: Store, id_: str) -> bool:
    """Whether this broadcast has no work left, now or later."""
    left, due = store.connection.batch(
        [("ZCARD", keys.broadcast_part(store.vault, id_, "todo")), ("ZRANGE", "due:alerts", 0, -1)]
    )
    sending = {store.seal_item(task.item(id_)) for task in (AlertTask.SEND_BROADCAST, AlertTask.RESEND_UNKNOWN)}
    return not (left or sending & set(due))


def warn(stack: Stack, area: str, place: str) -> Alert:
    said = stack.command("alert", "send", "--area", area, "--kind", "raid", "--place", place)
    number = re.match(r"\d{4,7}", said)
    assert number and "goes out" in said, said
    return Alert(stack, place, f"{number[0]}.0")


KILL_TUNING = (
    "proposal_audience = 100000\n[times]\nlease = 2\nscheduler_interval = 0.5\n[sending]\nin_flight = {in_flight}\n"
)


NO_REPORTS = {"reports": {"mode": "off"}}

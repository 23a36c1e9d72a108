"""A worker is killed at each call of a warning: the call's recipients get it, and no other gets it twice."""

from collections.abc import Iterator

import pytest

from tests.harness.crowd import KILL_TUNING, NO_REPORTS, ONE_CALL, crowd, warn
from tests.harness.delivery_log import DeliveryLog, doubled
from tests.harness.stack import Stack, started
from tests.harness.waiting import until

CALLS = 10
FEW = 25
"""numbers in one call: so few that their reports come in time on the slowest machine"""
HANGS = {"latency_ms": 500}
NOT_TAKEN = {"error_status": 503}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started(KILL_TUNING.format(in_flight=1)) as running:
        yield running


def test_killed_at_each_of_ten_calls(stack: Stack) -> None:
    """With one call in flight and no delivery reports, only the start of a call is known."""
    people = crowd(stack, "Shamba Nyota", CALLS * ONE_CALL)
    witness, hanging = DeliveryLog(stack.network), set[str]()
    stack.faults(**HANGS, **NO_REPORTS, **NOT_TAKEN)
    before = stack.stats()["calls"]
    alert = warn(stack, "Shamba Nyota", "Farm road")
    for call in range(1, CALLS + 1):
        until(lambda before=before: stack.stats()["calls"] > before, what="the next call")
        hanging |= witness.look()
        stack.kill("alerts")
        hanging |= witness.look()
        # the last call, like the first, never comes to the network: its people must not be missing
        before = stack.stats()["calls"]
        stack.faults(**HANGS, **NO_REPORTS, **(NOT_TAKEN if call + 1 == CALLS else {}))
        stack.restart_the_dead()
    alert.ends_well(witness, people, CALLS)
    assert set(doubled(witness.took(alert.place))) <= hanging, "only whose call was cut off"


def test_with_reports_it_may_have_many_calls_in_flight(stack: Stack) -> None:
    """Each kill cuts off eight calls. Reports show which recipients need no second try.

    Without reports each kill may double all eight calls; then only `in_flight = 1` limits it to one call.
    """
    people = crowd(stack, "Njia Nne", 24 * FEW, start=10_000)
    witness = DeliveryLog(stack.network)
    witness.look()
    stack.tune(KILL_TUNING.format(in_flight=8).replace("lease = 2", "lease = 6") + f"request_size = {FEW}\n")
    stack.kill("alerts")
    stack.restart_the_dead()
    stack.faults(**HANGS, reports={"before_send_returns": True})
    alert = warn(stack, "Four Ways", "Lorry park")
    for kills in range(1, 3):
        until(lambda kills=kills: len(witness.took(alert.place)) > 8 * FEW * kills, what="some calls")
        stack.kill("alerts")
        stack.restart_the_dead()
    alert.ends_well(witness, people, 2, one_call=FEW)

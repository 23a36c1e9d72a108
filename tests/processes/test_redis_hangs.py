"""Redis hangs: nothing is acknowledged that is not stored, every caller gets an answer, and afterwards all goes on."""

from collections.abc import Iterator

import httpx
import pytest

from gateway.model.alert import AlertState
from tests.harness.crowd import KILL_TUNING, NO_REPORTS, crowd, warn
from tests.harness.delivery_log import DeliveryLog, doubled
from tests.harness.network_phone import NetworkPhone
from tests.harness.stack import TOKEN, Stack, started
from tests.harness.waiting import until

ROUNDS = 2
"""through all webhooks while Redis hangs: longer than all time-outs together"""
ANSWERED_WITHIN = 3
"""seconds (the network itself waits for 10)"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with started(KILL_TUNING.format(in_flight=1)) as running:
        yield running


@pytest.fixture
def gateway(stack: Stack) -> Iterator[httpx.Client]:
    """Return a client that posts as the network does, and raises where an answer takes too long."""
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.port}/at/{TOKEN}", timeout=ANSWERED_WITHIN) as client:
        yield client


def test_redis_hangs_in_the_middle_of_a_warning(stack: Stack, gateway: httpx.Client) -> None:
    people, witness = crowd(stack, "Shamba Nyota", 2000), DeliveryLog(stack.network)
    stack.faults(latency_ms=150, **NO_REPORTS)
    alert = warn(stack, "Shamba Nyota", "Farm road")
    until(lambda: witness.took(alert.place), what="the first call")
    reporters = [f"+2547130{n:05d}" for n in range(ROUNDS)]
    stack.pause("redis")
    with stack.supervised():
        for number in reporters:
            _closed(gateway, number)
            assert not NetworkPhone(stack.network, number).sends("REPORT Njia Nne raid"), (
                "kept nowhere, so not acknowledged"
            )
        stack.go_on("redis")
        alert.ends_well(witness, people, kills=1)
        until(lambda: not stack.stats()["inbound"]["pending"], what="the network's repeats")
        assert _help(gateway, reporters[0]) == 200, "the network repeats the text that was refused"
        until(lambda: set(reporters) <= set(witness.took("We ask someone to check it")), what="an answer to each")
    assert not set(doubled(witness.took("We ask someone to check it"))) & set(reporters), (
        "taken in once, however often it was repeated"
    )
    [reported] = (found for found in stack.store.read_world().alerts.values() if found.state is AlertState.REPORTED)
    assert reported.report_count == len(reporters)


def _closed(gateway: httpx.Client, number: str) -> None:
    """Assert that each webhook answers, in its own way, that the service is away."""
    said = gateway.post("/ussd", data={"sessionId": "hangs", "phoneNumber": number, "text": ""})
    assert said.status_code == 200 and said.text.startswith("END ") and "0711000099" in said.text
    assert _help(gateway, number) == 503
    report = gateway.post("/delivery", data={"id": "ATXid_1", "status": "Success", "phoneNumber": number})
    left = gateway.post("/opt-out", data={"senderId": "20240", "phoneNumber": number})
    assert (report.status_code, left.status_code) == (503, 503)


def _help(gateway: httpx.Client, number: str) -> int:
    form = {"id": f"help-{number}", "from": number, "to": "20240", "text": "HELP"}
    return gateway.post("/sms", data=form).status_code

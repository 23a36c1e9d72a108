"""A verifier is bought, or lost the phone and the PIN, and rejects every report of a raid."""

import pytest

from gateway.model import intents
from gateway.model.alert import AlertKind, AlertState
from tests.harness.cast import TEAM
from tests.harness.steps_sos import empty_inboxes
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

TWO = [{"MWAVULI_APPROVALS": "2"}]
REJECTED = "was not confirmed. We do not send it."


@pytest.fixture
def environ(environ: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    return environ | getattr(request, "param", {})


def report_and_reject(town: Town, reporter: str = "Amina", verifier: str = "Vera") -> int:
    """Return the number of a report that this verifier rejected."""
    do(town, reporter, intents.SubmitReport(AlertKind.RAID, area_id(town, "Kasri"), "market"))
    town.work()
    [alert] = [a for a in town.store.read_world().alerts.values() if a.state is AlertState.REPORTED]
    empty_inboxes(town)
    do(town, verifier, intents.RejectReport(alert.number))
    return alert.number


def test_whoever_rejects_a_real_report_alone_does_so_before_colleagues(town: Town) -> None:
    number = report_and_reject(town)
    assert any(text == f"Notice {number} {REJECTED}" for text in town.inbox("Wema") + town.inbox("Zuhura"))
    assert town.inbox("Vera") == []


def test_a_verifier_who_reported_hears_of_the_rejection_as_a_reporter_only(town: Town) -> None:
    report_and_reject(town, reporter="Wema")
    assert not [text for text in town.inbox("Wema") if REJECTED in text]


def test_rejections_in_a_row_flood_no_colleague(town: Town) -> None:
    for reporter in ("Amina", "Bahati", "Chiku"):
        report_and_reject(town, reporter)
    texts = [text for name in ("Wema", "Zuhura") for text in town.inbox(name) if REJECTED in text]
    assert len(texts) <= 2


def state(town: Town, number: int) -> AlertState:
    alert = town.store.read_world().alert(number)
    assert alert
    return alert.state


@pytest.mark.parametrize("environ", TWO, indirect=True)
def test_where_two_are_asked_for_nobody_rejects_a_report_alone(town: Town) -> None:
    number = report_and_reject(town)
    for _again in range(2):
        do(town, "Vera", intents.RejectReport(number))
        assert state(town, number) is AlertState.REPORTED
    do(town, "Wema", intents.RejectReport(number))
    assert state(town, number) is AlertState.REJECTED


@pytest.mark.parametrize("environ", TWO, indirect=True)
def test_a_report_that_one_verifier_rejects_goes_on_to_the_next(town: Town) -> None:
    number = report_and_reject(town)
    town.sleep(200)
    town.work()
    asked = town.inbox("Wema") + town.inbox("Zuhura")
    assert any(text.startswith(f"Please check notice {number}, Kasri") for text in asked)


@pytest.mark.parametrize("environ", TWO, indirect=True)
def test_the_screen_says_that_a_rejection_waits(town: Town) -> None:
    do(town, "Amina", intents.SubmitReport(AlertKind.RAID, area_id(town, "Kasri"), "market"))
    said = town["Vera"].dial("1", "7", TEAM["Vera"][3], "8", "1", "1", "2", "1")
    assert said.startswith("A second person must agree first.")

"""Two-person approval where two people are needed, whatever a screen or a text would allow (fault row 21)."""

import logging

import pytest

from gateway.model import intents
from gateway.model.alert import AlertKind, AlertState
from tests.harness.cast import TEAM, number
from tests.harness.town import Town


@pytest.fixture
def approvals() -> str:
    return "1"


@pytest.fixture
def environ(environ: dict[str, str], approvals: str) -> dict[str, str]:
    return environ | {"MWAVULI_STAFF_SMS": "1", "MWAVULI_APPROVALS": approvals}


def commit(town: Town, name: str, intent: intents.Intent) -> None:
    turn = town.store.read_turn(number(name))
    town.store.apply_intents(turn, (intent,), "en")
    assert town.store.commit(turn.transaction)


def state(town: Town) -> AlertState:
    [alert] = town.store.read_world().alerts.values()
    return alert.state


def only(town: Town) -> int:
    [alert] = town.store.read_world().alerts.values()
    return alert.number


def test_nobody_approves_their_own_proposal(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    until = int(town.now()) + 3600
    commit(town, "Vera", intents.SendAlert(AlertKind.RAID, area, "gate", "", until, needs_approval=True))
    with caplog.at_level(logging.WARNING, "mwavuli.store"):
        commit(town, "Vera", intents.ConfirmReport(only(town), "gate", "", until))
    assert state(town) is AlertState.PROPOSED
    assert "ConfirmReport: refused" in caplog.text
    commit(town, "Sabra", intents.ConfirmReport(only(town), "gate", "", until))
    assert state(town) is AlertState.LIVE


def test_nobody_confirms_their_own_report(town: Town) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    commit(town, "Vera", intents.SubmitReport(AlertKind.RAID, area, "gate"))
    commit(town, "Vera", intents.ConfirmReport(only(town), "gate", "", int(town.now()) + 3600))
    assert state(town) is AlertState.REPORTED


def test_a_change_of_duty_skips_no_verifier(town: Town) -> None:
    """Staff are asked one after another. The next is a person not asked yet, not a position in a changed list."""
    town["Chiku"].text("REPORT soko mwezi raid")
    assert len(town["Vera"].inbox()) == 1
    commit(town, "Vera", intents.SetDuty(is_on_duty=False))
    town.sleep(200)
    assert len(town["Wema"].inbox()) == 1


def test_two_who_press_send_at_once_make_one_warning(town: Town) -> None:
    """The second person sees the first person's warning."""
    for name in ("Vera", "Sabra"):
        seen = town[name].dial("1", "7", TEAM[name][3], "8", "2", "1", "soko mwezi", "1", "gate", "1", "2")
        assert "1. Send" in seen
    town["Vera"].press("1")
    again = town["Sabra"].press("1")
    assert f"1. Change notice {only(town)}" in again
    assert "2. Send" in again
    town["Sabra"].press("2")  # the sender says that it is another event
    assert len(town.store.read_world().alerts) == 2


def test_a_send_that_crosses_another_is_decided_again(town: Town) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    late = town.store.read_turn(number("Vera"))
    intent = intents.SendAlert(AlertKind.RAID, area, "gate", "", int(town.now()) + 3600)
    town.store.apply_intents(late, (intent,), "en")
    commit(town, "Sabra", intent)
    assert not town.store.commit(late.transaction)
    assert len(town.store.read_world().alerts) == 1


def test_the_same_warning_by_text_names_the_one_that_is_live(town: Town) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    commit(town, "Sabra", intents.SendAlert(AlertKind.RAID, area, "gate", "", int(town.now()) + 3600))
    town.give_codes("Vera", ["700001"])
    town["Vera"].text_and_confirm("ALERT 700001 soko mwezi raid at the gate")
    [said] = [text for text in town["Vera"].inbox() if "UPDATE" in text]
    assert str(only(town)) in said


@pytest.mark.parametrize("approvals", ["2"])
def test_two_who_propose_at_once_make_one_proposal(town: Town, approvals: str) -> None:
    """The second person reads the first person's proposal, and may confirm it."""
    for name in ("Vera", "Sabra"):
        town[name].dial("1", "7", TEAM[name][3], "8", "2", "1", "soko mwezi", "1", "gate", "1", "2")
    assert "second person" in town["Vera"].press("1")
    assert "1. Say yes" in town["Sabra"].press("1")
    assert state(town) is AlertState.PROPOSED
    assert "We send warning" in town["Sabra"].press("1")
    assert state(town) is AlertState.LIVE


@pytest.mark.parametrize("approvals", ["2"])
def test_the_same_proposal_by_text_names_the_one_that_waits(town: Town, approvals: str) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    commit(
        town, "Sabra", intents.SendAlert(AlertKind.RAID, area, "gate", "", int(town.now()) + 3600, needs_approval=True)
    )
    town.give_codes("Vera", ["700001"])
    town["Vera"].text_and_confirm("ALERT 700001 soko mwezi raid at the gate")
    assert any(text.startswith(f"Please check notice {only(town)}, Soko Mwezi") for text in town["Vera"].inbox())


def seconded(town: Town) -> int:
    """Send a warning that two people approved. Return its number."""
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    until = int(town.now()) + 3600
    commit(town, "Zuhura", intents.SendAlert(AlertKind.RAID, area, "gate", "", until, needs_approval=True))
    commit(town, "Vera", intents.ConfirmReport(only(town), "gate", "", until))
    return only(town)


@pytest.mark.parametrize("approvals", ["2"])
def test_new_words_need_a_second_person_too(town: Town, approvals: str) -> None:
    number = seconded(town)
    sabra = town["Sabra"]
    assert sabra.dial("1", "7", TEAM["Sabra"][3], "8", "3", "1", "1").startswith("New words need a second person")
    town.give_codes("Sabra", ["700001"])
    sabra.text_and_confirm(f"UPDATE 700001 {number} run to the bridge")
    assert any(text.startswith("New words need a second person") for text in sabra.inbox())
    alert = town.store.read_world().alert(number)
    assert alert
    assert (alert.venue, alert.edition) == ("gate", 0)
    assert "Change" not in sabra.dial("1", "7", TEAM["Sabra"][3], "8", "2", "1", "soko mwezi", "1", "gate", "1", "2")


@pytest.mark.parametrize("approvals", ["2"])
def test_a_later_hour_and_the_end_need_nobody_else(town: Town, approvals: str) -> None:
    number = seconded(town)
    town["Sabra"].dial("1", "7", TEAM["Sabra"][3], "8", "3", "1", "2", "3", "1")
    alert = town.store.read_world().alert(number)
    assert alert
    assert (alert.venue, alert.edition) == ("gate", 1)
    town["Sabra"].dial("1", "7", TEAM["Sabra"][3], "8", "3", "1", "3", "1")
    assert state(town) is AlertState.ENDED

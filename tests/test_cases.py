"""Two people where two are asked, whatever a screen or a text would let through (fault row 21)."""

import logging

import pytest

from gateway.model import intents
from gateway.model.alert import Kind, State
from tests.cast import number
from tests.town import Town


def commit(town: Town, name: str, intent: intents.Intent) -> None:
    turn = town.store.read(number(name))
    town.store.write(turn, (intent,), "en")
    assert town.store.commit(turn.change)


def state(town: Town) -> State:
    [case] = town.store.world().alerts.values()
    return case.state


def only(town: Town) -> int:
    [case] = town.store.world().alerts.values()
    return case.number


def test_nobody_seconds_their_own_proposal(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    area = town.store.world().atlas.resolve("Soko Mwezi").id
    until = int(town.now()) + 3600
    commit(town, "Vera", intents.Send(Kind.RAID, area, "gate", "", until, propose=True))
    with caplog.at_level(logging.WARNING, "mwavuli.store"):
        commit(town, "Vera", intents.Confirm(only(town), "gate", "", until))
    assert state(town) is State.PROPOSED
    assert "nobody confirms" in caplog.text
    commit(town, "Sabra", intents.Confirm(only(town), "gate", "", until))
    assert state(town) is State.LIVE


def test_nobody_confirms_their_own_report(town: Town) -> None:
    area = town.store.world().atlas.resolve("Soko Mwezi").id
    commit(town, "Vera", intents.Tell(Kind.RAID, area, "gate"))
    commit(town, "Vera", intents.Confirm(only(town), "gate", "", int(town.now()) + 3600))
    assert state(town) is State.REPORTED


def test_who_goes_off_duty_is_not_skipped_over(town: Town) -> None:
    """Asked one after another: the next is whoever has not been asked, not a place in a list that moved."""
    town["Chiku"].text("REPORT soko mwezi raid")
    assert len(town["Vera"].inbox()) == 1
    commit(town, "Vera", intents.Duty(on=False))
    town.sleep(200)
    assert len(town["Wema"].inbox()) == 1

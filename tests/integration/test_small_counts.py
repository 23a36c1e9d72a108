"""A sender watches one person: does the count of a warning tell whether this person subscribes here?"""

import re
from collections import Counter

import pytest

from gateway.model import intents
from gateway.model.alert import AlertKind, AlertState
from gateway.model.broadcast import Broadcast, BroadcastKind, RecipientState
from gateway.text.estimate import MIN_SHOWN_PEOPLE, short_count
from jobs.handlers.staff_notices import progress_text
from tests.harness.steps_alerts import PEOPLE, subscribe
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

EMPTY = "sent to <10 of <10."


def progress(town: Town) -> list[str]:
    """Warn an area, end the warning, and return what the sender reads about both."""
    town.inbox("Vera")
    until = int(town.now()) + 3600
    do(town, "Vera", intents.SendAlert(AlertKind.RAID, area_id(town), "gate", "", until))
    town.work()
    [number] = [a.number for a in town.store.read_world().alerts.values() if a.state is AlertState.LIVE]
    do(town, "Vera", intents.EndAlert(number))
    town.work()
    return [text.partition(": ")[2] for text in town.inbox("Vera") if f"otice {number}: " in text]


def test_a_sender_does_not_learn_whether_the_only_person_there_subscribed(town: Town) -> None:
    without = progress(town)
    do(town, "Amina", intents.Subscribe(area_id(town)))
    town.work()
    assert progress(town) == without == [EMPTY, EMPTY]


@pytest.mark.parametrize("state", RecipientState)
def test_what_became_of_the_only_person_does_not_show(town: Town, state: RecipientState) -> None:
    broadcast, nobody = Broadcast(1234, 0, BroadcastKind.NEW, 0, 0), Counter[RecipientState]()
    vera = next(p for p in town.store.read_world().roster.people if p.name == "Vera")
    said = {progress_text(town.context, vera, broadcast, counts) for counts in (nobody, Counter([state]))}
    assert said == {f"Notice 1234: {EMPTY}"}


def test_one_person_more_or_less_does_not_show_in_a_crowd(town: Town) -> None:
    subscribe(town, PEOPLE[:30])
    before = progress(town)
    assert before[0].startswith("sent to 30 of 30.")
    do(town, "Amina", intents.Subscribe(area_id(town)))
    assert progress(town) == before


@pytest.mark.parametrize("people", [0, 1, 9, 10, 14, 99, 101, 1234])
def test_no_count_is_exact(people: int) -> None:
    shown = short_count(people)
    assert shown == f"<{MIN_SHOWN_PEOPLE}" if people < MIN_SHOWN_PEOPLE else re.fullmatch(r"[1-9]\d?0+", shown)

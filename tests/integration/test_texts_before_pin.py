"""A captor texts from the phone of a caller who set a PIN. The answers are those that a stranger's phone gets."""

import re

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from tests.harness.phone import FRESH_CODE
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_safe_call import HOUR, WORDS, set_pins
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

PROBES = [
    ["HELP"] * 5,
    ["RIGHTS", "RIGHTS 101"],
    ["ALERTS", "CLINIC 1 soko mwezi"],
    ["SAFE", "SAFE 2468"],
    ["DELETE", "code", "HELP"],
    ["STOP", "STOP", "STOP"],
    ["what is this", "habari"],
    ["YES", "code"],
    ["LANG fr", "code", "blah"],
    ["JOIN soko mwezi", "code", "JOIN kisima tatu"],
    ["SOS by the port", "SAFE", "STOP"],
    ["REPORT soko mwezi raid", "REPORT soko mwezi raid"],
]


@pytest.fixture
def town(town: Town) -> Town:
    """Return a town in which Amina has everything, and Dafina never joined anything."""
    town.turn_on(*Feature.all())
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town)), intents.Subscribe(area_id(town, "Kisima Tatu")))
    do(town, "Amina", intents.SetLanguage("sw", remember=False))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 9 * HOUR, WORDS))
    set_pins(town)
    town.inbox("Amina")
    return town


def answers(town: Town, name: str, texts: list[str]) -> list[str]:
    got = []
    for words in texts:
        town[name].text(town[name].fresh_code() if words == "code" else words)
        got += [re.sub(FRESH_CODE, "CODE", text) for text in town.inbox(name)]
    return got


@pytest.mark.parametrize("texts", PROBES, ids=" ".join)
def test_a_captor_learns_from_no_answer_that_the_phone_is_known(texts: list[str], town: Town) -> None:
    seen, expected = answers(town, "Amina", texts), answers(town, "Dafina", texts)
    assert seen == expected != []


@pytest.mark.parametrize("way", ["text", "dialling"])
def test_a_captor_who_reports_and_dials_again_reads_what_a_stranger_reads(way: str, town: Town) -> None:
    """With a PIN the phone read "Please wait a little", a stranger's phone "What is new?"."""
    shown = []
    for name in ("Amina", "Dafina"):
        if way == "text":
            town[name].text("REPORT soko mwezi raid")
        else:
            town[name].dial("1", "5", "1", "soko", "1")
        town.sleep(300)
        shown.append(town[name].dial("1", "5", "1"))
        town.sleep(HOUR)
    assert shown[0] == shown[1] and "What is new?" in shown[0]

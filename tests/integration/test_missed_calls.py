"""Missed calls, over HTTP as the network brings them: free, counted once, and without effect for other callers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.settings import Settings
from gateway.store import keys
from tests.harness.cast import NUMBERS, number
from tests.harness.phone import FRESH_CODE
from tests.harness.served import Served, served
from tests.harness.steps_turns import do
from tests.harness.town import Town

HELP, BACK, OTHER = "+254711000701", "+254711000702", "+254711000703"


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(
        f'[voice]\nsos_number = "{HELP}"\nsafe_call_number = "{BACK}"\nneutral_message = "Wrong & closed"\n'
    )
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


@pytest.fixture
def web(values: Settings, town: Town) -> Iterator[Served]:
    town.turn_on(*Feature.all())
    with served(values) as web:
        yield web


def ring(web: Served, name: str, to: str, call: str = "one", active: str = "1") -> str:
    form = {"sessionId": call, "callerNumber": NUMBERS[name], "destinationNumber": to, "isActive": active}
    answer = web.post("voice", form)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/xml")
    return answer.text


def calls(town: Town) -> int:
    return int(town.store.connection.execute("ZCARD", keys.OPEN_SOS))


def test_a_missed_call_is_a_call_for_help_and_costs_nothing(town: Town, web: Served) -> None:
    do(town, "Amina", intents.SetPassphrase("mango"))
    for active in ("1", "1", "0"):  # the network repeats the call, and reports its end
        assert "<Reject/>" in ring(web, "Amina", HELP, active=active)
    assert calls(town) == 1
    assert "on duty" in town["Amina"].inbox()[0]
    assert len(town["Salma"].inbox()) == 1


def test_a_call_by_a_stranger_or_to_another_number_has_no_effect(town: Town, web: Served) -> None:
    do(town, "Amina", intents.SetPassphrase("mango"))
    assert "<Say>Wrong &amp; closed</Say>" in ring(web, "Bahati", HELP)
    assert "<Say>" in ring(web, "Amina", OTHER) and "<Say>" in ring(web, "Amina", BACK, "two")
    ring(web, "Amina", HELP, "three")
    town["Amina"].inbox()
    assert "<Reject/>" in ring(web, "Amina", HELP, "four"), "a second call is turned away in silence, as the first"
    assert calls(town) == 1 and town["Amina"].inbox() == []
    assert town["Bahati"].inbox() == []


def test_a_missed_call_and_a_fresh_code_end_a_safe_call(town: Town, web: Served) -> None:
    do(town, "Amina", intents.SetPassphrase("mango"), intents.StartSafeCall(int(town.now()) + 600, "by the port"))
    assert "<Reject/>" in ring(web, "Amina", BACK)
    assert town.store.read_turn(number("Amina")).safe_call, "the caller's number can be forged"
    [question] = town["Amina"].inbox()
    town["Amina"].text(re.findall(FRESH_CODE, question)[0])
    assert town.store.read_turn(number("Amina")).safe_call is None
    do(town, "Amina", intents.SetOwnPin("2468"), intents.SetDuressPin("1357"))
    do(town, "Amina", intents.StartSafeCall(int(town.now()) + 600, "by the port"))
    town["Amina"].inbox()
    assert "<Say>" in ring(web, "Amina", BACK, "two")
    assert town["Amina"].inbox() == [], "a caller with a PIN ends it by dialling, and a stranger gets no text either"
    assert town.store.read_turn(number("Amina")).safe_call is not None


def test_with_the_feature_off_a_missed_call_has_no_effect(town: Town, web: Served) -> None:
    do(town, "Amina", intents.SetPassphrase("mango"))
    town.store.connection.execute("HDEL", "features", "sos")
    town.store.connection.execute("SET", "ver:features", "x")
    assert "<Say>" in ring(web, "Amina", HELP)
    assert calls(town) == 0


@pytest.mark.parametrize("number_", ["", "anonymous", "+0"])
def test_odd_callers_are_turned_away(web: Served, number_: str) -> None:
    answer = web.post("voice", {"sessionId": "x", "callerNumber": number_, "isActive": "1"})
    assert answer.status_code == 200 and "<Reject/>" in answer.text
    assert web.http.post("/at/wrong-token-wrong-token/voice", data={}).status_code == 404

"""The adversary holds the phone of a member of staff, and made its owner type both PINs."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from tests.harness.cast import RESPONDERS, TEAM
from tests.harness.steps_sos import running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town
from tests.harness.worlds import Worlds

PIN, SECOND = "5836", "6947"
STAFF_PINS = {"Rehema": RESPONDERS["Rehema"][3], "Vera": TEAM["Vera"][3]}


@pytest.mark.parametrize("name", STAFF_PINS)
@pytest.mark.parametrize("running", ["nothing", "an SOS", "the call of another caller"])
def test_staff_read_nothing_of_their_own_call_in_the_team(
    name: str, running: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of calls said "Somebody forced the caller" on the phone that the adversary holds."""
    town.turn_on(*Feature.all())
    do(town, name, intents.Subscribe(area_id(town)), intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    if running != "nothing":
        do(town, name if running == "an SOS" else "Bahati", intents.RaiseSos())
    worlds = Worlds(town, monkeypatch)
    worlds.save()
    steps = [("dial", "1"), ("go", "PIN", "=PIN"), ("go", "PIN", "=STAFF"), ("go", "Team", "Calls for help")]
    shown = [worlds.play(name, steps, {"STAFF": STAFF_PINS[name], "PIN": pin}) for pin in (PIN, SECOND)]
    assert shown[0] == shown[1] and "forces" not in str(shown)
    if running != "the call of another caller":
        own = running_sos(town, name).code
        typed = worlds.town[name].dial("1", "7", STAFF_PINS[name], "8", "1", own)
        assert "forces" not in typed and "I am coming" not in typed


@pytest.mark.parametrize("name", ["Vera", "Rehema"])
def test_a_forged_sos_under_duress_takes_the_call_from_nobody_who_was_asked(name: str, town: Town) -> None:
    """A verifier was under way. After one forged text that phone listed no call."""
    town.turn_on(*Feature.all())
    do(town, "Amina", intents.Subscribe(area_id(town, "Kisima Tatu")))
    do(town, "Amina", intents.SetPassphrase("candle"), intents.SetOwnPin(PIN), intents.SetDuressPin(SECOND))
    town["Amina"].dial("1", "7", SECOND)
    assert any("needed" in text for text in town[name].inbox())
    town["Amina"].text("SOS")
    code = running_sos(town).code
    town[name].dial("1", "7", STAFF_PINS[name], "8")
    assert "Choose, or type a code" in town[name].choose("Calls for help")
    assert "forces" in town[name].press(code)


def test_staff_who_gave_the_pin_of_the_team_cannot_take_it_as_their_own(town: Town) -> None:
    """With one PIN for both, the second code opened no team, and the adversary knew that it was the second one."""
    do(town, "Vera", intents.Subscribe(area_id(town)))
    vera = town["Vera"]
    vera.dial("1", "7", STAFF_PINS["Vera"], "6", "4")
    assert "That is your PIN." in vera.press(STAFF_PINS["Vera"])
    assert "Without this PIN" in vera.press(PIN)


def test_a_thief_does_not_find_the_pin_of_the_team_where_a_pin_is_set(town: Town) -> None:
    do(town, "Vera", intents.Subscribe(area_id(town)))
    vera = town["Vera"]
    vera.dial("1", "6", "4")
    assert "Without this PIN" in vera.press(STAFF_PINS["Vera"])

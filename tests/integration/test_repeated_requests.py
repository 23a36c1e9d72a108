"""Requests that the network repeats, late and out of order."""

from gateway.model import intents
from gateway.model.alert import AlertKind
from tests.harness.cast import TEAM, number
from tests.harness.town import Town


def keyed(town: Town, name: str, call: str, *keys: str) -> str:
    """Dial and press key by key. Return the text of the last request."""
    text = ""
    town.ussd.handle_turn(call, number(name), text)
    for key in keys:
        text = f"{text}*{key}" if text else key
        reply, _bells = town.ussd.handle_turn(call, number(name), text)
    assert reply.startswith("END ")
    return text


def test_an_earlier_call_repeated_late_does_nothing(town: Town) -> None:
    keys = ("1", "2", "4", "soko", "1", "1", "1", "2")
    text = keyed(town, "Amina", "first", *keys)
    new, _bells = town.ussd.handle_turn("second", number("Amina"), "")
    late, lanes = town.ussd.handle_turn("first", number("Amina"), text)
    assert (late, lanes) == ("END Go on where you were?", set())
    assert len(town.store.read_turn(number("Amina")).referrals) == 1
    assert town.ussd.handle_turn("second", number("Amina"), "")[0] == new
    town.ussd.handle_turn("second", number("Amina"), "1")
    assert "What do you need?" in town.ussd.handle_turn("second", number("Amina"), "1*2")[0]


def test_an_earlier_call_of_staff_repeated_late_does_nothing(town: Town) -> None:
    text = keyed(
        town, "Zuhura", "first", "1", "7", TEAM["Zuhura"][3], "8", "2", "1", "soko mwezi", "1", "gate", "1", "2", "1"
    )
    town["Zuhura"].dial()
    assert town.ussd.handle_turn("first", number("Zuhura"), text)[0].startswith("END ")
    assert [alert.edition for alert in town.store.read_world().alerts.values()] == [0]


def test_a_join_that_crosses_a_warning_is_decided_again(town: Town) -> None:
    """Otherwise the subscriber would be neither a recipient nor a late subscriber."""
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    for join in (intents.Subscribe(area), intents.AddTonightArea(area)):
        late = town.store.read_turn(number("Amina"))
        town.store.apply_intents(late, (join,), "en")
        sent = town.store.read_terminal_turn()
        town.store.apply_intents(sent, (intents.SendAlert(AlertKind.RAID, area, "gate", "", sent.now + 3600),), "")
        assert town.store.commit(sent.transaction)
        assert not town.store.commit(late.transaction)

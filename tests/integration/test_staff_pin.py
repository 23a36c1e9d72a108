"""The staff PIN: one attempt in each request, and a locked phone opens nothing."""

import secrets

from gateway.model.intents import RecordPinAttempt
from gateway.model.staff import MAX_WRONG_PINS
from tests.harness.cast import TEAM, number
from tests.harness.town import Town

PIN = TEAM["Vera"][3]
WRONG = ("1111", "1112", "1113", "1114", "1115")


def at_once(town: Town, name: str, *keys: str) -> str:
    """Press all keys in the first request of a session."""
    reply, _bells = town.ussd.handle_turn(secrets.token_hex(8), number(name), "*".join(keys))
    return reply


def test_a_first_request_carries_no_pin(town: Town) -> None:
    assert at_once(town, "Vera", "7", *WRONG, *WRONG, PIN) == "CON PIN?\n0. Back"
    assert town["Vera"].session().grants == ()
    assert at_once(town, "Vera", "7", PIN) == "CON PIN?\n0. Back"


def test_a_first_request_carries_no_own_pin(town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    town["Amina"].dial("1", "6", "4", "1234")
    assert at_once(town, "Amina", "1", "1", "4321", "0", "1", "1234") == "CON Your PIN?\n0. Back"
    assert town["Amina"].session().grants == ()


def test_a_lock_ends_the_staff_session_that_is_open(town: Town) -> None:
    """The phone was locked by wrong codes sent by text, for example."""
    phone = town["Vera"]
    phone.dial("1", "7", PIN, "8")
    turn = town.store.read_turn(number("Vera"))
    assert turn.staff
    town.store.apply_intents(turn, tuple(RecordPinAttempt(is_correct=False) for _ in range(MAX_WRONG_PINS)), "en")
    assert town.store.commit(turn.transaction)
    assert phone.press("2").startswith("Locked until")


def test_a_pin_typed_on_a_locked_phone_is_not_stored(town: Town) -> None:
    phone = town["Vera"]
    phone.dial("7", *WRONG)
    assert "1115" not in str(phone.session())
    phone.dial("7")
    assert phone.session().location.screen == "pin.staff_pin"


def test_a_pin_typed_after_a_lock_came_between_is_not_stored(town: Town) -> None:
    phone = town["Vera"]
    phone.dial("7")
    turn = town.store.read_turn(number("Vera"))
    town.store.apply_intents(turn, tuple(RecordPinAttempt(is_correct=False) for _ in range(MAX_WRONG_PINS)), "en")
    assert town.store.commit(turn.transaction)
    assert phone.press(PIN).startswith("Locked until")
    assert PIN not in str(phone.session())

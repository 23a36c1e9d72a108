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
    assert at_once(town, "Vera", "1", "7", *WRONG, *WRONG, PIN) == "CON Your PIN?\n0. Home"
    assert town["Vera"].session().grants == ()
    assert at_once(town, "Vera", "1", "7", PIN) == "CON Your PIN?\n0. Home"


def test_a_first_request_carries_no_own_pin(town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].dial("1", "6", "4", "2580", "2580")
    assert at_once(town, "Amina", "1", "7", "4321", "7", "2580") == "CON Your PIN?\n0. Home"
    assert town["Amina"].session().grants == ()


def lock(town: Town) -> None:
    turn = town.store.read_turn(number("Vera"))
    assert turn.staff
    town.store.apply_intents(turn, tuple(RecordPinAttempt(is_correct=False) for _ in range(MAX_WRONG_PINS)), "en")
    assert town.store.commit(turn.transaction)


def test_a_lock_ends_the_staff_session_that_is_open(town: Town) -> None:
    """The phone was locked by wrong codes sent by text, for example."""
    phone = town["Vera"]
    phone.dial("1", "7", PIN, "8")
    lock(town)
    assert "Tell us" in phone.press("2") and "Team" not in phone.screen


def test_no_typed_pin_is_stored(town: Town) -> None:
    phone = town["Vera"]
    for typed in (*WRONG, PIN):
        phone.dial("1", "7", typed)
        assert typed not in str(phone.session())


def test_wrong_pins_lock_the_role_and_the_screen_does_not_say_so(town: Town) -> None:
    """Whoever has the phone of staff reads what every stranger reads, whether the digits were right or not."""
    phone, home = town["Vera"], town["Dafina"].dial("1")
    for typed in (*WRONG, PIN):
        assert phone.dial("1", "7", typed) == home
    assert any("locked" in text for text in town["Zuhura"].inbox()), "a colleague is told"


def test_a_staff_phone_looks_like_a_strangers_before_the_pin(town: Town) -> None:
    """An officer who dials on a seized phone does not learn that its owner organises: no language, no Team."""
    for keys in ((), ("1",), ("1", "4"), ("1", "6"), ("1", "6", "5")):
        town.sleep(300)  # a session that was cut off is not resumed
        assert town["Vera"].dial(*keys) == town["Dafina"].dial(*keys)
    assert "8. Team" in town["Vera"].dial("1", "7", PIN)

"""Digits as people type them: `2468#`, `1.`, `１`, `24 68`; and calls whose session id was used before."""

import pytest

from gateway.model.intents import SetDuressPin, SetOwnPin
from gateway.store.records.callers import PIN_ATTEMPTS
from tests.harness.cast import TEAM, number
from tests.harness.steps_turns import do, subscribe_phone
from tests.harness.town import Town

PIN = TEAM["Vera"][3]
WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
"""digits of the full width"""
MARKS = ("#", "*", "#*", " ", ".", "\u200e", "\u00a0")


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_STAFF_SMS": "1"}


def written(digits: str) -> list[str]:
    """Return these four digits as people and phones write them."""
    wide = digits.translate(WIDE)
    apart = (f" {digits}", f"{digits[:2]} {digits[2:]}", " ".join(digits))
    return [*(digits + mark for mark in MARKS), *apart, wide, f"{wide}＃"]


@pytest.mark.parametrize("typed", written(PIN))
def test_the_pin_of_the_team(typed: str, town: Town) -> None:
    assert "Team" in town["Vera"].dial("1", "7", typed)
    staff = town.store.read_turn(number("Vera")).staff
    assert staff and staff.wrong_pins == 0


@pytest.mark.parametrize("typed", written("4826"))
def test_a_pin_of_ones_own_is_set_and_given(typed: str, town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    amina = town["Amina"]
    amina.dial("1", "6")
    amina.choose("My PIN")
    amina.press(typed)
    while "98" in amina.screen:
        amina.press("98")
    amina.press("4826")
    turn = town.store.read_turn(number("Amina"))
    assert turn.own_pin_hash, amina.screen
    for given in (typed, "4826"):
        assert "own" in _grants(town, "Amina", given)


def test_the_second_code_may_end_in_a_sign(town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    do(town, "Amina", SetOwnPin("4826"), SetDuressPin("7395"))
    town["Amina"].dial("1", "7", "7395#")
    assert town.store.read_turn(number("Amina")).true_account is not None


def _grants(town: Town, name: str, typed: str) -> tuple[str, ...]:
    town[name].dial("1")
    town[name].press(town[name].key_of("PIN"), typed)
    return town[name].session().grants


@pytest.mark.parametrize("typed", ["246", "24680", "abcd", "24#68", "2468 9", "²⁴⁶⁸", "٢٤٦٨", "#", "pin 2468"])
def test_what_is_not_four_digits_is_asked_again_and_not_counted(typed: str, town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    do(town, "Amina", SetOwnPin("4826"))
    for name in ("Vera", "Amina"):
        town[name].dial("1", "7")
        for _ in range(6):
            town[name].press(typed)
            assert "PIN" in town[name].screen
        turn = town.store.read_turn(number(name))
        assert turn.read(PIN_ATTEMPTS) is None and (turn.staff is None or turn.staff.wrong_pins == 0)
        assert "7. PIN" not in town[name].screen
    assert "Team" in town["Vera"].press(PIN)


@pytest.mark.parametrize("key", ["1#", "1.", "１", "1 ", " 1", "1)", "1*", "01", "1\u200b", "１＃"])
def test_a_key_with_a_sign_is_the_key(key: str, town: Town) -> None:
    plain = town["Amina"].dial("1", "3")
    opened = town["Amina"].press("1")
    assert town["Bahati"].dial("1", "3") == plain
    assert town["Bahati"].press(key) == opened


@pytest.mark.parametrize("key", ["*", "**", "#", "1.0", "²", "١", "1-2"])
def test_a_sign_alone_is_no_key(key: str, town: Town) -> None:
    home = town["Amina"].dial("1").split("\n")[1]
    assert home in town["Amina"].press(key)


@pytest.mark.parametrize("sign", ["#", ".", "!", " ", ")", "\u200e"])
def test_an_answer_by_text_may_have_a_sign(sign: str, town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    town["Amina"].text(town["Amina"].fresh_code() + sign)
    assert town["Amina"].inbox()[-1].startswith("Welcome")
    town["Amina"].text("JOIN taa mbili")
    assert "Which one?" in town["Amina"].inbox()[-1]
    town["Amina"].text("2" + sign)
    assert "to go on" in town["Amina"].inbox()[-1], "one of the two is meant, and asks for a code"


@pytest.mark.parametrize("at", range(len(written("4826"))))
def test_a_fresh_code_is_read_as_people_write_it(at: int, town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    town["Amina"].text(written(town["Amina"].fresh_code())[at])
    assert town["Amina"].inbox()[-1].startswith("Welcome")


def test_a_code_of_the_card_may_have_signs(town: Town) -> None:
    for at, write in enumerate((lambda c: f"{c},", lambda c: f"{c}#", lambda c: c.translate(WIDE), lambda c: f"{c}:")):
        town.give_codes("Vera", ["482131"])
        town["Vera"].text_and_confirm(f"ALERT {write('482131')} soko mwezi raid gate {at}")
        assert not [text for text in town["Vera"].inbox() if "Not accepted" in text]


def _turn(town: Town, session: str, text: str) -> str:
    return town.ussd.handle_turn(session, number("Vera"), text)[0]


def test_a_session_id_that_is_used_again_with_empty_text_is_a_new_call(town: Town) -> None:
    first = _turn(town, "one", "")
    for text in ("1", "1*7", f"1*7*{PIN}"):
        shown = _turn(town, "one", text)
    assert "Team" in shown and _turn(town, "one", "") == shown, "a copy of the first request, a moment later"
    town.sleep(5)
    assert _turn(town, "one", "") == first
    assert town["Vera"].session().grants == (), "what the PIN opened is shut"
    assert "Tell us" in _turn(town, "one", "1")
    assert "Your PIN?" in _turn(town, "one", "1*7")


def test_a_session_that_ended_begins_again_under_its_id(town: Town) -> None:
    first = _turn(town, "one", "")
    text = ""
    for key in ("1", "3", "1", "1", "1"):
        text = f"{text}*{key}" if text else key
        shown = _turn(town, "one", text)
    town.sleep(5)
    assert _turn(town, "one", text) == shown
    assert _turn(town, "one", "").startswith("CON ") and first.startswith("CON ")
    assert town["Vera"].session().ended is False


def test_a_late_copy_of_the_first_request_of_a_call_that_waits_is_a_copy(town: Town) -> None:
    first = _turn(town, "one", "")
    town.sleep(30)
    assert _turn(town, "one", "") == first
    assert "Tell us" in _turn(town, "one", "1")

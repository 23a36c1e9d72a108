"""Same number, same words within a minute, nothing asked in between: one text, whatever ids its copies have."""

import pytest

from gateway.model.intents import CreateReferral, SetOwnPin
from gateway.model.referral import new_referral_code
from gateway.model.sos import SOS_FEATURE
from gateway.model.text_guard import COPY_S
from tests.harness.cast import number
from tests.harness.steps_turns import area_id, do, leave, subscribe_phone
from tests.harness.town import Town

CODES = ["482131", "482132", "482133"]


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_STAFF_SMS": "1"}


def copies(town: Town, name: str, words: str, count: int = 7) -> list[str]:
    """Bring these words so many times, each under another id, and return the texts that came back."""
    for _ in range(count):
        town[name].text(words)
    return town[name].inbox()


def staff(town: Town, name: str):  # type: ignore[no-untyped-def]
    return town.store.read_turn(number(name)).staff


def wrong_codes(town: Town, name: str) -> int:
    return len(town.store.read_turn(number(name)).text_guard.wrong_codes)


def confirmed_copies(town: Town, name: str, words: str, count: int = 5) -> list[str]:
    """Bring words that need a fresh code, the code, and then copies of both."""
    town[name].text(words)
    code = town[name].fresh_code()
    assert any(code in text for text in town[name].inbox())
    for _ in range(count):
        town[name].text(words)
        town[name].text(code)
        town[name].text(words)
    return [text for text in town[name].inbox() if code not in text]


def test_copies_of_a_command_are_one_command(town: Town) -> None:
    """A code is spent once, no copy counts as a wrong PIN, and nobody is locked."""
    town.give_codes("Vera", CODES)
    answers = confirmed_copies(town, "Vera", f"ALERT {CODES[0]} soko mwezi raid the gate")
    assert len([text for text in answers if text.startswith("Sending now.")]) == 1
    assert not [text for text in answers if "Not accepted" in text]
    [alert] = town.store.read_world().alerts.values()
    assert wrong_codes(town, "Vera") == 0 and staff(town, "Vera").wrong_pins == 0
    answers = confirmed_copies(town, "Vera", f"CLEAR {CODES[1]} {alert.number}")
    assert answers[0].startswith("Done.") and not [text for text in answers if "Not accepted" in text]
    assert alert.number not in town.store.read_world().alerts
    assert wrong_codes(town, "Vera") == 0


def test_copies_of_a_wrong_code_count_once(town: Town) -> None:
    town.give_codes("Vera", CODES)
    answers = confirmed_copies(town, "Vera", "ALERT 999999 soko mwezi raid gate")
    assert answers == ["Not accepted. Please check the code from your list."]
    assert wrong_codes(town, "Vera") == 1


def test_copies_of_a_report_are_one_report(town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].inbox()
    town.sleep(COPY_S)
    copies(town, "Amina", "REPORT soko mwezi raid two cars", 3)
    [alert] = town.store.read_world().alerts.values()
    assert alert.report_count == 1
    assert len([text for text in town["Vera"].texts() if "report" in text.casefold()]) <= 1


def test_copies_of_a_fresh_code_are_answered_once(town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    code = town["Amina"].fresh_code()
    town["Amina"].inbox()
    answers = copies(town, "Amina", code, 4)
    assert len(answers) == 1 and answers[0].startswith("Welcome")


def test_copies_of_a_wrong_fresh_code_count_once(town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    code = town["Amina"].fresh_code()
    wrong = str((int(code) + 1) % 10_000).zfill(4)
    copies(town, "Amina", wrong, 5)
    guard = town.store.read_turn(number("Amina")).text_guard
    assert guard.tries == 1 and guard.open_code(guard.until - 86_400) == code
    town["Amina"].text(code)
    assert "Welcome" in town["Amina"].inbox()[-1]


def test_what_was_asked_again_is_asked_again_with_the_same_code(town: Town) -> None:
    town["Amina"].text("JOIN soko mwezi")
    code = town["Amina"].fresh_code()
    town["Amina"].text("JOIN soko mwezi")
    asked = town["Amina"].inbox()
    assert len(asked) == 2 and all(code in text for text in asked)


def test_the_same_key_after_a_new_question_is_a_new_text(town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    town["Amina"].text("CLINIC")
    town["Amina"].text("1")
    town["Amina"].text("CLINIC taa mbili")
    town["Amina"].text("1")
    assert len(town["Amina"].inbox()) == 4


def test_the_same_words_after_a_minute_are_a_new_text(town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    for seconds, answers in ((0, 1), (COPY_S - 20, 0), (21, 1)):
        town.sleep(seconds)
        town["Amina"].text("REPORT soko mwezi raid two cars")
        assert len(town["Amina"].inbox()) == answers, seconds


def test_a_nurse_who_changes_an_answer_back_is_heard(town: Town) -> None:
    code = new_referral_code()
    do(town, "Amina", CreateReferral(code, "test", "D01", area_id(town)))
    for answer in ("1", "2", "1", "2"):
        town["Nurse"].text_and_confirm(f"{answer} {code}")
        for _ in range(3):
            town["Nurse"].text(f"{answer} {code}")
    answers = [text for text in town["Nurse"].inbox() if "If you texted us" not in text]
    assert len(answers) == 1 and "Now: We are full" in answers[0]
    assert wrong_codes(town, "Nurse") == 0


def test_leaving_again_after_joining_again_counts(town: Town) -> None:
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    town["Amina"].text("STOP")
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    town["Amina"].text("STOP")
    assert town.store.read_turn(number("Amina")).subscription is None
    for _ in range(2):
        town["Bahati"].text_and_confirm("JOIN soko mwezi")
        assert town.store.read_turn(number("Bahati")).subscription is not None
        town["Bahati"].text("STOP")
    leave(town, "DELETE")
    assert not town.store.read_turn(number("Amina")).text_guard.taken


@pytest.mark.parametrize("words", ["SOS", "SOS blue hotel room 4"])
def test_a_cry_is_never_swallowed_when_none_is_open(words: str, town: Town) -> None:
    """Copies are one call with its words once. A cry after the call has ended, or while SOS was off, is a new one."""
    town["Amina"].text(words)
    assert town.store.read_turn(number("Amina")).sos is None
    town.turn_on(SOS_FEATURE)
    copies(town, "Amina", words, 3)
    sos = town.store.read_turn(number("Amina")).sos
    assert sos is not None and sum("blue hotel" in said for said in sos.texted) == ("hotel" in words)


def test_with_and_without_a_pin_copies_look_alike(town: Town) -> None:
    """A person who watches a phone learns nothing from sending a text twice."""
    subscribe_phone(town.store, number("Amina"), "Soko Mwezi")
    do(town, "Amina", SetOwnPin("4826"))
    for words in ("SAFE", "HELP", "hello there", "YES", "ALERTS soko mwezi", "LANG fr", "STOP", "SOS"):
        assert copies(town, "Amina", words, 3) == copies(town, "Bahati", words, 3), words

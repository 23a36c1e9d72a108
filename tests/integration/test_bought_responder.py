"""A bought colleague, or the thief of a colleague's phone, must not silence a call for help (fault rows 64 to 66)."""

import pytest

from gateway.cli import enrolment
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import SosTier
from gateway.model.sos_answer import SosAnswer
from gateway.model.staff import Role
from gateway.numbers import Number
from tests.harness.cast import number
from tests.harness.steps_contacts import add_contacts
from tests.harness.steps_sos import close_sos, empty_inboxes, running_sos
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

WORDS = "he has a knife"
OVER = [SosAnswer.DONE, SosAnswer.FALSE_ALARM]
REHEMA, SALMA = ("1", "7", "1212", "8", "1"), ("1", "7", "3434", "8", "1")
"""the keys from dialling to the list of calls"""
FAR = "Njia Nne"


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def call_for_help(town: Town, area: str = "Soko Mwezi") -> str:
    """Let Amina call for help with words, contacts and a word of recognition. Return the code."""
    add_contacts(town)
    do(town, "Amina", intents.Subscribe(area_id(town, area)), intents.SetPassphrase("mango"))
    do(town, "Amina", intents.SetSosTiers(tuple(SosTier)), intents.RaiseSos(), intents.AddSosDetails(WORDS))
    return running_sos(town).code


def pass_rounds(town: Town, count: int) -> None:
    for _round in range(count):
        town.work()
        town.sleep(121)
    town.work()


@pytest.mark.parametrize("answer", OVER)
@pytest.mark.parametrize("rounds", range(4))
def test_one_bought_responder_ends_no_call_at_any_stage(town: Town, rounds: int, answer: SosAnswer) -> None:
    """Neither the caller nor a contact hears an end; the call stays open; the other responder is asked about it."""
    code = call_for_help(town)
    pass_rounds(town, rounds)
    empty_inboxes(town)
    do(town, "Rehema", intents.AnswerSos(code, answer))
    town.work()
    assert running_sos(town).code == code and not running_sos(town).is_closed
    assert town["Amina"].inbox() == []
    assert not any("has ended" in text for text in town["Bahati"].inbox())
    assert WORDS in town["Salma"].dial(*SALMA, code)
    do(town, "Rehema", intents.AnswerSos(code, answer))
    assert running_sos(town).code == code, "the same person twice is one voice"


@pytest.mark.parametrize("answer", OVER)
def test_a_bought_responder_who_is_quick_stops_no_round(town: Town, answer: SosAnswer) -> None:
    """The contacts, the organisation and all responders are asked as if nothing had been said."""
    code = call_for_help(town)
    town.work()
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.COMING), intents.AnswerSos(code, answer))
    empty_inboxes(town)
    pass_rounds(town, 3)
    assert any("needs you now" in text for text in town["Bahati"].inbox())
    for name in ("Vera", "Wema", "Zuhura"):
        assert any(f"{code}: you are needed" in text for text in town[name].inbox()), name
    assert any("Nobody has answered yet" in text for text in town["Amina"].inbox()), "and does not wait in vain"


def test_a_bought_responder_who_only_says_to_come_keeps_nobody_else_away(town: Town) -> None:
    code = call_for_help(town)
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.COMING))
    pass_rounds(town, 3)
    for name in ("Salma", "Vera", "Wema", "Zuhura"):
        assert any(f"{code}: you are needed" in text for text in town[name].inbox()), name
    assert any("needs you now" in text for text in town["Bahati"].inbox())


def test_a_colleague_is_asked_and_reads_what_the_bought_one_said(town: Town) -> None:
    code = call_for_help(town)
    town.work()
    empty_inboxes(town)
    shown = town["Rehema"].dial(*REHEMA, code)
    shown = town["Rehema"].choose("Say that it is over", "It has ended, all")
    assert "when a second colleague says the same, or the caller ends it" in shown.replace("\n", " ")
    assert town["Salma"].inbox() == [f"{code}: a colleague says: no help needed. Is that true? Dial *384*2024#"]
    assert town["Rehema"].inbox() == []
    assert "A colleague says: no help needed." in town["Salma"].dial(*SALMA, code)
    assert "The call has ended" in town["Salma"].choose("Say that it is over", "It has ended, all")
    assert any("You are not alone" in text for text in town["Amina"].inbox())


def test_where_a_responder_comes_no_other_one_says_that_it_is_over(town: Town) -> None:
    """Rehema is with the caller. Salma, who is not, can neither close the call nor lower it."""
    code = call_for_help(town)
    town.work()
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.COMING))
    town["Salma"].dial(*SALMA, code)
    with pytest.raises(AssertionError, match="is not offered"):
        town["Salma"].choose("Say that it is over", "It has ended, all")
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.DONE))
    assert running_sos(town).over_staff == ()


def test_words_of_the_caller_after_a_false_end_make_it_count_for_nothing(town: Town) -> None:
    code = call_for_help(town)
    town.work()
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.DONE))
    do(town, "Amina", intents.AddSosDetails("please come"))
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.DONE))
    assert running_sos(town).code == code and not running_sos(town).is_closed


def test_a_bought_responder_alone_marks_no_caller_as_false(town: Town) -> None:
    """A mark would put every later call of this caller lower on the list."""
    code = call_for_help(town)
    town.work()
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.FALSE_ALARM))
    do(town, "Salma", intents.AnswerSos(code, SosAnswer.DONE))
    town.work()
    assert town.store.read_turn(number("Amina")).false_alarm_count == 0


def test_a_responder_of_another_area_reads_no_words_until_the_call_is_widened(town: Town) -> None:
    """Rehema works in Kasri, the call is from another district: no line on the list, no words, no answer."""
    enrol_near(town, FAR)
    code = call_for_help(town, FAR)
    town.work()
    assert town["Rehema"].inbox() == []
    assert "Calls for help: 0" in town["Rehema"].dial("1", "7", "1212", "8")
    assert code not in town["Rehema"].press("1")
    shown = town["Rehema"].press(code)
    assert WORDS not in shown and "people who are nearer" in shown.replace("\n", " ")
    do(town, "Rehema", intents.AnswerSos(code, SosAnswer.COMING))
    assert running_sos(town).coming_staff == ()
    pass_rounds(town, 2)
    town.sleep(300)
    assert WORDS in town["Rehema"].dial(*REHEMA, code)


def enrol_near(town: Town, area: str) -> None:
    """Enrol a responder of this area. With Salma, who works everywhere, there are two near it."""
    enrolment.enrol_staff(
        Number.from_int(254_711_000_777), "Farida", Role.RESPONDER, area=area_id(town, area), active=True, pin="5656"
    )


def test_a_colleague_who_does_not_come_does_not_read_the_word_of_recognition(town: Town) -> None:
    """With the word, somebody could pass for a helper and set a trap."""
    code = call_for_help(town)
    town.work()
    assert "mango" not in town["Rehema"].dial(*REHEMA, code)
    assert "mango" in town["Rehema"].choose("I am coming"), "and this colleague is now counted as coming"
    assert "mango" in town["Rehema"].dial(*REHEMA, code)
    assert "mango" not in town["Salma"].dial(*SALMA, code)


def test_two_colleagues_together_end_a_call(town: Town) -> None:
    call_for_help(town)
    town.work()
    close_sos(town)
    town.work()
    assert town.store.read_turn(number("Amina")).sos is None
    assert any("You are not alone" in text for text in town["Amina"].inbox())

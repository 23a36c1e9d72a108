"""What people met who played caller and responder in turn: each moment of doubt is a test."""

import pytest

from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import MAX_TEXTS, TEXTS_KEPT, Sos
from gateway.model.sos_answer import SosAnswer
from gateway.model.sos_question import SosQuestion
from menus.sos import added_text
from tests.harness.catalogs import shipped, somebody
from tests.harness.steps_sos import empty_inboxes, running_sos
from tests.harness.steps_turns import do
from tests.harness.town import Town

SALMA, REHEMA = ("1", "7", "3434", "8", "1"), ("1", "7", "1212", "8", "1")
"""the keys from dialling to the list of calls"""
WORDS = [
    "by the port",
    "he is back",
    "i am scared",
    "he went out",
    "dont come to the front door",
    "second floor",
    "hurry",
]


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def call(town: Town, *words: str) -> str:
    """Let Dafina call by text, with these words after it. Return the code."""
    town["Dafina"].text("SOS by the port")
    for said in words:
        town["Dafina"].text(said)
    town.work()
    return running_sos(town, "Dafina").code


def answer(town: Town, name: str, code: str, *answers: SosAnswer) -> None:
    for each in answers:
        do(town, name, intents.AnswerSos(code, each))


def all_pages(town: Town, name: str) -> str:
    shown = town[name].screen
    while "\n98. " in town[name].screen:
        shown += "\n" + town[name].press("98")
    return shown.replace("\n", " ")


def test_every_text_of_a_call_is_read_newest_first_and_older_ones_are_one_key_away(town: Town) -> None:
    code = call(town, *WORDS[1:])
    town["Salma"].dial(*SALMA, code)
    shown = all_pages(town, "Salma")
    assert "By text: hurry second floor" in shown
    town["Salma"].dial(*SALMA, code)
    town["Salma"].choose("5 more texts")
    assert town["Salma"].screen.splitlines()[0] == WORDS[-3]
    assert all(words in all_pages(town, "Salma") for words in WORDS[:-2])


def test_a_renewed_call_keeps_the_first_and_the_newest_texts_within_a_bound() -> None:
    sos = Sos("1234", b"o", "en", 0)
    for n in range(3 * MAX_TEXTS):
        sos = sos.with_texted(str(n))
        sos = sos if sos.takes_texts else Sos(**{f: getattr(sos, f) for f in sos.__struct_fields__} | {"text_count": 0})
    assert len(sos.texted) == TEXTS_KEPT and sos.texted[:2] == ("0", "1") and sos.texted[-1] == str(3 * MAX_TEXTS - 1)


def test_words_for_which_a_call_has_no_room_are_not_said_to_be_passed_on() -> None:
    caller, full = somebody("en"), Sos("1234", b"o", "en", 0, text_count=MAX_TEXTS)
    assert added_text(caller, full, shipped()["en"].translator, tells_where=True).startswith("Please dial")


def test_i_am_coming_is_on_page_1_however_much_was_said(town: Town) -> None:
    code = call(town, *(f"{words} {'very ' * 12}" for words in WORDS))
    for lang in ("en", "ru"):
        town.set_staff_language("Salma", lang)
        town["Salma"].dial(*SALMA, code)
        assert town["Salma"].session().choices_seen >= 1 and "\n1. " in town["Salma"].screen


def test_where_that_was_asked_before_keeps_nobody_from_being_told_that_somebody_comes(town: Town) -> None:
    code = call(town, "green gate behind church")
    do(town, "Rehema", intents.AskSosCaller(code, SosQuestion.WHERE))
    empty_inboxes(town)
    answer(town, "Salma", code, SosAnswer.COMING)
    assert town["Dafina"].inbox() == ["1 person is on the way."]


@pytest.mark.parametrize("words", ["sunrise lodge soko", "blue hotel room 4"])
def test_the_list_shows_the_words_that_say_where(town: Town, words: str) -> None:
    call(town, words)
    assert words[:10] in town["Salma"].dial(*SALMA).replace("\n", " ") and "where?" not in town["Salma"].screen


def test_a_person_who_comes_can_be_there_or_turn_back_and_all_hear_of_it(town: Town) -> None:
    code = call(town)
    answer(town, "Salma", code, SosAnswer.COMING)
    empty_inboxes(town)
    town["Salma"].dial(*SALMA, code)
    town["Salma"].choose("I cannot come")
    assert town["Dafina"].inbox() == ["1 person had to turn back. We are asking others."]
    assert any("nobody comes any more" in text for text in town["Rehema"].inbox())
    assert town["Salma"].inbox() == []
    answer(town, "Rehema", code, SosAnswer.COMING)
    town["Rehema"].dial(*REHEMA, code)
    empty_inboxes(town)
    town["Rehema"].choose("I am there")
    assert town["Dafina"].inbox() == ["1 person is near you now."]
    assert "1 is there" in town["Salma"].dial(*SALMA).replace("\n", " ")


def test_going_off_duty_on_the_way_asks_first(town: Town) -> None:
    code = call(town)
    answer(town, "Salma", code, SosAnswer.COMING)
    empty_inboxes(town)
    town["Salma"].dial("1", "7", "3434", "8")
    assert "Do you still go?" in town["Salma"].choose("I go off duty").replace("\n", " ")
    shown = town["Salma"].choose("I cannot come, I go off").replace("\n", " ")
    assert "We text you only if nobody else answers." in shown
    assert running_sos(town, "Dafina").coming_staff == ()
    assert "turn back" in town["Dafina"].inbox()[0]


def test_the_callers_screen_says_asked_read_and_coming(town: Town) -> None:
    code = call(town)
    assert "We asked people to come. Nobody has read it yet." in town["Dafina"].dial("1", "99").replace("\n", " ")
    town["Salma"].dial(*SALMA, code)
    assert "1 person read it." in town["Dafina"].dial("1", "99").replace("\n", " ")
    town["Dafina"].text("he is back")
    assert "Your last words wait to be read." in town["Dafina"].dial("1", "99").replace("\n", " ")
    answer(town, "Salma", code, SosAnswer.COMING)
    assert "1 person is coming." in town["Dafina"].dial("1", "99").replace("\n", " ")


def test_an_open_call_is_the_first_line_of_home_behind_the_pin(town: Town) -> None:
    do(town, "Amina", intents.SetOwnPin("2468"), intents.RaiseSos())
    assert "waits" not in town["Amina"].dial("1")
    assert town["Amina"].press("7", "2468").startswith("99. ! 1 waits\n")
    assert "End my call for help" in town["Amina"].press("99")


def test_an_unclaimed_call_is_seen_from_the_first_screen_and_stands_above_a_claimed_one(town: Town) -> None:
    first = call(town)
    do(town, "Amina", intents.RaiseSos())
    town.work()
    answer(town, "Rehema", running_sos(town).code, SosAnswer.COMING)
    assert town["Salma"].dial("1", "7", "3434").startswith("99. ! 1 waits\n")
    listed = town["Salma"].press("99")
    assert f"1. {first}" in listed
    answer(town, "Salma", first, SosAnswer.COMING)
    assert "waits" not in town["Salma"].dial("1", "7", "3434")


def test_questions_keep_their_keys(town: Town) -> None:
    code = call(town)
    town["Salma"].dial(*SALMA, code)
    before = town["Salma"].choose("Ask the caller").splitlines()
    town["Salma"].choose("Alone?")
    after = town["Salma"].choose("Ask more").splitlines()
    assert [line.partition("?")[0] for line in before[1:6]] == [line.partition("?")[0] for line in after[1:6]]
    assert any("Alone?" in line and "asked" in line for line in after)


def test_a_false_alarm_is_asked_about_and_can_be_taken_back(town: Town) -> None:
    code = call(town)
    town["Salma"].dial(*SALMA, code)
    assert "Is it over?" in town["Salma"].choose("Say that it is over")
    assert running_sos(town, "Dafina").over_staff == ()
    town["Salma"].choose("It was a false alarm")
    town["Salma"].dial(*SALMA, code)
    assert "You said: no help needed." in all_pages(town, "Salma")
    town["Salma"].dial(*SALMA, code)
    town["Salma"].choose("It is not over")
    assert running_sos(town, "Dafina").over_staff == () and running_sos(town, "Dafina").all_call_false


def test_a_responder_reads_whether_the_caller_ended_it(town: Town) -> None:
    code = call(town)
    empty_inboxes(town)
    do(town, "Dafina", intents.EndSos())
    assert town["Salma"].inbox() == [f"{code} has ended: the caller ended it. Thank you."]


def test_nobody_is_told_to_meet_a_person_outside_who_cannot_leave(town: Town) -> None:
    code = call(town, "he locked the door i cannot leave")
    town["Salma"].dial(*SALMA, code)
    shown = all_pages(town, "Salma")
    assert "Go as two." in shown and "Meet them outside" not in shown


def test_a_caller_whose_phone_is_watched_gets_no_texts_about_this_call(town: Town) -> None:
    code = call(town)
    empty_inboxes(town)
    town["Dafina"].dial("1", "99")
    town["Dafina"].choose("No texts about this")
    answer(town, "Salma", code, SosAnswer.COMING)
    assert town["Dafina"].inbox() == []
    assert "1 person is coming." in town["Dafina"].dial("1", "99").replace("\n", " ")

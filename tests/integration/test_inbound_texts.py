"""Inbound texts as a table: what is typed, how the answer begins, and what is done."""

import pytest

from gateway.deployment import Deployment
from gateway.model.intents import (
    AddToReport,
    AnswerReferral,
    CreateReferral,
    DeleteCaller,
    Intent,
    RaiseSos,
    SetLanguage,
    SetPassphrase,
    SilenceStaff,
    SubmitReport,
    Subscribe,
    Unsubscribe,
)
from gateway.model.referral import check_digit
from gateway.model.sos import SOS_FEATURE
from gateway.turns.snapshot import caller_from_turn
from menus.sms import dispatch
from menus.sms.dispatch import TextRequest
from menus.sms.result import SmsResult
from tests.harness.cast import number
from tests.harness.steps_turns import area_id, do, leave
from tests.harness.town import Town

HELP = "Call 0711000099. One of us answers. Dial *384*2024#, or text one: JOIN"
CHECKING = "Thank you. We ask someone to check it."
ASKED = ""
"""nothing is said but a question"""
GONE = "Done. No more texts."
FORGOTTEN = "Done. We delete all about this number. No more texts."
CALLERS: list[tuple[str, str, tuple[type[Intent], ...]]] = [
    ("STOP", GONE, (Unsubscribe,)),
    ("stop", GONE, (Unsubscribe,)),
    ("  Stop!! ", GONE, (Unsubscribe,)),
    ("STOP please", GONE, (Unsubscribe,)),
    ("T", GONE, (Unsubscribe,)),
    ("退订", GONE, (Unsubscribe,)),
    ("please stop", GONE, (Unsubscribe,)),
    ("S t o p", GONE, (Unsubscribe,)),
    ("leave me alone", GONE, (Unsubscribe,)),
    ("acha", GONE, (Unsubscribe,)),
    ("ACHA.", GONE, (Unsubscribe,)),
    ("please stop messaging me thanks", GONE, (Unsubscribe,)),
    ("stop 2 cars", ASKED, ()),
    ("DELETE", FORGOTTEN, (DeleteCaller,)),
    ("delete everything please", FORGOTTEN, (DeleteCaller,)),
    ("Futa", FORGOTTEN, (DeleteCaller,)),
    ("JOIN soko mwezi", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("join   SOKO,  la Mwezi!", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("Join: big market", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("join kasri", "Welcome. You get notices for Kasri.", (Subscribe,)),
    ("JOINkasri", "Welcome. You get notices for Kasri.", (Subscribe,)),
    ("JOIN taa mbili", "Which one?", ()),
    ("JOIN taa mbili 2", "Welcome. You get notices for Taa Mbili.", (Subscribe,)),
    ("join taa mbili kasri", "Welcome. You get notices for Taa Mbili.", (Subscribe,)),
    ("JOIN taa mbili 3", "Which one?", ()),
    ("JOIN", "Which place is it? Send its name, or dial", ()),
    ("JOIN xyzzy", "No area has that name. Send the name of a place near it", ()),
    ("HELP", ASKED, ()),
    ("info?", HELP, ()),
    ("ALERTS", "Details: dial *384*2024#", ()),
    ("alerts kasri", "Nothing now. Stay careful. Details: dial", ()),
    ("RIGHTS", "Send RIGHTS and a number: 1 ", ()),
    ("rights 1", "Send RIGHTS and a number: 101 In a raid; 102 ", ()),
    ("rights safety", "Send RIGHTS and a number: 201 ", ()),
    ("rights 101", "In a raid. ", ()),
    ("rights101", "In a raid. ", ()),
    ("rights bail", "Court and bail. ", ()),
    ("my rights arrest", "Arrest. ", ()),
    ("rights arrested", "Arrest. ", ()),
    ("CLINIC", "Send CLINIC, a number from this list, and a place: 1 ", ()),
    ("clinic condoms soko mwezi", "", ()),
    ("CLINIC soko mwezi 5", "", ()),
    ("Clinic test taa mbili", "Which one?", ()),
    ("REPORT soko mwezi raid big market", CHECKING, (SubmitReport,)),
    ("tell us kisima tatu they take money", CHECKING, (SubmitReport,)),
    ("police are in soko mwezi now", ASKED, ()),
    ("raid soko mwezi", CHECKING, (SubmitReport,)),
    ("LANG sw", "Done. Language: Kiswahili.", (SetLanguage,)),
    ("lugha Kiswahili", "Done. Language: Kiswahili.", (SetLanguage,)),
    ("please write in french", "Done. Language: Francais.", (SetLanguage,)),
    ("LANG klingon", "Send LANG and one of: en, sw", ()),
    ("who are you", "Please dial", ()),
    ("thanks a lot", "You are welcome.", ()),
    ("hello", ASKED, ()),
    ("", ASKED, ()),
    ("🙂", ASKED, ()),
    ("CONFIRM 123456 1234", ASKED, ()),
    ("48215 ok", ASKED, ()),
]
CODE = "4821" + check_digit("4821")
WRONG = CODE[:4] + str((int(CODE[4]) + 1) % 10)
HOW = "Reply 1 and the code = can come"
CHECK = "Please check the code."
NURSE: list[tuple[str, str, tuple[int, str] | None]] = [
    (f"1 {CODE}", "Thank you.", (1, "")),
    (f"1{' '}{CODE}.", "Thank you.", (1, "")),
    (f"{CODE} 1", "Thank you.", (1, "")),
    (f"{CODE} ok", "Thank you.", (1, "")),
    (f"OK {CODE}", "Thank you.", (1, "")),
    (f"sawa {CODE}", "Thank you.", (1, "")),
    (f"Karibu, {CODE}!", "Thank you.", (1, "")),
    (f"2 {CODE}", "Thank you.", (2, "")),
    (f"3-{CODE}", "Thank you.", (3, "")),
    (f"4 {CODE}", "Thank you.", (4, "")),
    (f"5 {CODE} Room 4, ring twice", "Thank you.", (5, "Room 4, ring twice")),
    (f"5 {CODE}", HOW, None),
    (CODE, HOW, None),
    (f"1{CODE}", "Thank you.", (1, "")),
    (f"{CODE}2", "Thank you.", (2, "")),
    (f"{CODE} мест нет", "Thank you.", (2, "")),
    (f"{CODE} came", "Thank you.", (3, "")),
    (f"not ok {CODE}", HOW, None),
    (f"sio sawa {CODE}", HOW, None),
    (f"{CODE} not welcome", HOW, None),
    (f"{CODE} is it ok?", HOW, None),
    (f"Visitor {CODE}: refill. Reply 1 {CODE} = can come, 2 {CODE} = full. We are full", HOW, None),
    (f"{CODE} who is this", HOW, None),
    (f"1 {WRONG}", CHECK, None),
    ("1 4821x", CHECK, None),
    ("1 4821", CHECK, None),
    ("ok", CHECK, None),
]


def read(town: Town, name: str, text: str) -> SmsResult:
    deployment: Deployment = town.context.deployment
    turn = town.store.read_turn(number(name))
    translator = deployment.languages["en"].translator
    reading = deployment.lexicon.read(text, "en", turn.world.atlas)
    return dispatch.answer_text(
        TextRequest(text, reading), caller_from_turn(turn, "en"), deployment.lexicon, translator
    )


def test_callers(town: Town) -> None:
    """One town serves the whole table, because reading a text changes nothing. Amina has a record, but no area."""
    do(town, "Amina", SetPassphrase("mango"))
    for text, begins, does in CALLERS:
        texted = read(town, "Amina", text)
        assert "".join(texted.texts).startswith(begins), (text, texted)
        assert begins or texted.texts or texted.options, (text, texted)
        assert tuple(type(i) for i in texted.intents) == does, (text, texted)


@pytest.mark.parametrize(
    "cry", ["SOS", "S.O.S", "s o s!", "please sos", "HELP SOS", "sos stop", "me stop sos", "S.O.S room 4"]
)
def test_a_cry_for_help_is_read_in_any_form_and_never_as_stop(town: Town, cry: str) -> None:
    town.turn_on(SOS_FEATURE)
    texted = read(town, "Dafina", cry)
    assert [type(intent) for intent in texted.intents][:1] == [RaiseSos]
    assert texted.texts[0].startswith("We got it. ")


@pytest.mark.parametrize("words", ["so sorry", "help", "what is this", "stop sos"])
def test_other_words_are_no_cry_for_help(town: Town, words: str) -> None:
    town.turn_on(SOS_FEATURE)
    assert RaiseSos not in [type(intent) for intent in read(town, "Dafina", words).intents]


def test_clinics(town: Town) -> None:
    do(town, "Amina", CreateReferral(CODE, "test", "D01", area_id(town)))
    for text, begins, says in NURSE:
        texted = read(town, "Nurse", text)
        assert texted.texts[0].startswith(begins), (text, texted)
        said = [(i.answer, i.text) for i in texted.intents if isinstance(i, AnswerReferral)]
        assert said == ([says] if says else []), (text, texted)


def test_stop_from_staff_silences_texts(town: Town) -> None:
    assert [type(i) for i in read(town, "Nurse", "stop").intents] == [SilenceStaff, Unsubscribe]
    assert [type(i) for i in read(town, "Vera", "delete").intents] == [SilenceStaff, DeleteCaller]


def test_more_details_on_a_report_are_free(town: Town) -> None:
    town["Amina"].text("REPORT soko mwezi raid")
    assert [type(i) for i in read(town, "Amina", "REPORT soko mwezi they move to the stage").intents] == [AddToReport]


def test_two_machines_fall_silent(town: Town) -> None:
    """A machine that says the same again is answered once, and one that counts a few times."""
    for _ in range(10):
        town["Dafina"].text("Your call is important to us")
    assert len(town["Dafina"].inbox()) == 1
    for turn in range(30):
        town["Dafina"].text(f"Your call is important to us, you are number {turn}")
    assert 1 <= len(town["Dafina"].inbox()) <= 5
    town["Dafina"].text("STOP")
    assert town["Dafina"].inbox() == ["Done. No more texts."]


def test_a_question_with_a_code_is_not_sent_again_for_the_same_unclear_text(town: Town) -> None:
    for _ in range(10):
        town["Dafina"].text("my friend says you text when they come, i work at soko mwezi")
    [asked] = town["Dafina"].inbox()
    assert town["Dafina"].fresh_code() in asked


def test_a_number_of_the_list_of_needs_is_an_answer(town: Town) -> None:
    do(town, "Amina", Subscribe(area_id(town)))
    town["Amina"].text("where is a doctor")
    assert "6 A check-up" in " ".join(town["Amina"].inbox())
    town["Amina"].text("6 kasri")
    assert "km" in town["Amina"].inbox()[-1]


def test_a_place_after_the_number_keeps_the_need(town: Town) -> None:
    do(town, "Amina", Subscribe(area_id(town)), Subscribe(area_id(town, "Kasri")))
    town["Amina"].text("CLINIC")
    town["Amina"].text("3")
    assert "Which place is it?" in town["Amina"].inbox()[-1]
    town["Amina"].text("soko mwezi")
    [found] = town["Amina"].inbox()
    assert "km" in found


def test_a_machine_that_asks_to_be_left_alone_falls_silent(town: Town) -> None:
    """The first STOP of a subscriber is always answered. A STOP without effect is answered once a day."""
    for _ in range(10):
        town["Dafina"].text("please stop texting")
    assert town["Dafina"].inbox() == ["Done. No more texts."]
    do(town, "Dafina", Subscribe(area_id(town)))
    for _ in range(10):
        town["Dafina"].text("STOP")
    assert town["Dafina"].inbox() == ["Done. No more texts."]
    town.sleep(86401)
    town["Dafina"].text("STOP")
    assert town["Dafina"].inbox() == ["Done. No more texts."]


def test_the_same_text_twice_is_one(town: Town) -> None:
    for _ in range(2):
        town["Amina"].text("JOIN soko mwezi", id_="same")
    assert len(town["Amina"].inbox()) == 1


@pytest.mark.parametrize("said", ["STOP", "DELETE"])
def test_a_clinic_that_leaves_deletes_no_referral(town: Town, said: str) -> None:
    """The clinic's phone reads its visitors' records, which are not records of its owner."""
    town["Dafina"].dial("1", "2", "4", "soko", "1", "1", "1", "1", "1")
    code = town["Dafina"].screen[-5:]
    town["Nurse"].inbox()
    leave(town, said, "Nurse")
    _raw, referral = town.store.read_referral(code)
    assert referral is not None
    assert referral.caller_token
    assert referral.may_text
    assert "Ndoto County sent STOP and gets no more texts." in town["Zuhura"].inbox()

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
NOT_UNDERSTOOD = "Call 0711000099. One of us answers. Sorry, we did not understand."
CHECKING = "Thank you. Someone is checking."
WHICH = "Which one: 1 Zumari/Taa Mbili, 2 Kasri/Taa Mbili?"
CALLERS: list[tuple[str, str, tuple[type[Intent], ...]]] = [
    ("STOP", "Done. No more texts.", (Unsubscribe,)),
    ("stop", "Done. No more texts.", (Unsubscribe,)),
    ("  Stop!! ", "Done. No more texts.", (Unsubscribe,)),
    ("STOP please", "Done. No more texts.", (Unsubscribe,)),
    ("T", "Done. No more texts.", (Unsubscribe,)),
    ("退订", "Done. No more texts.", (Unsubscribe,)),
    ("can t come", NOT_UNDERSTOOD, ()),
    ("please stop", "Done. No more texts.", (Unsubscribe,)),
    ("S t o p", NOT_UNDERSTOOD, ()),
    ("leave me alone", "Done. No more texts.", (Unsubscribe,)),
    ("acha", "Done. No more texts.", (Unsubscribe,)),
    ("ACHA.", "Done. No more texts.", (Unsubscribe,)),
    ("tafadhali niache", "Done. No more texts.", (Unsubscribe,)),
    ("please stop messaging me thanks", NOT_UNDERSTOOD, ()),
    ("stop 2 cars", "Done. No more texts.", (Unsubscribe,)),
    ("DELETE", "Done. We delete all about this number. No more texts.", (DeleteCaller,)),
    ("delete everything please", "Done. We delete all about this number. No more texts.", (DeleteCaller,)),
    ("Futa", "Done. We delete all about this number. No more texts.", (DeleteCaller,)),
    ("forget what I said about the market", NOT_UNDERSTOOD, ()),
    ("JOIN soko mwezi", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("join   SOKO,  la Mwezi!", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("Join: big market", "Welcome. You get notices for Soko Mwezi.", (Subscribe,)),
    ("join kasri", "Welcome. You get notices for Kasri.", (Subscribe,)),
    ("JOIN taa mbili", WHICH, ()),
    ("JOIN taa mbili 2", "Welcome. You get notices for Taa Mbili.", (Subscribe,)),
    ("join taa mbili kasri", "Welcome. You get notices for Taa Mbili.", (Subscribe,)),
    ("JOIN taa mbili 3", WHICH, ()),
    ("JOIN", "No area has that name. Try JOIN", ()),
    ("JOIN xyzzy", "No area has that name. Try JOIN", ()),
    ("HELP", HELP, ()),
    ("info?", HELP, ()),
    ("ALERTS", "Details: dial *384*2024#", ()),
    ("alerts kasri", "Nothing now. Stay careful. Details: dial", ()),
    ("RIGHTS", "Send RIGHTS and a number: 1 ", ()),
    ("rights 1", "Send RIGHTS and a number: 101 In a raid; 102 ", ()),
    ("rights safety", "Send RIGHTS and a number: 201 ", ()),
    ("rights 101", "In a raid. ", ()),
    ("rights bail", "Court and bail. ", ()),
    ("my rights arrest", "Arrest. ", ()),
    ("CLINIC", "Send CLINIC, a number from this list, and a place: 1 ", ()),
    ("clinic condoms soko mwezi", "", ()),
    ("Clinic test taa mbili", WHICH.replace("JOIN", "CLINIC"), ()),
    ("REPORT soko mwezi raid big market", CHECKING, (SubmitReport,)),
    ("tell us kisima tatu they take money", CHECKING, (SubmitReport,)),
    ("report nowhere at all", "No area has that name. Try REPORT", ()),
    ("LANG sw", "Done. Language: Kiswahili.", (SetLanguage,)),
    ("lugha Kiswahili", "", (SetLanguage,)),
    ("LANG klingon", "Send LANG and one of: en, sw", ()),
    ("hello", NOT_UNDERSTOOD, ()),
    ("", NOT_UNDERSTOOD, ()),
    ("🙂", NOT_UNDERSTOOD, ()),
    ("ALERT 123456 soko mwezi", NOT_UNDERSTOOD, ()),
    ("CONFIRM 123456 1234", NOT_UNDERSTOOD, ()),
    ("48215 ok", NOT_UNDERSTOOD, ()),
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
        print(
            repr(text),
            "|",
            (texted.texts or ("",))[0][:60],
            "|",
            [o.meaning for o in texted.options],
            "|",
            tuple(type(i).__name__ for i in texted.intents),
            "|",
            ""
            if tuple(type(i) for i in texted.intents) == does and (texted.texts or ("",))[0].startswith(begins)
            else "*****",
        )


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
    do(town, "Amina", CreateReferral(CODE, "test", "D01", area_id(town), may_text=False, may_ask_rating=False))
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
    for _ in range(10):
        town["Dafina"].text("Your call is important to us")
    assert len(town["Dafina"].inbox()) == 3
    town["Dafina"].text("STOP")
    assert town["Dafina"].inbox() == ["Done. No more texts."]


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
    town["Dafina"].dial("1", "2", "3", "soko", "1", "98", "1", "98", "1", "1", "1")
    code = town["Dafina"].screen[-5:]
    town["Nurse"].inbox()
    leave(town, said, "Nurse")
    _raw, referral = town.store.read_referral(code)
    assert referral is not None
    assert referral.caller_token
    assert referral.may_text
    assert "Ndoto County sent STOP and gets no more texts." in town["Zuhura"].inbox()

"""Texts from public fault reports of other systems: ways to leave, words of stopping in other texts, YES, nurses."""

from collections.abc import Sequence

import pytest

from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.intents import AcceptContactRequests, CreateReferral, Intent, SetPassphrase, Unsubscribe
from gateway.model.referral import new_referral_code
from gateway.understanding.meaning import Meaning
from tests.harness.steps_turns import area_id, do, leave
from tests.harness.town import Town
from tests.integration.test_inbound_texts import read

LEAVES = (
    "STOPALL", "REVOKE", "OPTOUT", "OPT OUT", "opt-out", "please stop texting me", "Please stop sending me messages",
    "I want to stop", "i want to unsubscribe", "tafadhali acha kunitumia ujumbe", "STOP STOP STOP STOP",
    "take me off this list", "lose my number", "don't contact me", "do not contact me", "I opt out", "stop2quit",
    "STOP\r\nSent from my phone", "STOP\n> quoted text", "STO\u200cP", "STO\u200dP", "STOP!!!", "Stop.", "«STOP»",
    "🛑 STOP", "\u202dSTOP\u202c", "ＳＴＯＰ", "STOPP", "S T O P", "стоп", "退订", "停止。", "не пишите", "STOP.\ufffd",
    "\ufeffSTOP", "STOP\u00a0please", "Stpo", "sotp",
)  # fmt: skip
STAYS = (
    "police stop us", "raid bus stop", "they stop cars", "police leave now", "polisi wacha barabara", "don't stop",
    "please dont stop", "at bus stop", "is it end?", "when it end", "naomba msaada acha", "un stop", "the end",
    "bus stop", "cannot leave now", "UNSTOP", "START", "Liked “Raid near the gate. To end send STOP.”",
)  # fmt: skip


def does(town: Town, name: str, text: str) -> Sequence[Intent]:
    return read(town, name, text).intents


def test_every_way_to_leave_is_understood(town: Town) -> None:
    do(town, "Amina", SetPassphrase("mango"))
    left = {text for text in LEAVES if any(isinstance(done, Unsubscribe) for done in does(town, "Amina", text))}
    assert left == set(LEAVES)
    assert read(town, "Amina", "STOP").texts == ("Done. No more texts.",), "the answer says what was done"


@pytest.mark.parametrize("name", ["Amina", "Vera", "Nurse"])
def test_a_word_of_stopping_inside_other_words_ends_nothing(name: str, town: Town) -> None:
    if name == "Amina":
        do(town, "Amina", SetPassphrase("mango"))
    for text in STAYS:
        result = read(town, name, text)
        assert not result.intents, text
        assert result.texts or result.options, text


@pytest.mark.parametrize("text", ["stop it now please", "ST0P", "the end", "naomba msaada acha"])
def test_a_text_that_may_mean_both_is_asked_with_help_first(text: str, town: Town) -> None:
    do(town, "Amina", SetPassphrase("mango"))
    options = [option.meaning for option in read(town, "Amina", text).options]
    assert options[0] == Meaning.SOS and Meaning.STOP in options


def test_yes_after_stop_does_not_claim_that_texts_come(town: Town) -> None:
    """Where nobody can have asked, a yes wants our texts: a place is asked. Else nothing tells who was asked."""
    do(town, "Amina", SetPassphrase("mango"))
    for word in ("YES", "START", "UNSTOP", "JOIN"):
        assert read(town, "Amina", word).texts[0].startswith("Which place is it?"), word
    town["Bahati"].text_and_confirm("JOIN soko mwezi")
    leave(town, "STOP", "Bahati")
    town["Bahati"].inbox()
    town["Bahati"].text("YES")
    town["Bahati"].text("soko mwezi")
    town["Bahati"].text(town["Bahati"].fresh_code())
    assert town["Bahati"].inbox()[-1].startswith("Welcome. You get notices for Soko Mwezi")
    town.turn_on(CONTACTS_FEATURE)
    answered = read(town, "Chiku", "YES")
    assert [type(done) for done in answered.intents] == [AcceptContactRequests]
    assert answered.texts[0] == "Thank you."


def test_a_nurse_who_acts_is_answered_after_many_mistakes(town: Town) -> None:
    codes = [new_referral_code() for _ in range(6)]
    for name, code in zip(("Amina", "Bahati", "Chiku"), codes, strict=False):
        do(town, name, CreateReferral(code, "test", "D01", area_id(town)))
    nurse = town["Nurse"]
    for mistake in ("1", "1 12", "ok", "what is this", *(f"{n} patients came" for n in range(25))):
        nurse.text(mistake)
    nurse.inbox()
    for code in codes[:3]:
        nurse.text_and_confirm(f"1 {code}")
        assert nurse.inbox()[-1] == "Thank you."


def test_a_nurse_needs_no_blank_and_reads_a_nurses_hint(town: Town) -> None:
    code = new_referral_code()
    do(town, "Amina", CreateReferral(code, "test", "D01", area_id(town)))
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for text in (f"1{code}", f"{code}1", f"1#{code}", f"1 {code}.", f"１ {wide}", f"１{wide}", f"1\u00a0{code}"):
        assert read(town, "Nurse", text).texts[0].startswith("Thank you"), text
    for text in ("162042", "620421"):
        assert "Reply 1 and the code" in read(town, "Nurse", text).texts[0]


FORMS = (
    "CLINIC 3 soko mwezi", "CLINIC3 soko mwezi", "CLINIC soko mwezi 3", "CLINIC ３ soko mwezi", "CLINIC３soko mwezi",
    "CLINIC 3soko mwezi", "CLINIC #3 soko mwezi", "CLINIC 3, soko mwezi", "CLINIC 3. soko mwezi",
    "CLINIC (3) soko mwezi",
    "CLINIC no 3 soko mwezi", "CLINIC soko mwezi,3", "CLINIC 3 and soko mwezi", "clinic: 3 soko mwezi",
)  # fmt: skip


def test_a_need_and_a_place_are_read_in_every_form(town: Town) -> None:
    do(town, "Amina", SetPassphrase("mango"))
    wanted = read(town, "Amina", FORMS[0]).texts
    assert "Ndoto County Hospital" in wanted[0]
    for text in FORMS:
        assert read(town, "Amina", text).texts == wanted, text
    assert "a number from this list" in read(town, "Amina", "CLINIC and soko mwezi").texts[0], "`and` is no need"
    for number in (" 101", "101", " １０１", " #101", " no. 101", " and 101", " 101."):
        text = f"RIGHTS{number}"
        assert read(town, "Amina", text).texts[0].startswith("In a raid."), text
    for place in (" soko mwezi", "soko mwezi", " and soko mwezi", ": (soko mwezi)", "\u00a0soko\u00a0mwezi"):
        text = f"JOIN{place}"
        assert read(town, "Amina", text).texts[0].startswith("Welcome. You get notices for Soko Mwezi."), text


def test_a_number_of_a_list_that_we_sent_is_enough(town: Town) -> None:
    do(town, "Amina", SetPassphrase("mango"))
    for texts, begins in (
        (("RIGHTS", "1", "101"), "In a raid."),
        (("what are my rights when police come", "１", "101."), "In a raid."),
        (("CLINIC soko mwezi", "3"), "Ndoto County Hospital"),
        (("CLINIC", "3 soko mwezi"), "Ndoto County Hospital"),
        (("LANG", "sw"), "Done. Language: Kiswahili."),
    ):
        town.store.connection.batch([("DEL", key) for key in town.store.connection.execute("KEYS", "guard:*")])
        for text in texts:
            town["Amina"].text(text)
            if code := town["Amina"].fresh_code():
                town["Amina"].text(code)
        got = town["Amina"].inbox()
        assert got[-1].startswith(begins) or any(text.startswith(begins) for text in got), (texts, got)

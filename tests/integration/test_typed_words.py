"""Every way on which typed words of one person reach another, as one table, and the proof on real phones."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.model.feature import Feature
from gateway.model.safe_call import SAFE_CALL_FEATURE
from gateway.model.sos import SOS_FEATURE
from tests.harness.cast import NUMBERS
from tests.harness.steps_contacts import add_contacts, safety_profile
from tests.harness.steps_turns import do
from tests.harness.town import Town

OWN, NONE, ROLE, STAFF, FIXED, NAME, WORDS, LABELLED = (
    "the caller alone reads it",
    "no person's words: an id, a code, a PIN, a key or a choice of ours",
    "only on the screen of a role that agreed, behind its PIN; the text says that something waits",
    "written by staff under a rule of the policy",
    "our own sentences",
    "before a yes the first letter; after it one word of letters, `own_words.shown_name`",
    "after a yes: neither link nor number, `own_words.carries_contact_details`, three times a day",
    "after a yes: labelled parts, each in its own form (`menus.safe_call_note`), three times a day",
)
TABLE: dict[str, str] = {
    "RequestContact.number": NONE, "RequestContact.name": OWN, "RequestContact.display_name": NAME,
    "InviteNurse.number": NONE,
    "SetArrestMessage.text": WORDS, "StartSafeCall.note": LABELLED, "StartSafeCall.place": LABELLED,
    "ReportClinic.also": NONE, "SetPassphrase.passphrase": ROLE,
    "AddSosDetails.details": ROLE, "SubmitReport.venue": ROLE, "AddToReport.venue": ROLE, "AskClinic.text": ROLE,
    "AnswerReferral.text": STAFF, "AskUs.words": ROLE, "AskUs.topic": NONE, "AnswerVerifier.words": ROLE,
    "AnswerQuestion.words": STAFF, "AskReporters.words": STAFF, "AddClientReport.text": ROLE,
    "SendAlert.venue": STAFF, "SendAlert.text": STAFF, "ConfirmReport.venue": STAFF, "ConfirmReport.text": STAFF,
    "UpdateAlert.venue": STAFF, "UpdateAlert.text": STAFF, "TextCaller.texts": FIXED,
    "AcceptContactRequests.letter": NONE, "AcceptContactRequests.unclear_text": FIXED,
}  # fmt: skip
"""each typed field of an intent, and what becomes of it"""
NO_WORDS = frozenset({"area", "code", "pin", "lang", "need", "clinic", "rating", "staff_id", "district", "tiers"})
"""names of fields that hold an id, a code, a PIN or a choice of ours"""
LINK, NUMBER, BODY = "evil.example", "0712999888", "712999888"


def every_intent(kind: type = intents.Intent) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from every_intent(each)


def holds_text(kind: Any) -> bool:
    return kind is str or any(map(holds_text, get_args(kind)))


def typed_fields() -> set[str]:
    found = [(each.__name__, field) for each in every_intent() for field in msgspec.structs.fields(each)]
    return {f"{name}.{field.name}" for name, field in found if holds_text(field.type) and field.name not in NO_WORDS}


def test_every_typed_field_is_decided() -> None:
    """A new field that takes typed words fails here until this table says whom it reaches, and what is filtered."""
    assert typed_fields() - set(TABLE) - {"InviteMember.typed_number"} == set()
    assert set(TABLE) <= typed_fields()


@pytest.fixture
def full_town(town: Town) -> Town:
    town.turn_on(*Feature.all())
    return town


def go(town: Town, *steps: str, trusted: bool = False) -> None:
    """Dial "Talk to someone" as Amina and choose by label, over pages, behind the PIN. What is no label is typed."""
    amina = town["Amina"]
    amina.dial("1", "7", "2468", "4")
    for step in ("People I trust", *steps) if trusted else steps:
        key = key_of(amina, step)
        if amina.open:
            amina.press(key)


def key_of(phone: Any, step: str) -> str:
    while not (found := re.search(rf"^(\d+)\. {re.escape(step)}$", phone.screen, re.M)) and "\n98. " in phone.screen:
        phone.press("98")
    return found[1] if found else step


def texts_to_others(town: Town, *but: str) -> list[str]:
    return [text for name in NUMBERS if name not in but for text in town.inbox(name)]


@pytest.mark.parametrize("planted", [f"see {LINK} now", f"Pay to {NUMBER}", f"{LINK}", NUMBER])
def test_no_typed_words_carry_a_link_or_a_number_into_a_text(full_town: Town, planted: str) -> None:
    """A caller types a link and a number into every question of the screens. No other phone may get them in a text."""
    town, amina = full_town, full_town["Amina"]
    add_contacts(town, "Bahati")
    do(town, "Amina", intents.SetOwnPin("2468"))
    go(town, "People I trust", "Add someone", NUMBERS["Chiku"], planted, planted)
    assert amina.screen.startswith("One word of 2 to 12 letters")
    go(town, "If police hold me", planted, trusted=True)
    assert amina.screen.startswith("Only words, please")
    go(town, "Warn my people")
    town.sleep(120)
    go(town, "I need someone now", "Yes", "Say where you are", planted)
    amina.dial("1", "5", "1", f"soko {planted}", "1")
    amina.dial("1", "5", "2", planted)
    for skipped in range(4):
        go(
            town,
            "If I am not back",
            "Go on",
            *["Skip"] * skipped,
            planted,
            *["Skip"] * (3 - skipped),
            "1",
        )
    for _wait in range(6):
        town.sleep(1800)
        town.work()
    got = texts_to_others(town, "Amina")
    assert got, "the search itself works"
    unlabelled = [text.replace(f"Phone of the person met (do not call): +254{BODY}", "") for text in got]
    assert [text for text in unlabelled if LINK in text or BODY in text] == []


def test_before_a_yes_only_our_sentences_leave(town: Town) -> None:
    """A stranger wants our sender to say anything to a person who agreed to nothing. Not even a whole word leaves."""
    town.turn_on(CONTACTS_FEATURE)
    for name in ("Your daughter sells herself", "Pay5000", "a.b", "zerosevenonetwo"):
        do(town, "Amina", intents.RequestContact(NUMBERS["Bahati"], "x", name))
        assert town["Bahati"].inbox() == []
    do(town, "Amina", intents.RequestContact(NUMBERS["Bahati"], "Your daughter", "aisha"))
    assert town["Bahati"].inbox() == ["A. asks: may this number text you when A. needs you? Reply YES or STOP."]
    do(town, "Amina", intents.SetOwnPin("2468"))
    go(town, "People I trust", "Add someone", NUMBERS["Chiku"], "x", "Aisha", "no such label")
    pages = town["Amina"].screen + town["Amina"].press("98")
    assert "Other words" in pages and "own words" not in pages


def test_a_stranger_does_not_share_a_yes_that_was_meant_for_a_friend(town: Town) -> None:
    """The stranger asks at the moment when a friend asks. A yes by dialling must answer one person, or nobody."""
    town.turn_on(CONTACTS_FEATURE)
    bahati = town["Bahati"]
    do(town, "Amina", intents.RequestContact(NUMBERS["Bahati"], "Sister", "Aisha"))
    town.work()
    bahati.dial("1", "4")
    bahati.choose("A question for you", "Yes")
    do(town, "Chiku", intents.RequestContact(NUMBERS["Bahati"], "Victim", "Mama"))
    town.work()
    assert [[each.active for each in safety_profile(town, name).contacts] for name in ("Amina", "Chiku")] == [
        [True],
        [False],
    ]
    do(town, "Dafina", intents.RequestContact(NUMBERS["Bahati"], "x", "Rose"))
    town.store.connection.execute("DEL", *town.store.connection.execute("KEYS", "invited:*"))
    town.let_pass()
    town.work()
    bahati.dial("1", "4")
    assert bahati.choose("A question for you").startswith("Who do you mean?")
    do(town, "Bahati", intents.AcceptContactRequests(by_ussd=True))
    town.work()
    assert not any(each.active for name in ("Chiku", "Dafina") for each in safety_profile(town, name).contacts)


def test_after_a_yes_an_arrest_is_told_three_times_a_day(town: Town) -> None:
    """A yes was forged or coaxed. The person must not get text after text; the next day counts anew."""
    town.turn_on(CONTACTS_FEATURE)
    add_contacts(town)
    for _again in range(6):
        go(town, "Warn my people")
        town.sleep(1200)
        town.work()
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"] * 3
    go(town, "Warn my people")
    assert town["Amina"].screen.startswith("We told your people at")
    town.sleep(86400)
    go(town, "Warn my people")
    town.sleep(120)
    assert town["Bahati"].inbox() == ["Aisha is held 0711000099"]


def test_after_three_notes_a_day_contacts_get_our_sentence_only(town: Town) -> None:
    """The notes of safe calls must not become a stream of own words either; that somebody is not back is still told."""
    town.turn_on(CONTACTS_FEATURE, SAFE_CALL_FEATURE, SOS_FEATURE)
    add_contacts(town)
    for _again in range(4):
        do(town, "Amina", intents.StartSafeCall(int(town.now()) + 60, "Place: Kibokohotel"))
        for _wait in range(3):
            town.sleep(1000)
            town.work()
        do(town, "Amina", intents.EndSafeCall())
    got = [text for text in town["Bahati"].inbox() if "wanted to be back" in text]
    assert [("Kibokohotel" in text) for text in got] == [True, True, True, False]
    assert len(safety_profile(town).note_texts) == 3


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        (0, "Jamii Hotel room 4", "Place: Jamii Hotel room 4"),
        (0, "Pay 0712999888", "Only the place"), (0, "see evil.example", "Only the place"),
        (1, "0712 000 123", "Phone of the person met (do not call): +254712000123"),
        (1, "Pay 5000 to 0712999888", "That is no phone number"),
        (2, "kbx 123a", "Number plate: KBX123A"), (2, "Pay 5000 to 0712999888", "Only the number plate"),
        (3, "two men, a red car", "two men, a red car"), (3, "Pay to 0712", "Only words here"),
    ],
)  # fmt: skip
def test_each_part_of_a_note_has_a_form_of_its_own(town: Town, part: int, typed: str, said: str) -> None:
    """Contacts need place, phone and plate. No part may carry more than its question asked for."""
    town.turn_on(CONTACTS_FEATURE, SAFE_CALL_FEATURE)
    add_contacts(town)
    go(town, "If I am not back", "Go on", *["Skip"] * part, typed)
    if said.startswith(("Only", "That")):
        assert town["Amina"].screen.startswith(said)
        return
    town["Amina"].press(*["1"] * (3 - part), "1")
    for _wait in range(6):
        town.sleep(1800)
        town.work()
    assert town["Bahati"].inbox()[-1].endswith(f"The note: {said}")

"""A stalker asks the phone of a victim's friend at the moment at which the friend agrees to somebody else."""

import pytest
from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.model import intents
from gateway.model.contacts import CONTACTS_FEATURE
from gateway.store.records.contents import rotate_contact_requests
from tests.harness.cast import number
from tests.harness.phone import FRESH_CODE
from tests.harness.steps_contacts import CONTACT, safety_profile
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

UNCLEAR = "Who do you mean? Send YES and the letter in our text about the person you know. STOP ends all."
STALKER = replace(CONTACT, display_name="Rose")


@pytest.fixture
def town(town: Town) -> Town:
    town.turn_on(CONTACTS_FEATURE)
    return town


def ask(town: Town, owner: str, request: intents.RequestContact) -> str:
    """Return the question that the friend gets."""
    do(town, owner, request)
    town.work()
    return town["Bahati"].inbox()[-1]


def agreed(town: Town) -> tuple[bool, bool]:
    """Return whether the friend is a contact of Amina, and of the stalker."""
    town.work()
    victim, stalker = safety_profile(town), safety_profile(town, "Chiku")
    return bool(victim.active_contacts), bool(stalker and stalker.active_contacts)


def test_a_yes_without_a_letter_accepts_none_of_two(town: Town) -> None:
    ask(town, "Amina", CONTACT)
    ask(town, "Chiku", STALKER)
    town["Bahati"].text("yes")
    assert town["Bahati"].inbox() == [UNCLEAR]
    assert agreed(town) == (False, False)


def test_a_letter_accepts_this_one_and_the_other_stays_asked(town: Town) -> None:
    assert ask(town, "Amina", CONTACT).startswith("A. asks")
    assert ask(town, "Chiku", STALKER).startswith("R. asks")
    town["Bahati"].text_and_confirm("Yes a.")
    assert agreed(town) == (True, False)
    kept = town.store.safety_records.read_contact_requests(number("Bahati"))[1]
    assert len(kept.pending.owners) == 1
    town["Bahati"].text_and_confirm("YES R")
    assert agreed(town) == (True, True)


def test_a_stalker_who_takes_the_same_letter_gets_another(town: Town) -> None:
    assert ask(town, "Amina", CONTACT).startswith("A. asks")
    assert ask(town, "Chiku", replace(CONTACT, display_name="Àlex")).startswith("A2. asks")
    town["Bahati"].text_and_confirm("yes A")
    assert agreed(town) == (True, False)


def test_a_question_that_comes_between_yes_and_the_code_gets_no_yes(town: Town) -> None:
    ask(town, "Amina", CONTACT)
    town["Bahati"].text("yes")
    code = town["Bahati"].gets(FRESH_CODE)[1]
    ask(town, "Chiku", STALKER)
    town["Bahati"].text(code)
    assert UNCLEAR in town["Bahati"].inbox()
    assert agreed(town) == (False, False)


def test_a_letter_of_nobody_accepts_nobody(town: Town) -> None:
    ask(town, "Amina", CONTACT)
    town["Bahati"].text_and_confirm("yes Z")
    assert agreed(town) == (False, False)


def test_a_friend_whose_phone_has_a_pin_reads_the_same_after_the_code(town: Town) -> None:
    do(town, "Bahati", intents.Subscribe(area_id(town)), intents.SetOwnPin("7305"))
    ask(town, "Amina", CONTACT)
    ask(town, "Chiku", STALKER)
    town["Bahati"].text_and_confirm("yes")
    assert UNCLEAR in town["Bahati"].inbox()
    assert agreed(town) == (False, False)


def test_the_screen_says_the_same(town: Town) -> None:
    ask(town, "Amina", CONTACT)
    ask(town, "Chiku", STALKER)
    town["Bahati"].dial("1", "4")
    assert town["Bahati"].choose("A question for you").startswith("Who do you mean?")


class Renaming:
    """The names of the next version of the keys."""

    def new_token(self, token: bytes, purpose: Purpose) -> bytes:
        return b"new" + token

    def rotate_digest(self, digest: bytes) -> bytes:
        return b"new" + digest


def test_after_a_rotation_a_letter_names_the_same_caller(town: Town) -> None:
    ask(town, "Amina", CONTACT)
    ask(town, "Chiku", STALKER)
    requests = town.store.safety_records.read_contact_requests(number("Bahati"))[1]
    after = rotate_contact_requests(Renaming(), requests)
    for letter in ("A", "R"):
        [(owner, _agreed)] = requests.named(letter).owners
        assert after.named(letter).owners == ((b"new" + owner, False),)


@pytest.mark.parametrize("words", ["yes no", "yes ok", "yes A B", "yes 2"])
def test_other_words_after_yes_accept_nobody(town: Town, words: str) -> None:
    ask(town, "Amina", CONTACT)
    town["Bahati"].text(words)
    assert town["Bahati"].inbox() == ["Reply YES or STOP."]
    assert agreed(town) == (False, False)


@pytest.mark.parametrize(
    "words", ["yes sure she can text me", "yeah no problem she can", "yes of course, tell her it is fine"]
)
def test_a_sentence_that_agrees_as_a_whole_is_a_yes(town: Town, words: str) -> None:
    ask(town, "Amina", CONTACT)
    town["Bahati"].text_and_confirm(words)
    assert agreed(town) == (True, False)

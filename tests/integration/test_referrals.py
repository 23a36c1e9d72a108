"""Referrals and questions to us: a limit for each phone, and nothing revealed to a person who does not know the PIN."""

import pytest

from gateway.model import intents
from gateway.model.referral import (
    MAX_OPEN_REFERRALS,
    MAX_OPEN_REFERRALS_OF_ALL,
    ReferralStage,
    check_digit,
    is_referral_code,
    new_referral_code,
)
from gateway.model.subscription import MAX_AREAS
from gateway.store import keys
from tests.harness.cast import number
from tests.harness.town import Town

TO_A_PLACE = ("1", "2", "4", "soko", "1", "1")
"""the keys of a test, in the nearest place"""


def sent(town: Town, name: str) -> None:
    area = town.store.read_world().atlas.resolve("Soko Mwezi").id
    turn = town.store.read_turn(number(name))
    refer = intents.CreateReferral(new_referral_code(), "test", "D01", area)
    town.store.apply_intents(turn, (refer,), "en")
    assert town.store.commit(turn.transaction)


def test_a_caller_has_at_most_three_open_referrals(town: Town) -> None:
    for _ in range(MAX_OPEN_REFERRALS):
        assert town["Dafina"].dial(*TO_A_PLACE).startswith("Your code: ")
    assert town["Dafina"].dial("1", "2", "4", "soko", "1", "1").startswith("3 places already have your code")
    assert len(town.store.read_turn(number("Dafina")).referrals) == MAX_OPEN_REFERRALS
    code = next(iter(town.store.read_turn(number("Dafina")).referrals))
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert town["Dafina"].dial("1", "2", "4", "soko", "1", "1").startswith("Your code: ")


@pytest.mark.parametrize(
    ("keys", "said", "told"),
    [
        (("1", "soko"), "Go today. Pills can still prevent HIV", "medicine to start within 72 h"),
        (("2", "1", "soko"), "A pill can still prevent pregnancy, within 5 days", "medicine to start within 120 h"),
        (("3", "1", "soko"), "It still helps to go", "check-up, wants to talk"),
    ],
)
def test_the_screen_says_what_still_works_and_the_nurse_reads_what_is_true(
    town: Town, keys: tuple[str, ...], said: str, told: str
) -> None:
    phone = town["Chiku"]
    assert said in phone.dial("1", "2", "1", keys[0])
    phone.press(*keys[1:])
    phone.choose("Ndoto County Hospital", "Tell them I come")
    assert any(f": {told}, speaks English" in text for text in town["Nurse"].inbox())
    assert town.store.read_turn(number("Chiku")).referrals.popitem()[1].may_text is False


def test_an_answer_that_came_before_the_yes_is_told_at_once(town: Town) -> None:
    code = town["Dafina"].dial(*TO_A_PLACE).split(".")[0].rsplit(" ", 1)[1]
    town["Nurse"].text_and_confirm(f"1 {code}")
    assert town["Dafina"].inbox() == []
    town["Dafina"].press("1", "1")
    assert town["Dafina"].inbox() == ["An answer waits for you. Dial *384*2024#"]


def test_with_a_pin_the_referral_limit_looks_like_a_closed_clinic(town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].dial("1", "6", "4", "2580", "2580")
    for _ in range(MAX_OPEN_REFERRALS):
        sent(town, "Amina")
    assert town["Amina"].dial("1", "2", "4", "soko", "1", "1").startswith("This place cannot help you")


def test_three_questions_and_then_a_pause(town: Town) -> None:
    for n in range(3):
        assert town["Dafina"].dial("1", "5", "2", f"word {n}", "2").startswith("Thank you.")
    assert town["Dafina"].dial("1", "5", "2").startswith("You told us a short while ago.")
    [asked] = town.store.read_world().conversations.values()
    assert [line.words for line in asked.lines] == ["word 0", "word 1", "word 2"], "one conversation of one phone"
    town["Dafina"].text("HELP")
    assert len(town["Dafina"].inbox()) == 1
    town.sleep(1801)
    assert "Your question?" in town["Dafina"].dial("1", "5", "2")


def test_the_last_screen_has_the_whole_name_where_it_fits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("menus.referrals.MAX_CLINIC_NAME_CHARS", 5)
    town["Dafina"].dial(*TO_A_PLACE)
    code, referral = next(iter(town.store.read_turn(number("Dafina")).referrals.items()))
    place = town.store.read_world().directory.get(referral.clinic)
    assert place
    assert town["Dafina"].screen.startswith(f"Your code: {code}. We tell {place.name} that you come.")


def test_with_a_pin_everything_looks_as_for_a_stranger(town: Town) -> None:
    """Twelve areas on one phone, none on the other."""
    turn = town.store.read_turn(number("Amina"))
    areas = [a.id for a in town.store.world_cache.areas.items.values() if a.name != "Soko Mwezi"][:MAX_AREAS]
    town.store.apply_intents(turn, (*map(intents.Subscribe, areas), intents.SetOwnPin("2580")), "en")
    assert town.store.commit(turn.transaction)
    # A dropped session is resumed without the PIN. The second time another key starts again.
    for begun, typed in ((("1", "1", "2"), ("88", "soko", "2")), (("2", "1", "3"), ("88", "soko"))):
        town["Amina"].dial(*begun)
        town["Dafina"].dial(*begun)
        members, strangers = (town[name].dial(*typed) for name in ("Amina", "Dafina"))
        assert members == strangers
    assert town["Amina"].dial("1", "6", "1", "1") == town["Dafina"].dial("1", "6", "1", "1")
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    assert town["Amina"].inbox()[0].startswith("Welcome.")
    town.sleep(300)
    assert town["Amina"].dial("1", "7", "2580", "1", "2", "soko").startswith("You have 13 areas.")


def test_an_adversary_with_many_referrals_leaves_codes_for_everybody(town: Town) -> None:
    """Each code of five digits is in use (fault row 61). The next caller gets a longer one; a nurse can text it."""
    taken = [digits + check_digit(digits) for digits in map(str, range(1000, 9990))]
    until = int(town.now()) + 86400
    town.store.connection.execute(
        "MSET", *(word for code in taken for word in (keys.referral(town.store.vault, code), b"taken"))
    )
    few = taken[: MAX_OPEN_REFERRALS_OF_ALL - 1]
    town.store.connection.execute("ZADD", keys.OPEN_REFERRALS, *(word for code in few for word in (until, code)))
    code = town["Dafina"].dial(*TO_A_PLACE).split(".")[0].rsplit(" ", 1)[1]
    assert len(code) == 7 and is_referral_code(code)
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert town.store.read_turn(number("Dafina")).referrals[code].stage is ReferralStage.FULL


def test_above_the_cap_a_caller_reads_a_refusal_at_once(town: Town) -> None:
    until = int(town.now()) + 86400
    words = (word for code in range(MAX_OPEN_REFERRALS_OF_ALL) for word in (until, f"{code:07}"))
    town.store.connection.execute("ZADD", keys.OPEN_REFERRALS, *words)
    assert town["Dafina"].dial(*TO_A_PLACE).startswith("This place cannot help you")


def test_an_expired_referral_does_not_count(town: Town) -> None:
    town.store.connection.execute("ZADD", keys.OPEN_REFERRALS, int(town.now()) - 1, "10009")
    sent(town, "Dafina")
    assert town.store.connection.execute("ZCARD", keys.OPEN_REFERRALS) == 1

"""What a caller who waits, and the next one, read of a clinic: why it cannot help, where else, and who can be told."""

import pytest

from gateway.turns.snapshot import caller_from_turn
from menus.engine.screen import ScreenResult
from menus.health import clinic_text
from tests.harness.cast import number
from tests.harness.town import Town
from tests.integration.test_clinic_reports import HOSPITAL, details, hold, our_place, refer

LANGUAGES = ("en", "sw", "fr", "es", "ru", "zh_Hans")


def visit(town: Town, name: str) -> str:
    """Return the screen of the caller's one visit."""
    town.sleep(300)
    return hold(town[name], "My visit", HOSPITAL[:8])


def places(town: Town, name: str) -> str:
    """Return the list of places for care within three days."""
    town.sleep(300)
    return town[name].dial("1", "2", "1", "1", "soko mwezi")


def offered(shown: ScreenResult) -> list[str]:
    return [choice.label for choice in shown.choices]


@pytest.mark.parametrize(
    ("report", "until", "reason"),
    [
        ("Something ran out", ("medicine to start within 72 h", "Mon"), "They have none of this till Mon"),
        ("We are closed", ("Mon",), "Closed till Mon"),
    ],
)
def test_a_waiting_caller_reads_why_and_where_else(
    town: Town, report: str, until: tuple[str, ...], reason: str
) -> None:
    refer(town, "Amina", "hurt")
    our_place(town, report, *until)
    said = visit(town, "Amina")
    assert reason in said and "Go to another place today." in said
    assert "1. Other places" in said and "They have no place now." not in said


def test_what_is_there_again_is_told_to_the_caller_who_was_turned_away(town: Town) -> None:
    refer(town, "Amina", "hurt")
    our_place(town, "Something ran out", "medicine to start within 72 h", "Mon")
    visit(town, "Amina")
    town.inbox("Amina")
    our_place(town, "medicine to start within 72 h: here again")
    assert len(town.inbox("Amina")) == 1, "an answer waits"
    assert "They can help again. You can come." in visit(town, "Amina")


def test_full_is_an_answer_of_its_own(town: Town) -> None:
    code = refer(town, "Amina", "hurt")
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert "They have no place now. Go to another place today." in visit(town, "Amina")
    town["Nurse"].text_and_confirm(f"5 {code} come at 8")
    assert "They have no place now." in visit(town, "Amina")


def test_the_next_caller_reads_that_a_place_is_full_until_it_takes_somebody(town: Town) -> None:
    code = refer(town, "Amina", "hurt")
    town["Nurse"].text_and_confirm(f"2 {code}")
    assert HOSPITAL not in places(town, "Dafina").splitlines()[0]
    assert details(town, "hurt").text.startswith("They said today: full.")
    assert "full" not in details(town, "test").text, "of another need nothing was said"
    town["Nurse"].text_and_confirm(f"1 {code}")
    assert places(town, "Dafina").startswith(f"1. {HOSPITAL}: open")


def test_full_ends_with_the_day_and_with_a_report_that_all_is_there(town: Town) -> None:
    code = refer(town, "Amina", "hurt")
    town["Nurse"].text_and_confirm(f"2 {code}")
    town.sleep(86400)
    assert places(town, "Dafina").startswith(f"1. {HOSPITAL}: open")
    town["Nurse"].text_and_confirm(f"2 {refer(town, 'Bahati', 'hurt')}")
    town["Nurse"].text_and_confirm("open")
    assert places(town, "Dafina").startswith(f"1. {HOSPITAL}: open")


def test_words_of_a_clinic_are_no_silence(town: Town) -> None:
    code = refer(town, "Amina", "hurt")
    assert "They have not answered yet." in visit(town, "Amina")
    town["Nurse"].text_and_confirm(f"5 {code} medicine is out until monday")
    said = visit(town, "Amina")
    assert "They wrote to you:\nmedicine is out until monday" in said and "not answered" not in said


def test_the_list_says_which_places_can_be_told(town: Town) -> None:
    listed = places(town, "Dafina").splitlines()
    told = [line for line in listed if "takes our code" in line]
    assert told and all(HOSPITAL in line for line in told)
    assert "1. Tell them I come" in town["Dafina"].press(told[0][0])


def test_before_the_key_the_caller_reads_what_the_clinic_will_read(town: Town) -> None:
    known = details(town, "hurt")
    assert known.text.startswith("They read: medicine to start within 72 h.")
    assert offered(known)[0] == "Tell them I come"
    places(town, "Dafina")
    assert "They know what you need." in town["Dafina"].press("1", "1")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answers_stand_under_their_question(town: Town, lang: str) -> None:
    place = [language.code for language in town.context.deployment.languages].index(lang) + 1
    town["Dafina"].dial(str(place), "2", "1", "1", "soko mwezi", "1", "1")
    town["Dafina"].choose(town.context.translator(lang)("Text me when they answer"))
    assert "\n1. " in town["Dafina"].screen and "\n2. " in town["Dafina"].screen
    assert "\n1. " in town["Dafina"].press("1") and "\n2. " in town["Dafina"].screen


def test_what_is_free_is_said_in_the_callers_language(town: Town) -> None:
    shown = details(town, "test")
    assert "Cost: free" in shown.text
    hospital = town.store.read_world().directory.get("D01")
    assert hospital
    for lang in LANGUAGES[1:]:
        caller = caller_from_turn(town.store.read_turn(number("Dafina")), lang)
        assert "free" not in clinic_text(caller, hospital, town.context.translator(lang))


def test_the_nurse_reads_the_language_in_the_nurses_own(town: Town) -> None:
    languages = town.context.deployment.languages
    assert [languages.name_for("ru", lang) for lang in ("en", "sw", "fr")] == ["Russian", "Kirusi", "russe"]
    assert languages.name_for("ru", "xx-none") == "Russkij"
    place = [language.code for language in languages].index("ru") + 1
    town["Dafina"].dial(str(place), "2", "1", "1", "soko mwezi", "1", "1")
    [said] = [text for text in town.inbox("Nurse") if text.startswith("Visitor")]
    assert "speaks Russian," in said

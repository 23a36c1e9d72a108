"""Keys dialled at once, words typed on a screen, and the way back from a language that nobody here reads."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gateway.content_gates.sample_values import value_names
from gateway.model import intents
from gateway.model.feature import Feature
from gateway.model.sos import SOS_FEATURE
from tests.harness.cast import number
from tests.harness.steps_turns import do
from tests.harness.town import Town

TALK = "talk.talk"


def location(town: Town, name: str = "Amina") -> str:
    return town[name].session().location.screen


def remember(town: Town, lang: str) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    do(town, "Amina", intents.SetLanguage(lang, remember=True))


def join_with_pin(town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    do(town, "Amina", intents.SetOwnPin("2468"))


# --- keys dialled at once


def test_a_remembered_language_changes_no_key_that_is_dialled_at_once(town: Town) -> None:
    remember(town, "fr")
    assert "Parler" in town["Amina"].dial()
    for keys in (("1", "4"), ("2", "4")):
        town["Amina"].dial_whole(*keys)
        assert location(town) == TALK
        assert town["Amina"].session().lang == ("en" if keys[0] == "1" else "sw")
    town.sleep(300)  # no call to go on with
    assert "Parler" in town["Amina"].dial(), "what was remembered stays"


def test_a_call_that_was_cut_off_changes_no_key_that_is_dialled_at_once(town: Town) -> None:
    town["Amina"].dial("1", "2")
    assert town["Amina"].dial().startswith("Go on where you were?")
    town["Amina"].dial_whole("1", "2")
    town["Amina"].dial_whole("1", "4")
    assert location(town) == TALK


def test_a_pin_takes_no_key_that_is_dialled_at_once(town: Town) -> None:
    """One request tries no code, and behind the question nothing is pressed."""
    join_with_pin(town)
    town["Amina"].dial_whole("1", "7", "2468", "4")
    assert location(town) == "pin.pin"
    town["Amina"].press("2468", "4")
    assert location(town) == TALK


# --- words


@pytest.mark.parametrize(
    ("word", "lang"), [("STOP", "1"), ("stop", "5"), ("acha", "2"), ("arret", "1"), ("отписка", "5")]
)
def test_stop_on_a_screen_ends_texts_after_one_question(town: Town, word: str, lang: str) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    town["Amina"].dial(lang, "3")
    town["Amina"].press(word)
    assert location(town) == "settings.stop" and town.store.read_turn(number("Amina")).subscription
    town["Amina"].press("1")
    assert not town["Amina"].open
    assert not town.store.read_turn(number("Amina")).subscription


def test_stop_is_the_answer_to_no_question(town: Town) -> None:
    town["Amina"].dial("1", "5", "1")
    assert location(town) == "reports.report_area"
    town["Amina"].press("STOP")
    assert location(town) == "settings.stop"
    town["Amina"].press("0")
    assert location(town) == "reports.report_area", "0 leads back to the question"


@pytest.mark.parametrize("word", ["help", "SOS", "msaada", "помогите"])
@pytest.mark.parametrize("is_on", [True, False])
def test_a_word_for_help_leads_to_people(town: Town, word: str, is_on: bool) -> None:
    if is_on:
        town.turn_on(SOS_FEATURE)
    town["Amina"].dial("1", "3")
    town["Amina"].press(word)
    assert location(town) == ("sos.sos_menu" if is_on else TALK)
    assert not town.store.read_turn(number("Amina")).sos, "it calls nobody by itself"


def test_words_that_were_asked_for_stay_words(town: Town) -> None:
    """A place may be called Help. Only an answer that cannot be used is read as a word for help."""
    town.turn_on(SOS_FEATURE)
    town["Amina"].dial("1", "5", "1", "soko mwezi", "1", "1", "help")
    assert location(town) == "reports.report_extended"
    town["Amina"].dial("1", "1", "1", "help")
    assert location(town) == "sos.sos_menu"


# --- the language


def test_whoever_pressed_the_wrong_language_finds_the_way_back(town: Town) -> None:
    home = town["Amina"].dial("6")
    while "9. " not in home:
        home = town["Amina"].press("98")
    assert home.splitlines()[-1].startswith("9. ") and "Language" in home
    assert "Kiswahili" in town["Amina"].press("9")
    assert "Ongea na mtu" in town["Amina"].press("2")


def test_a_remembered_language_is_changed_from_home(town: Town) -> None:
    remember(town, "zh_Hans")
    town["Amina"].dial()
    town["Amina"].press("9", "2")
    assert location(town) == "settings.remember_language"
    town["Amina"].press("1")
    assert "Ongea na mtu" in town["Amina"].dial()


def test_joining_offers_to_keep_the_language(town: Town) -> None:
    town["Amina"].dial("2", "1", "1", "soko mwezi")
    town["Amina"].choose("Ndiyo, najiunga", "Lugha hii kila mara")
    assert location(town) == "settings.remember_language"
    town["Amina"].press("1")
    assert "Ongea na mtu" in town["Amina"].dial()


def test_joining_behind_a_pin_keeps_no_language(town: Town) -> None:
    """Home would tell, before the PIN, that the phone is known."""
    join_with_pin(town)
    town["Amina"].dial("1", "7", "2468", "1")
    town["Amina"].choose("Get alerts")
    town["Amina"].press("mtaa", "1")
    said = town["Amina"].choose("Yes, join")
    assert "Done" in said and "Keep this language" not in said


# --- 0


def test_after_a_finished_action_zero_reads_home_and_leads_there(town: Town) -> None:
    town.turn_on(*Feature.all())
    town["Amina"].dial("1", "6")
    town["Amina"].press("help", "1")  # a call for help
    assert town["Amina"].screen.splitlines()[-1] == "0. Home"
    town["Amina"].press("0")
    assert location(town) == "home.home"


def test_no_code_names_keys_by_hand() -> None:
    """Printed keys come from `menus/printed_keys.py` and the cards' phone: no sentence has a digit to press."""
    path = Path(__file__).parents[2] / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    for message in read_po(path.open("rb")):
        for said in (message.id,) if isinstance(message.id, str) else message.id:
            if {"key", "keys"} & set(value_names(said)) or "press" in said.lower():
                assert not [word for word in said.split() if word.strip(".,:;").isdigit() and "1 to 5" not in said], (
                    said
                )

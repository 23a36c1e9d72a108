"""The gate of page breaks, and the screens that it reads."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from gateway.content_gates import page_breaks, screens
from gateway.content_gates.language_texts import read_language_texts
from tests.harness.catalogs import shipped
from tests.unit.test_content_gates import texts_of, write_catalog
from translations import load


@pytest.mark.parametrize(
    ("page", "words", "expected"),
    [
        ("Can it", ["not"], ""),
        ("It can not", ["not"], "not"),
        ("que nous n'avons", ["n'"], "n'"),
        ("une nouvelle", ["n'"], ""),
        ("It is a knot", ["not"], ""),
        ("Say no.", ["no"], ""),
        ("no less than", ["less than"], "less than"),
        ("这个不", ["不"], "不"),
        ("Это НЕ", ["не"], "не"),
    ],
)
def test_the_last_word_of_a_page(page: str, words: Sequence[str], expected: str) -> None:
    assert page_breaks.last_word_of(page, words) == expected


def test_keys_codes_negations_and_numbers_are_whole_on_one_page() -> None:
    """The pager keeps them together today. The gate would see a pager that no longer does."""
    texts = texts_of("en")
    reasons: Callable[..., Iterator[str]] = page_breaks._break_reasons
    assert list(reasons(texts, ["It does not", "work"], ())) == [
        "a page ends in 'not' ('...It does not'), which belongs to the next word"
    ]
    assert list(reasons(texts, ["It sees 12", "people there"], ())) == [
        "a page ends between a number and its noun ('...It sees 12')"
    ]
    assert list(reasons(texts, ["Join?\n1. Yes\n2. No", "More of it"], ())) == []
    assert list(reasons(texts, ["Then press 7,", "4, 3"], ())) == ["a page ends inside keys ('...Then press 7,')"]
    assert list(reasons(texts, ["Dial *710*", "12345# now"], ("*710*12345#",))) == ["a page ends inside *710*12345#"]
    assert list(reasons(texts, ["Dial *710*12345#", "now"], ("*710*12345#",))) == []


def test_what_a_reader_of_one_page_takes_for_something_else_is_found() -> None:
    """The pager keeps most of it apart today. The gate would see a pager, or words, that no longer do."""
    _ = shipped()["en"].translator
    found: Callable[..., Iterator[str]] = page_breaks._screen_reasons
    choices = ["1. Yes, join", "2. No"]
    assert list(found(_, ["Join?", "1. Yes, join\n2. No"], choices)) == []
    assert list(found(_, ["Join?\n1. Yes, join", "2. No"], choices)) == ["yes and no stand on two pages"]
    assert list(found(_, ["Join?", ""], [])) == ["a page has nothing but keys"]
    assert list(found(_, ["1. Yes, join\n2. No\nit is"], choices)) == ["'it is' stands directly under a choice"]
    assert list(found(_, ["1. Yes, join\n2. No\n\nit is"], choices)) == []
    assert list(found(_, ["They see it;", "we too"], [])) == ["a page ends in ';' ('...They see it;')"]
    assert list(found(_, ["Raid. Since", "20:40"], [])) == ["a page ends before an hour ('...Raid. Since')"]


def test_a_code_to_dial_and_its_keys_stand_on_one_page(tmp_path: Path) -> None:
    long = "Wakati wowote ukiwa tayari kabisa kufanya hivyo, mahali popote ulipo sasa hivi, mchana au usiku"
    english = "To end your call: dial {dial} and press {keys}."
    found = page_breaks.find_bad_page_breaks
    screen = {"If police hold you: dial {dial}, then press {keys}. Your people get: {words}": f"Piga {{dial}}. {long}. "
              f"{long}: {{keys}}. {{words}}"}  # fmt: skip
    write_catalog(tmp_path, "sw", screen | {english: "Piga {dial} {keys}."})
    texts = read_language_texts("sw", load(("en", "sw"), tmp_path), tmp_path)
    assert "the code and the keys stand on two pages" in {one.problem for one in found(texts)}


def test_the_sheet_has_every_urgent_screen_in_every_state_of_duty() -> None:
    """A reviewer reads it, so it is the real screens, page by page."""
    found = list(screens.render_screens(texts_of("en")))
    states = [one.state for one in found if one.name == "SOS: before"]
    assert len(set(states)) == len(states) == 6
    assert {"home", "SOS: sent", "Health", "join: consent", "safe call: start", "responder: a call"} <= {
        one.name for one in found
    }
    home = next(one for one in found if one.name == "home")
    assert "4. Talk to someone" in home.pages[0] and home.has_urgent_choice_first
    assert any("+254711000099" in page for one in found if "a hotline" in one.state for page in one.pages)

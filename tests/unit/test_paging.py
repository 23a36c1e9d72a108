"""Pages as somebody reads them who sees only one at a time."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from gateway.text.breaks import find_break, is_glued
from gateway.text.gsm import encoded_length, max_screen_length
from menus.engine import paging
from menus.engine.screen import Choice, Link
from tests.harness.catalogs import SPOKEN, shipped
from translations import Translator

NEGATIONS = {
    "en": {"not", "never", "without", "no", "nor"}, "sw": {"si", "bila", "wala"}, "fr": {"ne", "ni", "sans"},
    "es": {"no", "ni", "sin"}, "ru": {"не", "ни", "без", "нельзя"}, "zh_Hans": {"不", "没", "别", "没有"},
}  # fmt: skip
"""What a reader of one page would take for the opposite, if the page ended in it."""


def spoken(code: str) -> Translator:
    return shipped()[code].translator


def sentences(code: str) -> list[str]:
    """Return everything that the language says, sentences and topics."""
    language = shipped()[code]
    said = [f for forms in language.messages.values() for f in forms]
    return said + [spoken(code).normalise(topic.body) for topic in shipped().topics(code)]


def words_of(pages: list[str]) -> str:
    """Return what pages say, without the lines below them and without blanks."""
    lines = [line for page in pages for line in page.splitlines() if not re.match(r"(98|0)\. ", line)]
    return "".join("".join(lines).split())


values = st.fixed_dictionaries(
    {
        "n": st.integers(0, 100_000),
        "hour": st.sampled_from(["00:05", "16:40"]),
        "dial": st.sampled_from(["*384*2024#", "*710*12345*6#"]),
        "keys": st.sampled_from(["4, 3", "7, PIN, 4, 2", "6, 1, 2"]),
        "phone": st.sampled_from(["+254711000099", "0711 000 099"]),
        "where": st.text("abc жд中", min_size=1, max_size=40),
    }
)


@pytest.mark.parametrize("code", SPOKEN)
@given(data=st.data(), filled=values)
@settings(max_examples=60, deadline=None)
def test_pages_fit_lose_nothing_and_split_no_pair(code: str, data: st.DataObject, filled: dict[str, object]) -> None:
    _ = spoken(code)
    said = " ".join(data.draw(st.lists(st.sampled_from(sentences(code)), min_size=1, max_size=4)))
    text = _.normalise(re.sub(r"\{(\w+)\}", lambda found: str(filled.get(found[1], filled["where"])), said)).strip()
    pages = paging.all_pages(text, (), _)
    assert all(encoded_length("CON " + page)[0] <= max_screen_length(page) for page in pages)
    assert words_of(pages) == "".join(text.split())
    bodies = [re.sub(r"(\n98\. .*)?(\n0\. .*)?$", "", page) for page in pages]
    for before, after in pairwise(bodies):
        is_line_end = f"{before.splitlines()[-1]}\n{after.splitlines()[0]}" in text
        assert is_line_end or not is_glued(f"{before} {after}", len(before) + 1, _.stays_with_next), (before, after)


@pytest.mark.parametrize("code", SPOKEN)
def test_no_page_of_a_topic_ends_in_a_negation(code: str) -> None:
    _ = spoken(code)
    for topic in shipped().topics(code):
        for page in paging.all_pages(_.normalise(topic.body), (), _)[:-1]:
            body = page.split("\n98. ")[0]
            if code == "zh_Hans":
                assert not body.endswith(tuple(NEGATIONS[code])), page
            else:
                assert body.split()[-1].casefold() not in NEGATIONS[code], page


@pytest.mark.parametrize(
    ("text", "room", "page"),
    [
        ("Вы можете не платить.", 13, "Вы можете"),
        ("dial *384*2024# and press 4, 3 now", 28, "dial *384*2024# and press"),
        ("press 7, PIN, 4, 3 to end", 13, "press"),
        ("拨号后按4, 3。", 6, "拨号后按"),
        ("for at most 72 hours", 15, "for at most"),
        ("First:\n1. Breathe", 9, "First:"),
        ("call 0711 000 099", 12, "call"),
        ("今天你可以不去", 6, "今天你可以"),
        ("(don't go", 7, "(don't"),
        ("4, 3, 2, 1, 5, 6", 8, "4, 3, 2,"),
    ],
    ids=[
        "negation",
        "keys",
        "keys with a PIN",
        "keys in Chinese",
        "number",
        "item",
        "phone",
        "不",
        "not listed",
        "longer",
    ],
)
def test_what_belongs_together_stays_together(text: str, room: int, page: str) -> None:
    words = frozenset({"не", "不"})
    assert text[: find_break(text, room, words)].rstrip() == page


ONE, TWO = Choice("Send now", Link("a")), Choice("Who hears it", Link("b"))


def test_a_first_choice_stands_on_the_first_page_and_the_rest_of_the_text_behind() -> None:
    _ = spoken("en")
    text = "Somebody is on duty now. " + "They read your words and your area. " * 5
    first, *later = paging.all_pages(text, (ONE, TWO), _, choice_first=True)
    assert first.startswith("Somebody is on duty now.") and "\n1. Send now\n2. Who hears it\n" in first
    assert words_of([first, *later]).count("Theyreadyourwords") == 5
    assert "Send now" not in "".join(later)


def test_where_only_half_a_word_has_room_before_the_choices_the_text_follows_them() -> None:
    choices = tuple(Choice(label, Link("a")) for label in ("Нужна помощь", "Написать моим людям", "Я уже дома"))
    first, *later = paging.all_pages("Звоните 0711000099. Ответит коллега.", choices, spoken("ru"), choice_first=3)
    assert first.startswith("1. Нужна помощь\n") and "3. Я уже дома\n" in first
    assert "Звоните 0711000099." in later[0]


def test_a_short_screen_is_not_turned_round() -> None:
    _ = spoken("en")
    assert paging.all_pages("Now?", (ONE,), _, choice_first=True) == ["Now?\n1. Send now\n0. Back"]


@given(st.text("ab. жд。中\n", max_size=400), st.integers(1, 6))
def test_a_first_choice_stands_on_the_first_page_of_any_text(text: str, count: int) -> None:
    _ = spoken("ru")
    text = text.strip()
    pages = paging.all_pages(text, (ONE, TWO, ONE, TWO, ONE, TWO)[:count], _, choice_first=True)
    assert "1. Send now" in pages[0]
    assert all(encoded_length("CON " + page)[0] <= max_screen_length(page) for page in pages)
    labels = "".join(f"{n}.{c.label}" for n, c in enumerate((ONE, TWO, ONE, TWO, ONE, TWO)[:count], 1))
    assert sorted(words_of(pages)) == sorted("".join((text + labels).split()))


THAI = tuple(Choice(name, Link("home.home")) for name in ("กรุงเทพมหานคร", "กำแพงเพชร", "เชียงใหม่เหนือใต้ออก"))


@pytest.mark.parametrize("text", ["Which area?", "What is going on there? Please read all of this first."])
@pytest.mark.parametrize("hint", ["Please type a number from the list.", "Please type words, or a number of the list."])
def test_after_a_wrong_key_a_page_keeps_its_choices(text: str, hint: str) -> None:
    content, _ = paging.Content(text, THAI), spoken("en")
    plain, _following = paging.lay_out_page(content, 0, _, "Back")
    page = paging.put_hint(plain, text, hint, _)
    assert [line for line in plain.splitlines() if ". " in line] == [
        line for line in page.splitlines() if ". " in line
    ] or page == ""
    assert encoded_length(page)[0] <= max_screen_length(page) - paging.PREFIX_CHARS

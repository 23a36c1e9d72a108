"""A long text in parts: each fits, no word is lost, and a part ends with a sentence."""

import re

import pytest
from hypothesis import given, strategies as st

from gateway.text.gsm import count_segments, encoded_length, is_gsm
from gateway.text.parts import split_numbered, split_text
from menus.rights import topic_messages
from tests.harness.catalogs import SPOKEN, own_topics, shipped
from tests.unit.test_gsm import texts

STILL_LONG = {"ru": {"arrest", "money", "identity", "helpers", "together", "daily"}}
"""Topics of three parts, by language. A translation that becomes shorter leaves the list; none may be added."""
NUMBER = re.compile(r"(\d+)/(\d+) ")


def test_parts_break_at_words_and_lines() -> None:
    assert split_text("one two three\nfour five", 9, 5) == ["one two", "three", "four five"]


def test_a_part_of_its_own_encoding() -> None:
    assert split_text("Near the old market жж Mtwapa", 20, 6) == ["Near the old market", "жж", "Mtwapa"]


def test_a_long_word_is_cut() -> None:
    assert split_text("abcdefgh", 3, 2) == ["abc", "def", "gh"]


def test_a_part_ends_with_a_sentence() -> None:
    assert split_text("Breathe in. Breathe out. Then rest a while.", 30, 30) == [
        "Breathe in. Breathe out.",
        "Then rest a while.",
    ]


def test_one_part_has_no_number_and_many_have_numbers_within_the_limit() -> None:
    assert split_numbered("Breathe in.", 20, 20) == ("Breathe in.",)
    parts = split_numbered("Breathe in and out. " * 12, 28, 28)
    assert [NUMBER.match(part).groups() for part in parts] == [(f"{n}", "12") for n in range(1, 13)]  # type: ignore[union-attr]
    assert max(map(len, parts)) <= 28


@given(texts, st.integers(12, 30), st.integers(2, 12))
def test_parts_fit_and_lose_no_character(text: str, limit_gsm: int, limit_ucs2: int) -> None:
    parts = split_text(text, limit_gsm, limit_ucs2)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(encoded_length(part)[0] <= (limit_gsm if is_gsm(part) else limit_ucs2) for part in parts)


@pytest.mark.parametrize("code", SPOKEN)
def test_a_reader_of_a_topic_knows_which_part_is_which(code: str) -> None:
    _ = shipped()[code].translator
    for topic in own_topics(code):
        parts = topic_messages(topic, _)
        assert all(count_segments(part) <= 3 for part in parts)
        assert len(parts) <= 2 + (topic.slug in STILL_LONG.get(code, ())), topic.slug
        if len(parts) > 1:
            assert [part[:4] for part in parts] == [f"{place}/{len(parts)} " for place in range(1, len(parts) + 1)]
            assert all(re.search(r"[.!?。！？][\"»”」]?$", part) for part in parts), parts

"""What place and words of a warning refuse: phone numbers, links and ways to go, in six languages."""

import pytest

from gateway.text.warning_words import is_fit_for_warning

LEADING = (
    "go to Mama Njeri bar", "Go  To the church", "come to the hotel", "run to the stage", "meet at gate 2",
    "g o to bar",
    "nenda Blue bar", "njooni hapa", "kimbilieni kanisani", "tukutane stendi",
    "allez à l'église", "venez à l'hôtel", "rendez-vous au bar", "va au marché",
    "vayan al hotel", "ve a la iglesia", "vengan aqui", "corran hacia el bar",
    "идите в бар", "приходите к рынку", "Бегите к церкви", "встречаемся у рынка", "езжай на вокзал",
    "去酒吧", "请前往教堂", "在市场集合", "快来这里",
)  # fmt: skip
CONTACTS = ("0712345678", "call Mary 07 12 34 56 78", "http://x.co", "x.co", "wa.me/1", "zero seven one two three four")
PLAIN = (
    "Market gate", "Soko, lango 2", "Hotel Blue, 3rd floor", "Two vans, plate KBC 123X", "Police in plain clothes",
    "Since 21:00", "They take phones. Going on now.", "Karibu na soko kuu", "Wako kwenye baa, wanaenda polepole",
    "Près de l'église Sainte-Anne", "Se ve a la policía en la plaza", "Avenida Vasco, esquina 12",
    "У рынка, 2 машины", "Около вокзала", "市场门口", "酒店附近有警察", "去年的地方",
)  # fmt: skip


@pytest.mark.parametrize("words", LEADING)
def test_nowhere_to_go_to(words: str) -> None:
    assert not is_fit_for_warning(words)


@pytest.mark.parametrize("words", CONTACTS)
def test_no_phone_number_and_no_link(words: str) -> None:
    assert not is_fit_for_warning(words)


@pytest.mark.parametrize("words", PLAIN)
def test_a_place_to_avoid_is_fit(words: str) -> None:
    assert is_fit_for_warning(words)

"""Own words against a person who wants to threaten or to deceive through our sender: no name and no words carry it."""

import pytest

from gateway.text.own_words import MAX_PLACE_DIGITS, carries_contact_details, shown_name
from gateway.text.wording_safety import default_arrest_words
from tests.harness.catalogs import SPOKEN, shipped

NUMBERS_IN_DISGUISE = [
    "Pay 5000", "Call 0712345678", "call 0 7 1 2 - 3 4 5", "call 07l2E45G78", "٠٧١٢٣٤٥", "०७१२३४", "０７１２", "𝟎𝟕𝟏𝟐",
    "⓪⑦①②", "⁰⁷¹²", "Ⅶ Ⅰ Ⅱ", "½", "7️⃣", "〇七一二", "零七一二", "请打零七一二三四", "幺两三四", "零 and 七 and 一",
    "zero seven one two", "zero-seven-one-two", "zerosevenonetwo", "z e r o s e v e n o n e", "ZERO, SEVEN, ONE",
    "oh seven one", "zеrо sеvеn оnе", "zéro sèven öne", "zerooo sevennn onee", "double zero and seven then one",
    "sifuri saba moja mbili", "nol sem odin dva", "seven hundred twelve nine hundred",
    "sifurisabanne", "zéro sept un deux", "cero siete uno dos", "ноль семь один два", "ноль\u200bсемь один",
    "OlIO OOI lll", "О l l О z S B", "zero bird seven bird six bird two bird three bird",
]  # fmt: skip
LINKS_IN_DISGUISE = [
    "http://a.b/c", "see a.b", "evil.example", "evil . com", "evil dot com", "evil (dot) com", "evil nukta com",
    "evil punto com", "вор точка com", "www evil", "hxxp evil/x", "me@evil", "me at gmail", "evil․com", "evil。com",
    "evil｡com", "evil•com", "evil·com", "evi\u200bl.com", "еvil.соm", "find me on Telegram", "wa.me", "*144#", "#1",
    "e v i l . c o m", "evil com", "evil,com", "evil point fr", "evil\u200b.\u200bfr", "+x", "http:evil",
    "ｗｗｗ．ｅｖｉｌ", "insta: amina", "snapchat amina", "whats app me", "tele gram amina", "bitly abc",
    "wa me slash abc", "mpesa amina", "m-pesa", "paybill five", "вацап амина", "телеграм", "加微信",
]  # fmt: skip
PLAIN_WORDS = [
    "They took me. Please call my lawyer, she knows what to do!", "Look after the children; the key is at Mama's.",
    "Someone took my phone (again). One day I will tell you.", "Wamenikamata. Tafadhali mwambie mama, asante.",
    "On m'a emmenée. Un ami, une voiture, un hôtel: appelle l'avocate.", "Me llevaron. ¿Puedes avisar a una abogada?",
    "Меня задержали. Позвоните, пожалуйста, адвокату — она знает.", "我被带走了。请帮我照顾孩子，谢谢！一起等我。",
    "I am at the station... tell my sister", "Tell her instantly.", "A messenger will come to Installation Road.",
    "Bring one hundred for the bus, and a bed sheet", "Seven of us, one is hurt.",
]  # fmt: skip
NO_NAMES = [
    "Amina sells herself", "Pay Now", "A", "Pay5000", "a.b", "evil.com", "Aisha!", "Abcdefghijklm", "she/her", "x@y",
    "", "Аiша", "她是妓女", "zerosevenone", "Amina\nPay", "Amina\u200bPay", "A_b", "7even", "Ⅶabc", "🙂🙂",
    "人人人人", "คนขาย",
]  # fmt: skip


@pytest.mark.parametrize("words", NUMBERS_IN_DISGUISE)
def test_no_disguise_of_a_number_passes(words: str) -> None:
    """The adversary wants money on another number. No way to write one must leave in own words."""
    assert carries_contact_details(words)
    assert carries_contact_details(f"Amina, please: {words} thank you")


@pytest.mark.parametrize("words", LINKS_IN_DISGUISE)
def test_no_disguise_of_a_link_passes(words: str) -> None:
    """The adversary wants a person to open a page, or to write to an account. No way to write one must leave."""
    assert carries_contact_details(words)
    assert carries_contact_details(f"Amina: {words} thank you")


@pytest.mark.parametrize("words", PLAIN_WORDS)
def test_what_a_person_in_need_writes_passes(words: str) -> None:
    assert not carries_contact_details(words)


def test_a_place_has_a_few_digits_and_nothing_else() -> None:
    """A place needs the number of a house. A phone number or a link in it must not leave."""
    for place in ("Jamii Hotel room 4", "Bar & Grill, house 1204", "Soko. Stall 3"):
        assert not carries_contact_details(place, MAX_PLACE_DIGITS)
    for place in (*NUMBERS_IN_DISGUISE[1:4], *LINKS_IN_DISGUISE, "room 1, 23, 45", "room 四五六"):
        assert carries_contact_details(place, MAX_PLACE_DIGITS), place


@pytest.mark.parametrize("typed", NO_NAMES)
def test_a_name_says_nothing_else(typed: str) -> None:
    """A name leaves before any yes. The adversary must not get a sentence, a number or a link into it."""
    assert shown_name(typed) == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (" aisha ", "Aisha"),
        ("PAYMENOW", "Paymenow"),
        ("Наташа", "Наташа"),
        ("小红", "小红"),
        ("Zoé", "Zoé"),
        ("አበባ", "አበባ"),
    ],
)
def test_a_name_is_shown_as_one_word(typed: str, shown: str) -> None:
    assert shown_name(typed) == shown


@pytest.mark.parametrize("lang", SPOKEN)
def test_our_own_words_pass_in_every_language(lang: str) -> None:
    """Refused words of ours would leave a detained caller without a message."""
    assert not carries_contact_details(default_arrest_words("Aisha", shipped()[lang].translator))

"""What the words of a call for help tell: what is wrong, and whether they say where."""

import pytest

import translations
from gateway.content import build_lexicon
from gateway.model.area import Area, Atlas
from gateway.model.help_kind import HelpKind
from gateway.understanding.cry import KINDS
from menus.sms.lexicon import Lexicon

ATLAS = Atlas((Area("a1", ("Pwani", "Soko Mwezi")),))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build_lexicon(translations.load(["en", "sw", "fr", "es", "ru", "zh_Hans"], answered=True))


@pytest.mark.parametrize(
    ("lang", "words", "kinds"),
    [
        ("en", "he has a knife", "violence"),
        ("en", "he is beating me", "violence"),
        ("en", "he locked me in", "held"),
        ("en", "police are here", "police"),
        ("en", "police arrested me", "police"),
        ("en", "i am bleeding i need a doctor", "health"),
        ("en", "they have guns there are 3 of them", "violence"),
        ("en", "he is breaking my door", ""),
        ("en", "let me go home", ""),
        ("en", "i am alone please hurry", ""),
        ("sw", "ana kisu njoo haraka", "violence"),
        ("sw", "polisi wamenishika", "police held"),
        ("sw", "amenifungia", "held"),
        ("fr", "il a un couteau", "violence"),
        ("fr", "il m'a enfermée", "held"),
        ("es", "tiene un cuchillo", "violence"),
        ("es", "estoy sangrando", "health"),
        ("ru", "у него нож", "violence"),
        ("ru", "меня держат", "held"),
        ("zh_Hans", "他有刀", "violence"),
        ("zh_Hans", "警察抓了我", "police"),
    ],
)
def test_words_that_say_what_is_wrong_are_no_place(lexicon: Lexicon, lang: str, words: str, kinds: str) -> None:
    read = lexicon.read_cry(words, lang, ATLAS)
    assert (" ".join(read.kinds), read.tells_where) == (kinds, False)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "soko mwezi"),
        ("en", "he has a knife soko mwezi"),
        ("en", "he has a knife at the blue hotel"),
        ("en", "he is beating me rongai"),
        ("en", "by the port"),
        ("en", "blue door"),
        ("en", "second floor"),
        ("en", "behind Total"),
        ("en", "near the clinic"),
        ("en", "stage 12"),
        ("sw", "ana kisu huku kwa Njoroge"),
        ("fr", "derrière la gare"),
        ("es", "detrás del mercado"),
        ("ru", "за вокзалом"),
        ("zh_Hans", "我在火车站"),
    ],
)
def test_in_doubt_words_are_a_place(lexicon: Lexicon, lang: str, words: str) -> None:
    assert lexicon.read_cry(words, lang, ATLAS).tells_where


def test_responders_have_a_name_for_each_kind() -> None:
    assert list(KINDS) == [kind.value for kind in HelpKind]

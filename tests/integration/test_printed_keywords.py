"""A person sends exactly the word that a text in the own language printed."""

import pytest

from gateway.model import intents
from gateway.text.printed_keywords import KEYWORD_OF_VALUE
from gateway.turns.answers import Answer
from gateway.turns.sms import SmsHandler
from tests.harness.cast import NUMBERS, number
from tests.harness.town import Town

LANGUAGES = ("en", "sw", "fr", "es", "ru", "zh_Hans")


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return environ | {"MWAVULI_LANGUAGES": ",".join(LANGUAGES)}


def ask_bahati(town: Town, lang: str) -> None:
    """Let Amina ask Bahati, in that language, to be a contact."""
    turn = town.store.read_turn(number("Amina"))
    asked = intents.RequestContact(NUMBERS["Bahati"], "Sister", "Aisha")
    town.store.apply_intents(turn, (intents.SetOwnPin("7391"), asked), lang)
    assert town.store.commit(turn.transaction)
    town.work()
    assert town["Bahati"].inbox(), "the question has come"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_word_that_my_language_prints_joins_me_in_my_language(town: Town, code: str) -> None:
    """Exactly the word printed in Russian subscribed its reader in English, so later warnings came in English."""
    word = town.context.deployment.languages[code].translator.keyword("JOIN")
    town["Dafina"].text(f"{word} kasri")
    town["Dafina"].text(town["Dafina"].fresh_code())
    subscription = town.store.read_turn(number("Dafina")).subscription
    assert subscription and subscription.lang == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_printed_word_is_answered_in_a_language_that_prints_it(town: Town, code: str) -> None:
    handler, turn = SmsHandler(town.context.deployment), town.store.read_turn(number("Dafina"))
    for keyword in KEYWORD_OF_VALUE.values():
        word = town.context.deployment.languages[code].translator.keyword(keyword)
        printing = [one.code for one in town.context.deployment.languages if one.translator.keyword(keyword) == word]
        assert handler._choose_language(turn, Answer(word), handler._read(turn, word)) == printing[0], (keyword, word)


@pytest.mark.parametrize("code", LANGUAGES)
def test_whom_we_asked_in_one_language_is_answered_in_it(town: Town, code: str) -> None:
    """`STOP` and `SOS` are the printed words of several languages, and `hello` is nobody's."""
    ask_bahati(town, code)
    handler, turn = SmsHandler(town.context.deployment), town.store.read_turn(number("Bahati"))
    translator = town.context.deployment.languages[code].translator
    for said in ("hello", translator.keyword("YES"), translator.keyword("STOP"), translator.keyword("SOS")):
        assert handler._choose_language(turn, Answer(said), handler._read(turn, said)) == code, said

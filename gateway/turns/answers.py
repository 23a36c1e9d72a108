"""Answers to our questions by text, and the questions: their numbers, their fresh codes, and how much fits one text."""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from gateway.actions.authorisation import text_authority
from gateway.model.intents.intent import TextAuthority
from gateway.model.open_question import CODE_DIGITS, Choice, OpenQuestion
from gateway.model.sos_question import ANSWER_KEYS
from gateway.settings import Settings
from gateway.store import Turn
from gateway.text import joins
from gateway.text.gsm import count_segments
from gateway.text.translator import Translator
from gateway.understanding.meaning import Meaning
from gateway.understanding.question_text import list_options
from menus.sms.lexicon import Lexicon
from menus.sms.result import Option, SmsResult

MAX_ANSWER_WORDS: Final = 4
"""Words of a text that brings an answer. Our question has more, so a machine that repeats it proves nothing."""
MAX_PLACE_WORDS: Final = 2
"""words beside the name of a place in a text that only names it"""
MAX_CODED: Final = 1
"""fresh codes in one question: more could not be told apart"""
_MENU_ANSWER: Final = "0"
_ALWAYS_OFFERED: Final = (Meaning.SOS, Meaning.STOP)
"""choices that are never left out for want of room"""

TryOption = Callable[[Option], SmsResult]
"""what would follow from a choice"""


class Answer(msgspec.Struct, frozen=True):
    """An answer to our question: the text that is read again, and what it means."""

    text: str
    meaning: str = ""
    area: str = ""
    kind: str = ""
    lang: str = ""
    """the language of our question"""


def take_answer(turn: Turn, text: str, lexicon: Lexicon) -> Answer | None:
    """Return the answer in this text, and close the question; None where this text has none.

    A right code lets the text act. A wrong one is counted.
    """
    question = turn.text_guard.open_question(turn.now)
    if question is None:
        return None
    words = lexicon.normalise(text).split()
    typed = _typed_answer(words, lexicon)
    for choice in question.choices:
        is_word = choice.answer == " ".join(words) and not choice.is_code
        if is_word or (typed and secrets.compare_digest(choice.answer, typed)):
            turn.text_guard = turn.text_guard.without_question()
            turn.has_fresh_code = choice.is_code
            given = f"{question.text} {text}" if choice.kind else question.text  # a place may stand beside the number
            return Answer(given, choice.meaning, choice.area, choice.kind, question.lang)
    if len(typed) == CODE_DIGITS and question.code:
        turn.text_guard = turn.text_guard.with_wrong_code(turn.now)
    if question.place_for and not typed and _only_names_place(turn, text, lexicon):
        turn.text_guard = turn.text_guard.without_question()
        return Answer(f"{question.text} {text}", question.place_for, kind=question.kind, lang=question.lang)
    return None


def answers_responder(turn: Turn, text: str) -> bool:
    """Whether a digit answers what a responder asked, which is newer than any question of ours."""
    question = ANSWER_KEYS.get(text.strip())
    sos = turn.sos
    return bool(question and sos and not sos.looks_ended and sos.waits_for(question[0]))


def _typed_answer(words: Sequence[str], lexicon: Lexicon) -> str:
    """Return the digit or the code of a short text such as `1`, `4821`, `48 21` or `yes 4821`; empty for others."""
    digits = "".join(word for word in words if word.isascii() and word.isdigit())
    is_answer = 0 < len(digits) <= CODE_DIGITS and len(words) <= MAX_ANSWER_WORDS
    return digits if is_answer and lexicon.keyword_of(words) in ("", Meaning.YES) else ""


def _only_names_place(turn: Turn, text: str, lexicon: Lexicon) -> bool:
    atlas = turn.world.atlas
    reading = lexicon.read(text, "", atlas)
    words = lexicon.normalise(text).split()
    if reading.is_phrase or not words or lexicon.keyword_of(words):
        return False
    named = min((len(area.name.split()) for ids in reading.areas for id_ in ids if (area := atlas.get(id_))), default=0)
    return bool(named) and len(words) - named <= MAX_PLACE_WORDS


def ask(
    turn: Turn, text: str, result: SmsResult, _: Translator, settings: Settings, try_option: TryOption
) -> SmsResult:
    """Return the result with its question written out, and keep the question until it is answered.

    A choice that needs this phone in hand has a fresh code instead of a number. While another text waits for its code,
    no second code is given: who forges one text could otherwise have it confirmed with another's.
    """
    if not (result.options or result.listed or result.place_for):
        return result
    may_code = not turn.text_guard.open_code(turn.now) and not turn.text_guard.has_too_many_wrong_codes(turn.now)
    coded = [option for option in result.options if _needs_code(turn, try_option(option))]
    most = MAX_CODED if may_code and result.may_code else 0
    spare_codes = [option for option in coded if option.meaning != Meaning.HELP][:most]
    options = [option for option in result.options if option not in coded or option in spare_codes or option.area]
    said = result.texts[-1] if result.texts else ""
    if not said and len(options) < len(result.options):  # what is left out is there by dialling
        said = _("Please dial {dial}.").format(dial=turn.world.profile.service_code)
    while True:
        choices = _number(options, coded)
        asked = _write_out(said, options, choices, settings.at_keyword, _)
        spare = [option for option in options if option.meaning not in _ALWAYS_OFFERED and not option.area]
        if count_segments(asked) <= 1 or len(options) < 2 or not spare:
            break
        options.remove(_least_needed(spare))
    choices = choices or _number_listed(result.listed)
    has_code = any(choice.is_code for choice in choices)
    until = turn.now + (settings.times.fresh_code if has_code else settings.times.question)
    if not turn.text_guard.open_code(turn.now):
        turn.text_guard = turn.text_guard.with_question(
            OpenQuestion(text, until, tuple(choices), _.lang, result.place_for, result.kind)
        )
    return replace(result, texts=(*result.texts[:-1], asked), options=(), is_question=has_code)


def _least_needed(spare: Sequence[Option]) -> Option:
    """Return what is left out first: the last choice that is not the menu."""
    return next((option for option in reversed(spare) if option.meaning != Meaning.HELP), spare[-1])


def _needs_code(turn: Turn, result: SmsResult) -> bool:
    """Whether what follows needs this phone in hand, and no more than that."""
    needed = {text_authority(turn, intent) for intent in result.intents}
    return TextAuthority.USSD_ONLY not in needed and (result.needs_code or TextAuthority.FRESH_CODE in needed)


def _number(options: Sequence[Option], coded: Sequence[Option]) -> list[Choice]:
    """Return the answer for each option: its number from 1, `0` for the menu, or a fresh code."""
    choices: list[Choice] = []
    number = 0
    for option in options:
        if not option.area and option in coded:
            answer = new_code({choice.answer for choice in choices})
        elif option.meaning == Meaning.HELP and len(options) > 2:
            answer = _MENU_ANSWER
        else:
            number += 1
            answer = str(number)
        choices.append(Choice(answer, option.meaning, option.area, option.kind))
    return choices


def _number_listed(listed: Sequence[Option]) -> list[Choice]:
    return [
        Choice(option.answer or str(number), option.meaning, option.area, option.kind)
        for number, option in enumerate(listed, 1)
    ]


def new_code(taken: set[str]) -> str:
    """Return a fresh code that no other choice has."""
    while (code := f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}") in taken:
        pass
    return code


def _write_out(
    said: str, options: Sequence[Option], choices: Sequence[Choice], shared_code_keyword: str, _: Translator
) -> str:
    """Return the question. On a shared short code, each answer begins with our keyword, which the question names."""
    titled = [(choice.answer, option.label) for choice, option in zip(choices, options, strict=True)]
    listed = list_options(titled)
    if any(choice.is_code for choice in choices):  # a code of four digits beside a `1` is taken for no list
        listed = joins.listed(_, (f"{answer} = {label}" for answer, label in titled))
    if not listed:
        return said
    asked = _("Send a number: {options}").format(options=listed)
    if shared_code_keyword:
        asked = _("Send {keyword} and a number: {titles}").format(keyword=shared_code_keyword, titles=listed)
    return _.normalise(joins.sentences(_, said, asked) if said else asked)

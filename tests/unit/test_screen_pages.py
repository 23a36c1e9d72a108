"""Pages as a phone shows them one by one: none misleads a reader who sees it alone."""

import re
from itertools import pairwise
from typing import Final

import pytest
from msgspec.structs import replace

from gateway.content_gates.language_texts import read_language_texts
from gateway.content_gates.sample_callers import CYRILLIC, LATIN, Names, duty_states, sample_caller, sample_sos
from gateway.model.caller import Caller
from gateway.model.hours import WeeklyHours
from gateway.text.breaks import find_break
from gateway.text.hours import format_typed_hours, format_weekly_hours
from menus import sos, talk
from menus.engine import paging
from menus.engine.engine import Engine
from menus.engine.screen import Choice, Link, ScreenResult
from menus.engine.session import Session
from tests.harness.catalogs import HOTLINE, SPOKEN, shipped
from translations import Translator

YES, NO, HOME = Choice("Да, хочу", Link("a")), Choice("Нет", Link("b")), Link("home.home")
DUTY: Final = {duty.name: duty for duty in duty_states()}


def spoken(code: str) -> Translator:
    return shipped()[code].translator


def sample(code: str, duty: str = "somebody on duty, a hotline", names: Names = LATIN) -> Caller:
    return sample_caller(read_language_texts(code, shipped()), DUTY[duty], names)


def pages_of(result: ScreenResult, _: Translator) -> list[str]:
    choices = tuple(replace(choice, label=_.normalise(choice.label)) for choice in result.choices)
    order = {"choice_first": result.choice_first, "keeps_choices": result.keeps_choices}
    return paging.all_pages(_.normalise(result.text), choices, _, **order)


class Phone:
    """Presses keys for a caller whose account stays as it is."""

    def __init__(self, caller: Caller, start: Link, trail: tuple[Link, ...] = (HOME,)) -> None:
        self._caller = caller
        self._engine = Engine({one.code: one.translator for one in shipped()})
        fresh = Session(lang=caller.lang, location=start, trail=trail)
        self.session, _did = self._engine._go_to(fresh, start, self._build)

    def _build(self, session: Session) -> Caller:
        return replace(self._caller, lang=session.lang)

    def press(self, *keys: str) -> str:
        for key in keys:
            self.session, _did = self._engine.press_keys(self.session, (key,), self._build)
        return self.session.reply[4:]


# --- keys


@pytest.mark.parametrize("code", SPOKEN)
def test_after_a_call_for_help_ended_zero_leads_home(code: str) -> None:
    caller = sample(code)
    for keys in (("0",), ("2", "0"), ("1", "0")):
        phone = Phone(replace(caller, sos=sample_sos(caller, "")), Link("sos.end_sos"))
        phone.press(*keys)
        assert phone.session.location == HOME and not phone.session.has_acted, keys


@pytest.mark.parametrize("code", SPOKEN)
def test_a_choice_that_says_home_needs_no_second_key(code: str) -> None:
    _ = spoken(code)
    phone = Phone(sample(code), Link("settings.wording_saved", {"style": 0}))
    home = _.normalise(_("Home"))
    assert phone.session.reply.splitlines()[1:] == [f"1. {home}"]
    phone.press("0")
    assert phone.session.location == HOME


@pytest.mark.parametrize("code", SPOKEN)
def test_a_page_that_ends_the_session_offers_no_key(code: str) -> None:
    _ = spoken(code)
    said = _.normalise(_("Done. We delete all about this number. No more texts.")) * 4
    session = Session(lang=code, text=said, is_final=True, trail=(HOME,))
    engine = Engine({code: _})
    session = engine._lay_out(session)
    while session.next_page_start is not None:
        session, _did = engine.press_keys(session, (paging.MORE_KEY,), lambda _session: sample(code))
    assert session.ended and session.reply.startswith("END ")
    assert not re.search(r"^(0|98)\. ", session.reply.removeprefix("END "), re.MULTILINE)


@pytest.mark.parametrize("length", range(20, 70))
def test_no_page_has_the_key_for_back_alone(length: int) -> None:
    _ = spoken("ru")
    text = ("слово " * 20)[:length].strip()
    for page in paging.all_pages(text, (YES, NO), _):
        assert [line for line in page.splitlines() if not re.match(r"(0|98)\. ", line)], page


# --- what belongs together


@pytest.mark.parametrize("length", range(10, 300, 7))
@pytest.mark.parametrize("code", ["ru", "en"])
def test_yes_stands_on_no_page_without_no(code: str, length: int) -> None:
    pages = paging.all_pages(("word " * 70)[:length].strip(), (YES, NO), spoken(code), keeps_choices=True)
    (last,) = [page for page in pages if "1. Да" in page]
    assert "2. Нет" in last and last == pages[-1]


@pytest.mark.parametrize("length", range(10, 200, 7))
def test_text_behind_choices_is_no_part_of_the_last_choice(length: int) -> None:
    _ = spoken("ru")
    pages = paging.all_pages("Слова. " + ("текст " * 40)[:length].strip() + ".", (YES, NO), _, choice_first=True)
    for page in pages:
        for above, below in pairwise(page.splitlines()):
            assert not (re.match(r"[12]\. ", above) and below and not re.match(r"\d+\. ", below)), page


def test_a_hint_tears_no_word_and_cuts_no_choice() -> None:
    _ = spoken("ru")
    hint = _("No area has that name. Try other letters or the list.")
    question = paging.Content(_("Which area? Type its first letters."), (YES,))
    page, following = paging.lay_out_page(question, 0, _, "", hint)
    assert page.splitlines()[:-1] == [hint] and following == 0, page
    choices = paging.Content("", (Choice("Городская больница №1: открыто, проверено", Link("a")), NO))
    page, following = paging.lay_out_page(choices, 0, _, "", _("Please type a number from the list."))
    assert "1." not in page and following == 0, page


@pytest.mark.parametrize(
    ("text", "room", "page"),
    [
        ("Рейд: рынок. С 20:40 до 00:40.", 16, "Рейд: рынок."),
        ("The place says: welcome", 17, "The place"),
        ("Le centre dit : bienvenue", 15, "Le centre"),
        ("que nous n'avons pas vu", 16, "que nous"),
    ],
    ids=["hour", "colon", "colon behind a blank", "n'"],
)
def test_no_page_ends_before_an_hour_behind_a_colon_or_inside_a_negation(text: str, room: int, page: str) -> None:
    assert text[: find_break(text, room, frozenset({"n'"}))].rstrip() == page


# --- what the screens say


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("duty", DUTY)
def test_a_colleague_answers_only_while_somebody_is_on_duty(code: str, duty: str) -> None:
    _ = spoken(code)
    said = talk.talk(sample(code, duty), _).text
    promise = _("Call {hotline}. One of us answers.").format(hotline=HOTLINE)
    assert (promise in said) is (duty == "somebody on duty, a hotline")
    assert (HOTLINE in said) is ("a hotline" in duty)


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("names", [LATIN, CYRILLIC], ids=["Latin names", "Cyrillic names"])
def test_the_number_stands_on_page_one_of_a_call_for_help_where_nobody_is_on_duty(code: str, names: Names) -> None:
    _, caller = spoken(code), sample(code, "nobody on duty, a hotline", names)
    called = replace(caller, sos=replace(sample_sos(caller, ""), coming_staff=()))
    for result in (sos.sos_menu(caller, _), sos.sos_sent(caller, _), sos.sos_menu(called, _)):
        first, *_later = pages_of(result, _)
        assert HOTLINE in first and "\n1. " in first, first


@pytest.mark.parametrize(
    ("code", "expected"),
    [("en", "Mon-Fri 08:00-17:00; Sat 09:00-13:00"), ("ru", "пн-пт 08:00-17:00; сб 09:00-13:00"),
     ("fr", "lun-ven 08:00-17:00; sam 09:00-13:00"), ("zh_Hans", "周一-周五 08:00-17:00; 周六 09:00-13:00")],
)  # fmt: skip
def test_opening_hours_have_the_days_of_the_readers_language(code: str, expected: str) -> None:
    _ = spoken(code)
    for typed in ("Mon-Fri 08:00-17:00; Sat 09:00-13:00", "monday-FRI 08:00-17:00; Saturday 09:00-13:00"):
        assert format_weekly_hours(WeeklyHours.parse(typed), _) == expected
    assert format_typed_hours("Daily 08:00-18:00", _) == f"{_('every day')} 08:00-18:00"
    assert format_typed_hours("ring first", _) == "ring first"

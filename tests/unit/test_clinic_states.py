"""What clinics tell of themselves: how a text is read, until when it counts, and how it orders the places."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from gateway.content import build_lexicon
from gateway.model.area import Atlas
from gateway.model.caller import Caller
from gateway.model.clinic_state import MIN_RATINGS, ClinicState, next_morning, next_morning_of
from gateway.model.directory import Directory
from gateway.model.intents import ReportClinic
from menus.sms.clinic_report import parse_report
from menus.sms.lexicon import Lexicon
from tests.unit.test_directory import ATLAS, DAY, NIGHT, NOON, always, checked, place
from translations import load

HERE = datetime(2026, 12, 2, 14, 0, tzinfo=ZoneInfo("Africa/Nairobi"))
"""a Wednesday"""
MONDAY, THURSDAY, IN_A_WEEK, NOW_AGAIN = "07/12 06:00", "03/12 06:00", "09/12 06:00", "0"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build_lexicon(load(["en", "sw", "fr", "es", "ru", "zh_Hans"]))


def parse(text: str, lang: str, lexicon: Lexicon) -> ReportClinic | None:
    caller = cast("Caller", SimpleNamespace(lang=lang, local_time=HERE, world=SimpleNamespace(atlas=Atlas())))
    return parse_report(text, caller, lexicon)


def read(text: str, lang: str, lexicon: Lexicon) -> tuple[str, str] | None:
    found = parse(text, lang, lexicon)
    if found is None:
        return None
    until = datetime.fromtimestamp(found.until, HERE.tzinfo).strftime("%d/%m %H:%M") if found.until else NOW_AGAIN
    return found.need, until


@pytest.mark.parametrize(
    ("lang", "text", "need", "until"),
    [
        ("en", "no PEP till Monday", "hurt", MONDAY),
        ("en", "Out of PEP for 3 days please", "hurt", "05/12 06:00"),
        ("en", "PEP finished", "hurt", IN_A_WEEK),
        ("en", "no condoms until 7/12", "condoms", MONDAY),
        ("en", "no HIV tests till Thursday", "test", THURSDAY),
        ("en", "no self tests till Thursday", "self_test", THURSDAY),
        ("en", "closed", "", THURSDAY),
        ("en", "we are closed till tomorrow", "", THURSDAY),
        ("en", "open on Monday", "", MONDAY),
        ("en", "OPEN", "", NOW_AGAIN),
        ("en", "PEP is back", "hurt", NOW_AGAIN),
        ("sw", "hakuna PEP hadi jumatatu", "hurt", MONDAY),
        ("sw", "imefungwa leo", "", THURSDAY),
        ("sw", "tumefungua", "", NOW_AGAIN),
        ("fr", "plus de PEP jusqu'à lundi", "hurt", MONDAY),
        ("fr", "fermé", "", THURSDAY),
        ("es", "no hay PEP hasta el lunes", "hurt", MONDAY),
        ("es", "abierto", "", NOW_AGAIN),
        ("ru", "нет ПКП до понедельника", "hurt", MONDAY),
        ("ru", "закрыто", "", THURSDAY),
        ("zh_Hans", "没有阻断药到周一", "hurt", MONDAY),
        ("zh_Hans", "开门", "", NOW_AGAIN),
    ],
)
def test_a_report_by_text(lang: str, text: str, need: str, until: str, lexicon: Lexicon) -> None:
    assert read(text, lang, lexicon) == (need, until)


@pytest.mark.parametrize(
    "text",
    [
        "no", "help police here", "the road is closed", "closed?", "are you open", "no more texts", "stop", "no place",
        "no PEP. Police raid at the gate", "hide me, clinic closed", "I am closed in", "48213 closed",
        "someone beat me, no PEP", "no PEP but condoms are back", "closed till 31/2", "full", "1 48213",
        "no visitors please",
    ],
)  # fmt: skip
def test_any_other_text_is_no_report(text: str, lexicon: Lexicon) -> None:
    """A nurse may call for help, and answers visitors. A date that does not exist is asked about."""
    assert read(text, "en", lexicon) is None


def test_what_lasts_until_monday_lasts_through_the_night_before() -> None:
    saturday_night = HERE.replace(day=5, hour=23)
    assert next_morning_of(saturday_night, 0) == HERE.replace(day=7, hour=6)
    assert next_morning(HERE.replace(hour=2)) == HERE.replace(hour=6)
    assert next_morning(HERE.replace(hour=6)) == HERE.replace(day=3, hour=6)


def offered(clinics: list[Any], states: list[ClinicState], need: str, now: datetime = NOON) -> list[str]:
    directory = Directory(clinics, ATLAS).with_states(states)
    return [found.clinic.code for found in directory.nearest(need, "east", now, 9)]


def rated(code: str, kind: int, unkind: int) -> ClinicState:
    return ClinicState(code, kind_visits=kind, unkind_visits=unkind)


KIND, UNKIND = MIN_RATINGS, MIN_RATINGS


def test_ratings_order_places_among_equals() -> None:
    clinics = [
        always(place("near", "sti", km=1)),
        always(place("kind", "sti", km=3)),
        always(place("far", "sti", km=4)),
    ]
    assert offered(clinics, [], "checkup") == ["near", "kind", "far"]
    assert offered(clinics, [rated("kind", KIND, 0)], "checkup") == ["kind", "near", "far"]
    assert offered(clinics, [rated("near", 0, UNKIND)], "checkup") == ["kind", "far", "near"]


def test_under_ten_ratings_nothing_moves() -> None:
    clinics = [always(place("near", "sti", km=1)), always(place("kind", "sti", km=3))]
    assert offered(clinics, [rated("near", 0, UNKIND - 1), rated("kind", KIND - 1, 0)], "checkup") == ["near", "kind"]


def test_ratings_never_come_before_open_service_check_and_another_circle() -> None:
    better = [
        (always(place("open", "sti")), place("closed", "sti", hours=DAY)),
        (always(place("fits", "sti")), always(place("helps", "hiv_test"))),
        (checked(always(place("checked", "sti"))), always(place("listed", "sti"))),
        (always(place("5 km", "sti", km=5)), always(place("20 km", "sti", km=20))),
    ]
    for first, second in better:
        states = [rated(first.code, 0, UNKIND), rated(second.code, KIND, 0)]
        assert offered([second, first], states, "checkup", NIGHT) == [first.code, second.code]


def test_for_urgent_needs_ratings_never_come_before_open_now_and_distance() -> None:
    near, far = always(place("near", "hiv_care", km=1)), always(place("far", "violence_care", km=1.2))
    closed = place("closed", "violence_care", km=0.5, hours=DAY)
    states = [rated("near", 0, UNKIND), rated("far", KIND, 0), rated("closed", KIND, 0)]
    assert offered([closed, far, near], states, "hurt", NIGHT) == ["near", "far", "closed"]
    twin = replace(near, code="twin")
    assert offered([near, twin], [rated("near", 0, UNKIND)], "hurt", NIGHT) == ["twin", "near"]


def test_a_place_that_is_out_or_closed_comes_after_those_that_can_help() -> None:
    now = NOON.timestamp()
    clinics = [always(place("out", "hiv_care", km=1)), always(place("shut", "hiv_care", km=2)),
               always(place("can", "hiv_care", km=90))]  # fmt: skip
    states = [ClinicState("out", out={"hurt": int(now) + 60}), ClinicState("shut", closed_until=int(now) + 7200)]
    assert offered(clinics, states, "hurt") == ["can", "shut", "out"]
    assert offered(clinics, states, "medicines") == ["out", "can", "shut"]
    later = datetime.fromtimestamp(now + 7200, NOON.tzinfo)
    assert offered(clinics, states, "hurt", later) == ["out", "shut", "can"]


def test_a_closed_place_opens_with_its_next_hours() -> None:
    state = ClinicState("a", closed_until=int(next_morning(NOON).timestamp()))
    [found] = Directory([place("a", "sti", hours=DAY)], ATLAS).with_states([state]).nearest("checkup", "east", NOON, 1)
    assert found.open_now is False
    assert found.opens_at == next_morning(NOON).replace(hour=8)


def test_a_report_replaces_the_one_before() -> None:
    now = int(NOON.timestamp())
    state = ClinicState("a").with_report("hurt", now + 60, now).with_report("test", now + 60, now)
    assert state.needs_out(now) == {"hurt": now + 60, "test": now + 60}
    assert state.with_report("hurt", 0, now).needs_out(now) == {"test": now + 60}
    asked = structs.replace(state, asked_at=now, has_lapsed=True)
    assert (asked.with_report("", 0, now).asked_at, asked.with_report("", 0, now).has_lapsed) == (0, False)


@pytest.mark.parametrize(
    ("lang", "text", "needs", "until"),
    [
        ("en", "no PEP and no condoms till Monday", ("condoms", "hurt"), MONDAY),
        ("en", "PEP and condoms are back", ("condoms", "hurt"), NOW_AGAIN),
        ("sw", "hakuna PEP na kondomu hadi jumatatu", ("condoms", "hurt"), MONDAY),
    ],
)
def test_one_text_reports_several_services(
    lang: str, text: str, needs: tuple[str, ...], until: str, lexicon: Lexicon
) -> None:
    found = parse(text, lang, lexicon)
    assert found and found.needs == needs
    assert read(text, lang, lexicon) == (needs[0], until)


@pytest.mark.parametrize("text", ["no PEP till Monday and no condoms till Friday", "no PEP but condoms are back"])
def test_two_reports_in_one_text_are_asked_about(text: str, lexicon: Lexicon) -> None:
    assert read(text, "en", lexicon) is None


@pytest.mark.parametrize("lang", ["en", "sw", "fr", "es", "ru", "zh_Hans"])
def test_what_the_nurses_card_prints_is_understood(lang: str, lexicon: Lexicon) -> None:
    _ = load([lang])[lang].translator
    printed = [_("no PEP till Monday"), _("we are closed"), _("PEP is back"), _("we are open")]
    assert [read(text, lang, lexicon) for text in printed] == [
        ("hurt", MONDAY), ("", THURSDAY), ("hurt", NOW_AGAIN), ("", NOW_AGAIN),
    ]  # fmt: skip

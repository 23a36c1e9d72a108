"""What stands between two values on a phone comes from the catalogs. The gate of code language finds what does not."""

import re

import phonenumbers
import pytest

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.clinic import Clinic
from gateway.model.directory import ClinicMatch
from gateway.numbers import Number, example_number
from gateway.text import joins
from gateway.text.wording import format_location
from menus import health
from tests.harness.catalogs import SPOKEN, shipped
from translations import Translator


def spoken(code: str) -> Translator:
    return shipped()[code].translator


def test_chinese_joins_as_chinese_does() -> None:
    _ = spoken("zh_Hans")
    assert joins.sentences(_, "已发出。", "", "现在有人值班。") == "已发出。现在有人值班。"
    assert joins.listed(_, ["4", "1", "2"]) == "4、1、2"
    assert joins.labelled(_, "突击检查", "Soko") == "突击检查：Soko"
    assert joins.titled(_, "权利", "可以问。") == "权利。可以问。"
    assert joins.beside(_, "1", "3天药") == "1 3天药"
    assert joins.following(_, "小心。") == "小心。"


def test_english_joins_as_before() -> None:
    _ = spoken("en")
    assert joins.sentences(_, "Sent.", "Somebody is on duty now.") == "Sent. Somebody is on duty now."
    assert joins.labelled(_, "Soko Clinic", "") == "Soko Clinic"
    assert joins.bracketed(_, "Shella", "Lamu") == "Shella (Lamu)"
    assert (joins.following(_, "Go."), joins.following(_, ""), joins.listed(_, [])) == (" Go.", "", "")


@pytest.mark.parametrize("code", SPOKEN)
def test_braces_in_somebodys_words_stay(code: str) -> None:
    _ = spoken(code)
    assert "{second}" in joins.sentences(_, "{second}", "{x}") and "{x}" in joins.sentences(_, "{second}", "{x}")


def test_a_russian_and_a_chinese_reader_get_their_own_kilometres_and_commas() -> None:
    clinic = ClinicMatch(Clinic("D01", "Soko", "a", grade="checked", checked_by="Vera"), 12.4, True, None)
    assert health.clinic_line(clinic, spoken("ru")).endswith(" 12 км")
    assert "：" in health.clinic_line(clinic, spoken("zh_Hans")) and "、12公里" in health.clinic_line(
        clinic, spoken("zh_Hans")
    )
    alert = Alert(1, AlertKind.RAID, "a", AlertState.LIVE, 0, 1, venue="Soko")
    assert format_location(alert, "Kasri", spoken("zh_Hans")) == "Kasri、Soko"


@pytest.mark.parametrize("region", ["KE", "TZ", "RU", "CN", "CD", "FR", "MX"])
def test_the_example_of_a_number_is_one_that_people_there_can_type(region: str) -> None:
    assert Number.parse_typed(example_number(region), region)


def test_every_country_has_an_example() -> None:
    assert all(example_number(region) for region in (*phonenumbers.SUPPORTED_REGIONS, "XX"))


@pytest.mark.parametrize("code", SPOKEN)
def test_no_sentence_has_an_example_of_one_country(code: str) -> None:
    said = [form for forms in shipped()[code].messages.values() for form in forms]
    assert [text for text in said if re.search(r"\b0\d{3} ?\d{3} ?\d{3}\b|\b[A-Z]{3} ?\d{3}[A-Z]\b", text)] == []

"""No language in code: what stands between two values on a phone comes from the catalogs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

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
from translations.update import ROOT

SOURCES = ("menus", "gateway/text", "gateway/cards", "gateway/turns", "jobs/handlers")
JOINT = re.compile(r"[^\W\d_]|[,;:.]\s|^\s|\s$|^[,;:.]$")
"""Letters, or what a language puts between two values."""
MARKS = {"! ", "- ", " = ", " / "}
"""They mean the same in each language."""
PATTERNS = ("gateway/text/gsm.py", "gateway/text/own_words.py")
"""Regular expressions."""
NOT_ON_A_PHONE = {
    "menus/compose.py": {" "},  # which letters of place and words cost more
    "menus/clients.py": {" "},  # hashes in the arguments of a link
    "menus/engine/engine.py": {"END ", "CON "},  # of the network
    "menus/engine/paging.py": {". "},  # the key of a choice, which stands so in each language
    "menus/engine/screen.py": {"."},  # names of screens
    "menus/sms/dispatch.py": {" "},  # words as typed
    "menus/sms/keywords.py": {" ", " 1"},  # words as typed, and as they are to be typed
    "menus/sms/staff.py": {" "},
    "gateway/text/estimate.py": {"under ", "about "},  # for the command line
    "gateway/text/parts.py": {" "},  # the number of a part
    "gateway/text/wording_safety.py": {"."},  # one letter of a name
    "gateway/cards/nurse.py": {" "},  # words as they are to be typed
    "gateway/cards/phone.py": {" "},
    "gateway/turns/claims.py": {" "},
    "gateway/turns/sms.py": {" "},  # words of a list of keywords
    "gateway/turns/ussd.py": {"END ", "CON "},
    "jobs/handlers/cleanup.py": {"."},  # the name of a record
}


def joined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the constants of f-strings, of `+`, of `join` and of `format`, with their lines."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        match node:
            case ast.JoinedStr(values=values):
                parts = values
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                parts = [left, right]
            case ast.Call(func=ast.Attribute(attr="join", value=value)):
                parts = [value]
            case ast.Call(func=ast.Attribute(attr="format", value=value)):
                parts = [value]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and JOINT.search(part.value.strip("\n")):
                yield part.lineno, part.value


def test_code_joins_no_values_in_a_language_of_its_own() -> None:
    found = []
    for file in (file for folder in SOURCES for file in sorted((ROOT / folder).rglob("*.py"))):
        name = str(file.relative_to(ROOT))
        is_html = name == "gateway/cards/page.py"
        allowed = MARKS | NOT_ON_A_PHONE.get(name, set())
        if not is_html and name not in PATTERNS:
            constants = joined(ast.parse(file.read_text("utf-8")))
            found += [(name, line, text) for line, text in constants if text not in allowed]
    assert found == []


def test_the_list_of_exceptions_names_files_that_exist() -> None:
    assert [name for name in NOT_ON_A_PHONE if not Path(ROOT, name).is_file()] == []


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

"""The catalogs: each complete language has every sentence of the code; all fit their phone and give nobody away."""

import ast
import csv
import dataclasses
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from gateway.gsm import fold, segments, strangers, units
from gateway.model.alert import Alert, Kind, State
from gateway.model.area import Atlas
from gateway.model.caller import Caller, House, World
from gateway.model.directory import Directory
from gateway.model.needs import NEEDS
from gateway.model.staff import Role, Roster, Staff
from gateway.model.subscription import Wording
from gateway.wording import PLACE, dial_to_read, ending, need_label, need_name, referral, sorry, update, warning
from jobs.verify import outcome_text
from menus import clinic_texts, compose, home, pages
from menus.screen import Shown
from tests.test_translations import FORBIDDEN, SHIPPED
from translations import KEYWORDS, Languages, Translator, keywords, load
from translations.languages import HERE, SOURCE

COMPLETE: Final = ("sw",)
"""languages that lack nothing; whoever finishes another one adds it here"""
SPOKEN: Final = (SOURCE, *COMPLETE)

ROOT: Final = HERE.parent
FOLDERS: Final = ("gateway", "menus", "jobs", "translations")
MARKS: Final[dict[str, Any]] = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}

DIAL: Final = "*710*12345#"
HOTLINE: Final = "+254711000099"
LONGEST_AREA: Final = "Woodley/Kenyatta Golf Course"
"""the longest name of a ward in Kenya that we know"""
NEUTRAL: Final = {
    "en": r"polic\w*|raid\w*|arrest\w*|immigration|vigilant\w*|sex\w*|client\w*|hiv|aids|sti|condoms?|pregnan\w*"
    r"|abortion|drugs?|needles?|rape\w*|forced|violen\w*|danger\w*|alerts?|warning\w*|crime|bribe",
    "sw": r"polisi|askari|misako|msako|kamat\w*|kukamatwa|uhamiaji|sungusungu|ngono|mteja|wateja|vvu|ukimwi|kondomu"
    r"|mimba|kulevya|sindano|kubakwa|kulazimishwa|kuumizwa|hatari|tahadhari|uhalifu|hongo",
}
"""what no text and no first screen may say where neutral words were promised"""


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """One marked place in the code."""

    file: Path
    line: int
    context: str
    ids: tuple[str, ...]


def catalog(code: str) -> Catalog:
    with (HERE / code / "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


@cache
def sentences() -> tuple[Sentence, ...]:
    """Everything marked, in the order of the code."""
    return tuple(sorted((s for file in sources() for s in marked(file)), key=lambda s: (s.file, s.line)))


def sources() -> list[Path]:
    return sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))


def marked(file: Path) -> Iterator[Sentence]:
    seen: set[str] = set()
    for line, ids, _comments, context in extract_from_file("python", file, MARKS):
        seen.update(_flat(ids))
        yield Sentence(file, line, context or "", _flat(ids))
    yield from (s for s in passed_over(file) if not seen.issuperset(s.ids))


def passed_over(file: Path) -> Iterator[Sentence]:
    """What Python itself sees: `_("...")` and `translator(lang)("...")`, also inside f-strings."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        match call:
            case ast.Call(
                func=ast.Name("_") | ast.Call(func=ast.Attribute(attr="translator")),
                args=[ast.Constant(str(text)), *_],
            ):
                yield Sentence(file, call.lineno, "", (text,))


def _flat(texts: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence, or its singular and plurals; None where there is nothing yet."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def forms(message: Message) -> tuple[str, ...]:
    """The translation, or its plural forms."""
    return _flat(message.string)


def source_ids(message: Message) -> tuple[str, ...]:
    return _flat(message.id)


def named(text: str) -> set[tuple[str, str | None, str | None]]:
    """The {placeholders} with how they are to be formatted. A lone brace is a ValueError."""
    return {(name, spec, how) for _text, name, spec, how in Formatter().parse(text) if name is not None}


def translated(code: str) -> list[Message]:
    return [message for message in catalog(code) if message.id]


# --- complete


def test_babel_finds_every_sentence() -> None:
    """Translators work from what Babel extracts; what it passes over is English for ever."""
    seen = {id_ for file in sources() for s in [*extract_from_file("python", file, MARKS)] for id_ in _flat(s[1])}
    missed = {s.ids[0] for file in sources() for s in passed_over(file)} - seen
    assert not missed


@pytest.mark.parametrize("code", COMPLETE)
def test_nothing_is_missing_and_nothing_left_over(code: str) -> None:
    wanted = {(s.context, s.ids) for s in sentences()}
    held = {(m.context or "", source_ids(m)) for m in translated(code)}
    assert sorted(wanted - held) == [], "missing"
    assert sorted(held - wanted) == [], "left over: no code says it"
    assert list(catalog(code).obsolete) == []


@pytest.mark.parametrize("code", COMPLETE)
def test_nothing_is_empty_or_a_guess(code: str) -> None:
    book = catalog(code)
    assert not book.fuzzy
    assert [m.id for m in book if m.id and (m.fuzzy or not all(forms(m)))] == []
    assert [m.id for m in book if m.pluralizable and len(forms(m)) != book.num_plurals] == []


@pytest.mark.parametrize("code", COMPLETE)
def test_placeholders_are_the_same(code: str) -> None:
    for message in translated(code):
        wanted = named(source_ids(message)[-1])
        assert [named(form) for form in forms(message)] == [wanted] * len(forms(message)), message.id


@pytest.mark.parametrize("code", COMPLETE)
def test_keywords_in_capitals_are_words_that_phones_accept(code: str) -> None:
    accepted = keywords(load([code]))
    for message in translated(code):
        if message.context != "keyword":
            said = [_keywords_in(form, accepted) for form in forms(message)]
            assert said == [{w for w in KEYWORDS if re.search(rf"\b{w}\b", source_ids(message)[0])}] * len(said)


def _keywords_in(text: str, accepted: dict[str, str]) -> set[str]:
    return {accepted[w.lower()] for w in re.findall(r"\b[A-Z]{3,}\b", text) if w.lower() in accepted}


# --- short


@pytest.mark.parametrize("code", COMPLETE)
def test_every_letter_is_cheap(code: str) -> None:
    assert {m.id: bad for m in translated(code) for form in forms(m) if (bad := strangers(fold(form)))} == {}


def limits() -> dict[str, int]:
    """What stands under a note 'at most N characters': the next sentence; with 'each', all to the blank line."""
    found: dict[str, int] = {}
    for file in sources():
        lines = file.read_text("utf-8").splitlines()
        for at, line in enumerate(lines, 1):
            if "# Translators:" in line and (limit := re.search(r"at most (\d+) characters", line)):
                end = next((n for n, text in enumerate(lines[at:], at + 1) if not text.strip()), len(lines) + 1)
                below = [s for s in sentences() if s.file == file and at < s.line < end]
                assert below, f"{file}:{at}: this note is above no sentence"
                told = below if "each" in line else below[:1]
                found |= {id_: int(limit[1]) for s in told for id_ in s.ids}
    return found


def test_notes_are_found() -> None:
    assert limits().items() >= {("Alerts near me", 20), ("Where? A short place name, no person's name.", 60)}


@pytest.mark.parametrize("code", SPOKEN)
def test_translators_notes_are_kept(code: str) -> None:
    _ = spoken(code)
    assert {id_: _(id_) for id_, most in limits().items() if len(_(id_)) > most} == {}


@cache
def shipped() -> Languages:
    return load(SHIPPED)


def spoken(code: str) -> Translator:
    return shipped()[code].translator


def world() -> World:
    """A house with everything that takes room: a long name, a note that it is free, a hotline, every language."""
    house = House(
        name="N" * 20, service_code=DIAL, hotline=HOTLINE, languages=tuple((one.code, one.name) for one in shipped()),
        zone=ZoneInfo("UTC"), approvals=1, proposal_audience=500, free_to_dial=True, alert_seconds=1, alert_longest=1,
        keep_alert=1,
    )  # fmt: skip
    return World(house, Atlas(), Directory((), Atlas()), {}, {}, {}, Roster({}), {}, lambda code: ())


def somebody(code: str) -> Caller:
    """Staff, whose first screen is the longest."""
    staff = Staff("s", "Vera", Role.VERIFIER, b"", lang=code, active=True)
    return Caller(0, code, world(), staff=staff)


def one_page(shown: Shown, _: Translator) -> str:
    body, more = pages.page(shown.text, shown.choices, 0, _, back=False)
    assert more is None, body
    assert units("CON " + body)[0] <= 160
    return body


@pytest.mark.parametrize("code", SPOKEN)
def test_first_screens_are_one_page(code: str) -> None:
    _ = spoken(code)
    assert len(one_page(home.home(somebody(code), _), _).splitlines()) == 8
    assert len(one_page(home.language(somebody(code), _), _).splitlines()) == len(SHIPPED)


# --- texts that go out: one segment, and neutral where that was promised


def local(when: float) -> datetime:
    return datetime(2026, 12, 30, 23, 59, tzinfo=UTC)


def areas() -> list[str]:
    """The longest there is, and the longest of the wards that we have lists of."""
    names = set()
    for file in (ROOT / "gateway" / "cli" / "demo_areas.csv", ROOT / "tests" / "data" / "facilities_sample.csv"):
        names |= {row["ward"] for row in csv.DictReader(file.read_text("utf-8").splitlines())}
    return [LONGEST_AREA, max(names, key=len)]


def alert(kind: Kind, drill: bool = False) -> Alert:
    place = "Kando ya soko kubwa, nyuma ya stendi ya matatu"[:PLACE].ljust(PLACE, "x")
    text = "w" * compose.LONGEST_TEXT
    return Alert(12345, kind, "a", State.LIVE, 0, 1, place=place, text=text, drill=drill)


SAYS: Final = (warning, update, ending)


def alert_texts(code: str, *styles: Wording) -> Iterator[str]:
    _ = spoken(code)
    for style, kind, area, say in product(styles, Kind, areas(), SAYS):
        yield say(alert(kind), area, style, _, local, DIAL)
    for area in areas():
        yield warning(alert(Kind.RAID, drill=True), area, Wording.NEUTRAL, _, local, DIAL)


def outcomes(code: str) -> Iterator[str]:
    """What a reporter hears in the end."""
    context: Any = SimpleNamespace(translator=lambda lang: spoken(lang))
    for state in (State.LIVE, State.REJECTED, State.UNCHECKED):
        yield outcome_text(context, world(), Alert(1, Kind.RAID, "a", state, 0), code)


def clinic_said(code: str) -> Iterator[str]:
    """To a clinic: the visitor, for every need and language; and what it hears when it answers."""
    _ = spoken(code)
    for need, one in product(NEEDS.values(), shipped()):
        yield referral("54321", need.label, one.name, "30/12 23:59", _)
    for said in (clinic_texts.Said("", 0), clinic_texts.Said("54321", 0), clinic_texts.Said("00000", 1)):
        yield clinic_texts.answer(said, somebody(code), _)[0]


def short_notices(code: str) -> Iterator[str]:
    """Texts of the jobs to callers, clinics and staff, with long values in them."""
    _ = spoken(code)
    values = {
        "code": "54321", "dial": DIAL, "name": "N" * 20, "number": "12345", "area": LONGEST_AREA, "sent": "100000",
        "all": "100000", "failed": "1000", "unknown": "1000",
    }  # fmt: skip
    for sentence in sentences():
        if sentence.file.parent.name == "jobs":
            yield _(sentence.ids[0]).format(**values)
    yield dial_to_read(DIAL, _)
    yield sorry(HOTLINE, _)
    yield _("Done.")


@pytest.mark.parametrize("code", SPOKEN)
def test_neutral_and_code_alerts_updates_and_endings_are_one_segment(code: str) -> None:
    too_long = [t for t in alert_texts(code, Wording.NEUTRAL, Wording.CODE) if segments(fold(t)) != 1]
    assert too_long == []


@pytest.mark.parametrize("code", SPOKEN)
def test_plain_alerts_are_two_segments_at_most_and_their_endings_one(code: str) -> None:
    _ = spoken(code)
    for kind, area in product(Kind, areas()):
        for say, most in zip(SAYS, (2, 2, 1), strict=True):
            text = say(alert(kind), area, Wording.PLAIN, _, local, DIAL)
            assert segments(fold(text)) <= most, text


@pytest.mark.parametrize("code", SPOKEN)
def test_other_texts_are_one_segment(code: str) -> None:
    said = [*clinic_said(code), *outcomes(code), *short_notices(code)]
    assert [t for t in said if segments(fold(t)) != 1] == []


@pytest.mark.parametrize("code", SPOKEN)
def test_neutral_words_give_nobody_away(code: str) -> None:
    """The word list speaks of the texts, not of areas: those are the caller's own choice."""
    _ = spoken(code)
    quiet = {
        "alerts": alert_texts(code, Wording.NEUTRAL, Wording.CODE),
        "clinic": clinic_said(code),
        "outcomes": outcomes(code),
        "waiting": iter([dial_to_read(DIAL, _), _("Done."), _("One question from us waits for you. Dial {dial}")]),
    }
    bad = rf"\b(?:{NEUTRAL[code]}|{FORBIDDEN['*']}|{FORBIDDEN[code]})\b"
    found = {
        (where, word) for where, texts in quiet.items() for text in texts for word in re.findall(bad, text.lower())
    }
    assert found == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_the_first_screen_gives_nobody_away(code: str) -> None:
    """'Alerts' stands on it: floods have them too."""
    shown = one_page(home.home(somebody(code), spoken(code)), spoken(code)).lower()
    found = re.findall(rf"\b(?:{NEUTRAL[code]}|{FORBIDDEN['*']}|{FORBIDDEN[code]})\b", shown)
    assert set(found) <= {"alerts", "tahadhari"}


def test_no_forbidden_word_is_said_in_english() -> None:
    """The catalogs are looked at in test_translations; the source language stands in the code."""
    bad = rf"\b(?:{FORBIDDEN['*']}|{FORBIDDEN['en']})\b"
    told = [(id_, re.findall(bad, id_.lower().replace("does not mean safe", ""))) for s in sentences() for id_ in s.ids]
    assert [row for row in told if row[1]] == []


@pytest.mark.parametrize("code", SPOKEN)
def test_needs_and_their_labels_differ(code: str) -> None:
    """Two needs, or two labels, that read the same could not be told apart."""
    _ = spoken(code)
    assert len({need_name(need, _) for need in NEEDS}) == len(NEEDS)
    assert len({need_label(need.label, _) for need in NEEDS.values()}) == len(NEEDS)

"""The catalogs: each complete language has every sentence of the code. All fit a phone and reveal nothing."""

import ast
import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from msgspec.structs import replace

from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.hours import WeeklyHours
from gateway.model.needs import LISTED_NEEDS, NEEDS
from gateway.model.subscription import Wording
from gateway.model.tariff import Carrier, Tariff
from gateway.text.gsm import count_segments, encoded_length, max_screen_length, non_gsm_chars, normalise_text
from gateway.text.hotline import answers_from_text
from gateway.text.notices import answer_waiting_text, news_text, one_question_text
from gateway.text.printed_keywords import KEYWORD_OF_VALUE, fill_in
from gateway.text.wording import (
    alert_text,
    apology_text,
    code_phrase,
    ending_text,
    need_label,
    need_name,
    reconsent_text,
    referral_text,
    update_text,
)
from jobs.handlers.verification import outcome_text
from menus import compose, home, rights, sos
from menus.engine import paging
from menus.engine.screen import ScreenResult
from menus.settings import deleted_text, stopped_text
from menus.sms import clinic
from menus.sms.rights import answer_rights
from menus.sms.wish import Wish
from tests.harness.catalogs import DIAL, HOTLINE, SPOKEN, own_topics, shipped, somebody, world
from translations import Translator, load, load_keywords, normalise_words
from translations.catalog import catalog_path
from translations.forbidden_words import ForbiddenWords, read_forbidden_words
from translations.languages import SOURCE_LANGUAGE, TRANSLATIONS_DIR
from translations.update import ROOT, SOURCE_FOLDERS, extract_template, flatten_forms

COMPLETE: Final = tuple(code for code in SPOKEN if code != SOURCE_LANGUAGE)
WIDE: Final = ("ru", "zh_Hans")
"""what they write takes a phone 70 characters a page and a text"""

NIGHT_HOURS: Final = WeeklyHours.parse("Daily 20:00-06:00")
NOON: Final = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
LONGEST_AREA: Final = "Woodley/Kenyatta Golf Course"
"""the longest name of a ward in Kenya that we know"""


def catalog(code: str) -> Catalog:
    with (TRANSLATIONS_DIR / catalog_path(code)).open("rb") as file:
        return read_po(file, abort_invalid=True)


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation, or its plural forms."""
    return flatten_forms(message.string)


def source_ids(message: Message) -> tuple[str, ...]:
    return flatten_forms(message.id)


def in_code() -> list[Message]:
    """Return every sentence of the code, as Babel finds it."""
    return [message for message in extract_template() if message.id]


@cache
def limits() -> dict[str, int]:
    """Return, by English sentence, the most characters of its translation, where a note has a limit."""
    found: dict[str, int] = {}
    for message in in_code():
        for most in re.findall(r"room: at most (\d+) characters", "\n".join(message.auto_comments)):
            found |= {text: min(int(most), found.get(text, int(most))) for text in source_ids(message)}
    return found


def translated(code: str) -> list[Message]:
    return [message for message in catalog(code) if message.id]


# --- complete


def test_babel_finds_every_sentence() -> None:
    """Translators get what Babel extracts. A sentence that it misses remains English."""
    seen = {id_ for message in in_code() for id_ in source_ids(message)}
    marked = {text for folder in SOURCE_FOLDERS for file in Path(folder).rglob("*.py") for text in called(file)}
    assert len(marked) > 300
    assert marked - seen == set()


def called(file: Path) -> Iterator[str]:
    """Return what Python itself sees: `_("...")` and `translator(lang)("...")`, also inside f-strings."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        match call:
            case ast.Call(
                func=ast.Name("_") | ast.Call(func=ast.Attribute(attr="translator")),
                args=[ast.Constant(str(text)), *_],
            ):
                yield text


@pytest.mark.parametrize("code", COMPLETE)
def test_nothing_is_missing_and_nothing_left_over(code: str) -> None:
    wanted = {(m.context or "", source_ids(m)) for m in in_code()}
    entries = {(m.context or "", source_ids(m)) for m in translated(code)}
    assert sorted(wanted - entries) == [], "missing"
    assert sorted(entries - wanted) == [], "left over: no code says it"
    assert list(catalog(code).obsolete) == []


@pytest.mark.parametrize("code", COMPLETE)
def test_nothing_is_empty_or_a_guess(code: str) -> None:
    book = catalog(code)
    assert not book.fuzzy
    assert [m.id for m in book if m.id and (m.fuzzy or not all(forms(m)))] == []
    assert [m.id for m in book if m.pluralizable and len(forms(m)) != book.num_plurals] == []


@pytest.mark.parametrize("code", SPOKEN)
def test_no_sentence_prints_a_keyword_itself(code: str) -> None:
    """A sentence names a keyword in braces. A literal one could be another language's, or no longer accepted."""
    accepted = load_keywords(shipped())
    said = [form for m in translated(code) for form in (*source_ids(m), *forms(m))]
    said += [id_ for m in in_code() for id_ in source_ids(m)]
    assert {text: found for text in said if (found := _keywords_in(text, accepted))} == {}


@pytest.mark.parametrize("code", SPOKEN)
def test_a_printed_keyword_is_the_first_word_of_its_own_language(code: str) -> None:
    _, accepted = spoken(code), load_keywords(load([code]))
    for name, keyword in KEYWORD_OF_VALUE.items():
        printed = fill_in(f"{{{name}}}", _)
        assert printed == _.normalise(load([code])[code].phrases.printed[keyword]).upper()
        assert accepted[normalise_words(printed)] == keyword


def _keywords_in(text: str, accepted: dict[str, str]) -> set[str]:
    return {accepted[w.lower()] for w in re.findall(r"\b[A-Z]{3,}\b", text) if w.lower() in accepted}


def test_the_readme_lists_the_languages() -> None:
    """The README lists what is translated, the number of topics, and the reviewers."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for language in shipped():
        reviewed = "nobody yet" if language.reviewed_by == "nobody" else language.reviewed_by
        row = rf"^\| \w+ \(`{language.code}`\) \| all \| {len(own_topics(language.code))} \| {re.escape(reviewed)} \|$"
        assert re.search(row, readme, re.MULTILINE), language.code


# --- short


@pytest.mark.parametrize("code", [code for code in COMPLETE if code not in WIDE])
def test_every_letter_is_cheap(code: str) -> None:
    said = {m.id: form for m in translated(code) for form in forms(m)}
    said |= {topic.slug: topic.title + topic.body for topic in own_topics(code)}
    assert {id_: bad for id_, text in said.items() if (bad := non_gsm_chars(normalise_text(text)))} == {}


def test_notes_are_found() -> None:
    assert limits().items() >= {("Alerts near me", 20), ("I need someone now", 26)}


@cache
def taboo(code: str) -> ForbiddenWords:
    return read_forbidden_words(code, [TRANSLATIONS_DIR])


def budget(code: str, gsm: int, wide: int) -> int:
    """Return the budget for GSM-7 languages, or for languages in other letters."""
    return wide if code in WIDE else gsm


def spoken(code: str) -> Translator:
    return shipped()[code].translator


def paged(shown: ScreenResult, _: Translator, back: bool = True) -> list[str]:
    """Return the pages of a screen, each within its limit."""
    choices = tuple(replace(choice, label=_.normalise(choice.label)) for choice in shown.choices)
    found = paging.all_pages(_.normalise(shown.text), choices, _, back)
    assert [body for body in found if encoded_length("CON " + body)[0] > max_screen_length(body)] == []
    return found


@pytest.mark.parametrize("code", SPOKEN)
def test_first_screens_are_one_page(code: str) -> None:
    """Russian words are long for 70 units, so home takes two pages there. The line of the team may take one more."""
    _, pages = spoken(code), 2 if code == "ru" else 1
    assert len(paged(home.home(somebody(code), _), _, back=False)) <= pages + 1
    first = paged(home.home(replace(somebody(code), staff=None), _), _, back=False)
    assert len(first) <= pages, first
    assert len([line for page in first for line in page.splitlines() if line[1:2] == "."]) >= 7
    (languages,) = paged(home.language(somebody(code), _), _, back=False)
    assert len(languages.splitlines()) == len(SPOKEN)


@pytest.mark.parametrize("code", SPOKEN)
def test_the_key_that_calls_for_help_is_on_the_first_page(code: str) -> None:
    """A caller in danger reads one page. Nobody is on duty here, so the page holds the hotline too."""
    caller, _ = somebody(code), spoken(code)
    shown = sos.sos_menu(caller, _)
    assert HOTLINE in shown.text and _("Nobody is on duty now.") in shown.text
    first = paged(shown, _)[0]
    assert re.search(r"^1\. ", first, re.MULTILINE), first


@pytest.mark.parametrize("code", SPOKEN)
def test_a_preview_before_sending_is_short(code: str) -> None:
    """People, segments, cost, a network that delays texts and a costly letter: each whole on one of few pages."""
    _, caller = spoken(code), somebody(code)
    profile = replace(caller.world.profile, translators=tuple(one.translator for one in shipped()), approvals=2)
    closed = Carrier("safaricom", WeeklyHours.parse("Daily 08:00-18:00"))
    priced = replace(profile, tariff=Tariff("KES", 800, carriers_with_hours=(closed,)))
    caller = replace(caller, world=replace(caller.world, profile=priced), audience_by_area={"a": 123456})
    wanted = {"kind": "raid", "area": "a", "venue": "Soko ✓ Mwezi".ljust(compose.MAX_VENUE_CHARS, "x"), "until": 43200}
    for text in ("", "w" * compose.MAX_TEXT_CHARS):
        found = paged(compose.preview(caller, _, **wanted, text=text), _)
        assert len(found) <= 5, found
        for whole in ("120000", "KES", "safaricom", "08:00", "✓"):
            assert any(whole in page for page in found), whole
    plain = replace(
        caller, world=replace(caller.world, profile=replace(priced, tariff=Tariff("KES", 800), approvals=1))
    )
    found = paged(compose.preview(plain, _, **wanted | {"venue": "Soko Mwezi"}, text=""), _)
    assert len(found) <= budget(code, 2, 4), found
    assert code in WIDE or "\n1. " in found[0], "the choice to send is on the first page"


@pytest.mark.parametrize("code", SPOKEN)
def test_topics_are_whole_and_fit(code: str) -> None:
    """4 pages of GSM-7 or 7 of 70, with the line that sends it as text."""
    caller, _ = somebody(code), spoken(code)
    wanted = [(topic.group, topic.slug, topic.order, topic.slots) for topic in shipped().topics(SOURCE_LANGUAGE)]
    assert [(topic.group, topic.slug, topic.order, topic.slots) for topic in own_topics(code)] == wanted
    for topic in own_topics(code):
        shown = rights.topic(caller, _, slug=topic.slug)
        assert topic.body in shown.text
        assert len(paged(shown, _)) <= budget(code, 4, 7), topic.slug
        assert all(count_segments(part) <= 3 for part in rights.topic_messages(topic, _)), topic.slug


@pytest.mark.parametrize("code", SPOKEN)
def test_topics_titles_are_one_line(code: str) -> None:
    assert {
        t.title: encoded_length(normalise_text(t.title))[0]
        for t in own_topics(code)
        if encoded_length(normalise_text(t.title))[0] > budget(code, 26, 22)
    } == {}


@pytest.mark.parametrize("code", SPOKEN)
def test_topics_say_where_their_facts_are_from(code: str) -> None:
    """R, Z, P and S are the founding documents, by line. Other sources are guidelines, with their year."""
    source = {topic.slug: topic.source for topic in shipped().topics(SOURCE_LANGUAGE)}
    place = r"([RZPS]\d+(-\d+)?|[A-Z][^;]+ \((19|20)\d\d\))"
    for topic in own_topics(code):
        assert re.fullmatch(rf"{place}(; {place})*", topic.source), topic.slug
        assert topic.source == source[topic.slug]
        assert topic.reviewed_by == "nobody"


def test_rights_by_text_are_found_by_number_and_each_list_is_three_segments_a_part() -> None:
    for code in SPOKEN:
        caller, _ = somebody(code), spoken(code)
        for asked in ("", "1", "2", "3", "4", "5"):
            read = answer_rights(Wish("RIGHTS", asked), caller, _)
            assert all(count_segments(part) <= 3 for part in read.texts)
        assert answer_rights(Wish("RIGHTS", "101"), caller, _).texts == rights.topic_messages(own_topics(code)[0], _)


# --- texts that go out: one segment, and neutral where that was promised


def local(when: float) -> datetime:
    return datetime(2026, 12, 30, 23, 59, tzinfo=UTC)


def areas() -> list[str]:
    """Return the longest area name of all, and the longest ward name in our lists."""
    names = set()
    for file in (ROOT / "gateway" / "cli" / "demo_areas.csv", ROOT / "tests" / "data" / "facilities_sample.csv"):
        names |= {row["ward"] for row in csv.DictReader(file.read_text("utf-8").splitlines())}
    return [LONGEST_AREA, max(names, key=len)]


def alert(kind: AlertKind, drill: bool = False) -> Alert:
    place = "Kando ya soko kubwa, nyuma ya stendi ya matatu"[: compose.MAX_VENUE_CHARS].ljust(
        compose.MAX_VENUE_CHARS, "x"
    )
    text = "w" * compose.MAX_TEXT_CHARS
    return Alert(12345, kind, "a", AlertState.LIVE, 0, 1, venue=place, text=text, drill=drill)


SAYS: Final = (alert_text, update_text, ending_text)
KEPT: Final = 20
"""letters of the place that are left at least, in a text of 70"""


def alert_texts(code: str, *styles: Wording) -> Iterator[str]:
    _ = spoken(code)
    for style, kind, area, say in product(styles, AlertKind, areas(), SAYS):
        yield say(alert(kind), area, style, _, local, DIAL)
    for area in areas():
        yield alert_text(alert(AlertKind.RAID, drill=True), area, Wording.NEUTRAL, _, local, DIAL)


def outcomes(code: str) -> Iterator[str]:
    """Return the final texts to a reporter."""
    context: Any = SimpleNamespace(translator=lambda lang: spoken(lang))
    for state in (AlertState.LIVE, AlertState.REJECTED, AlertState.UNCHECKED):
        yield outcome_text(context, world(), Alert(1, AlertKind.RAID, "a", state, 0), code)


def clinic_said(code: str) -> Iterator[str]:
    """Return the texts to a clinic: the referral, for every need and language, and the replies to its answers."""
    _ = spoken(code)
    for need, one in product(NEEDS.values(), shipped()):
        yield referral_text("54321", need.label, one.name, "30/12 23:59", _)
    for said in (clinic.ClinicReply("", 0), clinic.ClinicReply("54321", 0), clinic.ClinicReply("00000", 1)):
        yield clinic.answer_reply(said, somebody(code), _).texts[0]


def goodbyes(code: str) -> tuple[str, str]:
    """Return the answers to STOP and to DELETE."""
    return stopped_text(spoken(code)), deleted_text(spoken(code))


def short_notices(code: str) -> Iterator[str]:
    """Return the texts of the jobs to callers, clinics and staff, with long values in them."""
    _ = spoken(code)
    values = {
        "code": "54321", "dial": DIAL, "name": "N" * 20, "number": "12345", "area": LONGEST_AREA, "sent": "100000",
        "admin": "N" * 20, "person": "N" * 20, "all": "100000", "failed": "1000", "unknown": "1000",
        "names": "N" * 30, "n": "1000",
        "clinic": "N" * 30, "text": "N" * 60, "word": "IMEFUNGULIWA",
    }  # fmt: skip
    for message in in_code():
        if any(file.startswith("jobs/") for file, _line in message.locations):
            yield fill_in(_(source_ids(message)[0]), _, **values)
    yield answer_waiting_text(DIAL, _)
    yield apology_text(HOTLINE, "", _)
    yield apology_text(HOTLINE, answers_from_text(HOTLINE, NIGHT_HOURS, NOON, _), _)
    yield from goodbyes(code)


@pytest.mark.parametrize("code", SPOKEN)
def test_neutral_and_code_alerts_updates_and_endings_are_one_segment(code: str) -> None:
    too_long = [t for t in alert_texts(code, Wording.NEUTRAL, Wording.CODE) if count_segments(normalise_text(t)) != 1]
    assert too_long == []


@pytest.mark.parametrize("code", SPOKEN)
def test_plain_alerts_are_two_segments_at_most_and_their_endings_one(code: str) -> None:
    """Outside GSM-7 each may take one more segment, because the words of staff are worth it."""
    _ = spoken(code)
    for kind, area in product(AlertKind, areas()):
        for say, most in zip(SAYS, (2, 2, 1), strict=True):
            text = say(alert(kind), area, Wording.PLAIN, _, local, DIAL)
            assert count_segments(text) <= most + budget(code, 0, 1), text


@pytest.mark.parametrize("code", SPOKEN)
def test_alerts_keep_their_place_their_hours_and_the_code_to_dial(code: str) -> None:
    """A venue that is too long is left out. The name of an area is cut to a beginning that people recognise."""
    _ = spoken(code)
    shortened = LONGEST_AREA[: budget(code, len(LONGEST_AREA), KEPT)].rsplit(" ", 1)[0]
    for say, style in product(SAYS, Wording):
        text = say(alert(AlertKind.RAID), LONGEST_AREA, style, _, local, DIAL)
        assert shortened in text, text
        assert "23:59" in text
        assert say is ending_text or DIAL in text


@pytest.mark.parametrize("code", SPOKEN)
def test_staffs_words_in_other_letters_cost_no_place(code: str) -> None:
    """One such letter makes the whole text cost more."""
    alert = Alert(12345, AlertKind.RAID, "a", AlertState.LIVE, 0, 1, venue="Soko", text="ж" * compose.MAX_TEXT_CHARS)
    for say in (alert_text, update_text):
        text = say(alert, LONGEST_AREA, Wording.PLAIN, spoken(code), local, DIAL)
        assert LONGEST_AREA in text and alert.text in text and count_segments(text) <= 3


@pytest.mark.parametrize("code", SPOKEN)
def test_code_phrases_are_twelve_and_short(code: str) -> None:
    phrases = {code_phrase(kind, spoken(code)) for kind in AlertKind}
    assert len(phrases) == len(AlertKind)
    assert max(map(len, phrases)) <= 20


@pytest.mark.parametrize("code", SPOKEN)
def test_other_texts_are_one_segment(code: str) -> None:
    """Clinics and staff may get two segments outside GSM-7; callers never do."""
    _ = spoken(code)
    to_callers = [
        *outcomes(code),
        answer_waiting_text(DIAL, _),
        one_question_text(DIAL, _),
        news_text(DIAL, _),
        reconsent_text(DIAL, _),
    ]
    assert [t for t in to_callers if count_segments(normalise_text(t)) != 1] == []
    others = [*clinic_said(code), *short_notices(code)]
    assert [t for t in others if count_segments(normalise_text(t)) > budget(code, 1, 2)] == []


@pytest.mark.parametrize("code", SPOKEN)
def test_the_first_screen_reveals_nothing(code: str) -> None:
    """The word 'Alerts' alone reveals nothing, because floods have alerts too."""
    _ = spoken(code)
    first = home.home(somebody(code), _)
    alerts, *others = [first.text, *(choice.label for choice in first.choices)][1:]
    assert len(taboo(code).find_revealing(alerts)) <= 1
    assert [line for line in others if taboo(code).find_revealing(line)] == []


@pytest.mark.parametrize("code", SPOKEN)
def test_every_language_lists_its_words(code: str) -> None:
    assert len(taboo(code).neutral) >= 20
    assert len(taboo(code).nowhere) >= 8


@pytest.mark.parametrize("code", SPOKEN)
def test_needs_and_their_labels_differ(code: str) -> None:
    """Two needs or labels with the same text could not be distinguished."""
    _ = spoken(code)
    assert len({need_name(need, _) for need in LISTED_NEEDS}) == len(LISTED_NEEDS)
    assert len({need_label(need.label, _) for need in NEEDS.values()}) == len(NEEDS)

"""A clinic's text about itself: `no PEP till Monday`, `closed`, `PEP is back`, `open`.

The whole text must be such a report. A nurse may text us about anything else, and call for help.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from gateway.model.caller import Caller
from gateway.model.clinic_state import MAX_DAYS, OUT_DAYS, next_morning, next_morning_of
from gateway.model.intents import ReportClinic
from gateway.model.needs import NEEDS
from gateway.text import joins
from gateway.text.clinic_wording import told_text
from gateway.understanding.concepts import COURTESY
from gateway.understanding.fold import fold_words
from menus.engine.screen import Translator
from menus.sms.lexicon import Lexicon
from menus.sms.result import SmsResult, said

_NEED_OF_CONCEPT: Final = {
    "pep": "hurt", "medicine": "medicines", "prep": "prep", "test": "test", "self_test": "self_test",
    "symptoms": "checkup", "condom": "condoms", "lube": "condoms", "pregnant": "pregnancy",
    "emergency_pill": "pregnancy", "drugs": "drugs", "talk": "talk",
}  # fmt: skip
_SAYS_NOTHING: Final = COURTESY | {"there_is", "now", "again", "clinic", "hiv"}
"""concepts beside a report that change nothing; `I am closed in` is none"""
_DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DATE: Final = re.compile(r"\b(\d{1,2})[/.](\d{1,2})\b")
_MAX_PHRASE_WORDS, _MAX_WORDS = 4, 14


class _Parts(msgspec.Struct):
    """What stands in a report: the names of its phrases (`translations.phrases.CLINIC_REPORT`), and the other words."""

    names: list[str]
    numbers: list[int]
    others: list[str]


def parse_report(text: str, caller: Caller, lexicon: Lexicon) -> ReportClinic | None:
    """Return what a text reports of the nurse's clinic; None for any other text."""
    date = _DATE.search(text)
    parts = _split(fold_words(text[: date.start()] + text[date.end() :] if date else text), lexicon)
    needs = _needs(parts, caller, lexicon)
    if needs is None or (len(needs) > 1 and _says_two_things(parts, date)):
        return None
    need, *also = sorted(needs) or [""]
    names = set(parts.names)
    is_gone = "OUT" in names if need else "CLOSED" in names
    until = _until(parts, date, caller.local_time)
    if date and until is None:
        return None
    if is_gone or (until and names & {"BACK", "OPEN"}):  # `open on Monday` is closed until then
        days = OUT_DAYS - 1 if need else 0
        return ReportClinic(need, int((until or next_morning(caller.local_time, days)).timestamp()), tuple(also))
    return ReportClinic(need, 0, tuple(also)) if names & ({"BACK", "OPEN"} if need else {"OPEN"}) else None


def _says_two_things(parts: _Parts, date: re.Match[str] | None) -> bool:
    """Whether a report of several needs gives each an end of its own, or says of one that it is back."""
    ends = {name for name in parts.names if name in (*_DAYS, "TODAY", "TOMORROW", "DAYS")}
    return {"OUT", "BACK"} <= set(parts.names) or len(ends) + bool(date) > 1


def _split(words: Sequence[str], lexicon: Lexicon) -> _Parts:
    """Return the parts of a text, the longest phrases first."""
    parts, at = _Parts([], [], []), 0
    while at < len(words[:_MAX_WORDS]):
        sizes = range(min(_MAX_PHRASE_WORDS, len(words) - at), 0, -1)
        size = next((size for size in sizes if " ".join(words[at : at + size]) in lexicon.report_words), 0)
        if size:
            parts.names.append(lexicon.report_words[" ".join(words[at : at + size])])
        elif words[at].isdigit():
            parts.numbers.append(int(words[at]))
        else:
            parts.others.append(words[at])
        at += size or 1
    parts.others += words[_MAX_WORDS:]
    return parts


def _needs(parts: _Parts, caller: Caller, lexicon: Lexicon) -> set[str] | None:
    """Return the needs that a report names; None where its words say anything else."""
    if not parts.names or "?" in parts.others or (parts.numbers and "DAYS" not in parts.names):
        return None
    reading = lexicon.read(" ".join(parts.others), caller.lang, caller.world.atlas)
    said_of = {concept for some in reading.concepts for concept in some} - _SAYS_NOTHING
    if reading.unknown_words or reading.areas or said_of - _NEED_OF_CONCEPT.keys():
        return None
    if "self_test" in said_of:  # its words name a test too
        said_of = said_of - {"test"}
    return {_NEED_OF_CONCEPT[concept] for concept in said_of} & NEEDS.keys()


def _until(parts: _Parts, date: re.Match[str] | None, here: datetime) -> datetime | None:
    """Return the morning until which a report counts; None where it names no day that we know."""
    found: datetime | None = None
    days = [_DAYS.index(name) for name in parts.names if name in _DAYS]
    if date:
        found = _morning_of(int(date[1]), int(date[2]), here)
    elif days:
        found = next_morning_of(here, days[0])
    elif "TOMORROW" in parts.names:
        found = next_morning(here.replace(hour=23))
    elif "DAYS" in parts.names and parts.numbers:
        found = next_morning(here, min(parts.numbers[0], MAX_DAYS) - 1)
    elif "TODAY" in parts.names and not {"BACK", "OPEN"} & set(parts.names):
        found = next_morning(here)
    return min(found, here + timedelta(days=MAX_DAYS)) if found else None


def _morning_of(day: int, month: int, here: datetime) -> datetime | None:
    """Return the next such date; None for one that does not exist."""
    for year in (here.year, here.year + 1):
        try:
            found = next_morning(here.replace(year=year, month=month, day=day, hour=0))
        except ValueError:
            continue
        if found > here:
            return found
    return None


def answer_report(report: ReportClinic, caller: Caller, _: Translator) -> SmsResult:
    """Answer a report with what callers read from now on."""
    clinic = caller.staff.clinic if caller.staff else ""
    state = caller.world.directory.state(clinic)
    for need in report.needs:
        state = state.with_report(need, report.until, caller.now)
    told = told_text(state, caller.now, caller.world.local_time, _)
    return said(joins.sentences(_, _("Thank you."), told), report)

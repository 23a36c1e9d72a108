"""Clinics: opening hours as people write them, and the fields of a clinic."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from gateway.errors import BadInput
from gateway.model.clinic import Clinic
from gateway.model.hours import WEEK_MINUTES, WeeklyHours, minute_of_week
from gateway.model.needs import LISTED_NEEDS, NEEDS, SERVICES

NAIROBI = ZoneInfo("Africa/Nairobi")
USUAL = "Mon-Fri 08:00-17:00; Sat 09:00-13:00"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def on(day: str, clock: str) -> datetime:
    """Return a time in the week of Monday 6 May 2024."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2024, 5, 6 + DAYS.index(day), hour, minute, tzinfo=NAIROBI)


def clinic(hours: str = "", open_24h: bool = False) -> Clinic:
    return Clinic("1", "Clinic", "0" * 10, hours=WeeklyHours.parse(hours) if hours else None, open_24h=open_24h)


@pytest.mark.parametrize(
    ("hours", "day", "clock", "wanted"),
    [
        (USUAL, "Mon", "08:00", True),
        (USUAL, "Mon", "07:59", False),
        (USUAL, "Fri", "16:59", True),
        (USUAL, "Fri", "17:00", False),
        (USUAL, "Sat", "12:00", True),
        (USUAL, "Sun", "12:00", False),
        ("Fri 20:00-04:00", "Sat", "03:59", True),
        ("Fri 20:00-04:00", "Fri", "03:59", False),
        ("Sun 22:00-06:00", "Mon", "05:00", True),
        ("Mon-Sat 08:00-12:00, 14:00-18:00", "Wed", "13:00", False),
        ("Mon-Sat 08:00-12:00, 14:00-18:00", "Wed", "14:00", True),
        ("Sat-Mon 08:00-17:00", "Sun", "09:00", True),
        ("Tue,Thu 12:00-19:00", "Thu", "18:00", True),
        ("Tue,Thu 12:00-19:00", "Wed", "18:00", False),
        ("Daily 00:00-24:00", "Sun", "23:59", True),
        ("monday - friday 8.00 - 17.00", "Fri", "08:00", True),
        ("Mon–Fri 08:00–17:00", "Mon", "09:00", True),
    ],
)
def test_open_at(hours: str, day: str, clock: str, wanted: bool) -> None:
    assert clinic(hours).is_open_at(on(day, clock)) is wanted


@pytest.mark.parametrize(
    ("hours", "now", "wanted"),
    [
        (USUAL, on("Mon", "02:00"), on("Mon", "08:00")),
        (USUAL, on("Fri", "17:00"), on("Sat", "09:00")),
        (USUAL, on("Sat", "13:00"), on("Mon", "08:00") + timedelta(days=7)),
        (USUAL, on("Mon", "09:00"), None),
        ("Sun 22:00-06:00", on("Mon", "06:00"), on("Sun", "22:00")),
    ],
)
def test_opens_next(hours: str, now: datetime, wanted: datetime | None) -> None:
    assert clinic(hours).next_opening(now) == wanted
    assert clinic(hours).next_opening(now + timedelta(seconds=30)) == wanted


def test_hours_follow_the_clock_on_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night_of_the_change = datetime(2024, 3, 31, 1, 30, tzinfo=berlin)
    opens = clinic("Sun 08:00-12:00").next_opening(night_of_the_change)
    assert opens == datetime(2024, 3, 31, 8, 0, tzinfo=berlin)


def test_unknown_hours_are_not_closed() -> None:
    assert clinic().is_open_at(on("Mon", "09:00")) is None
    assert clinic().next_opening(on("Mon", "09:00")) is None
    assert clinic(open_24h=True).is_open_at(on("Sun", "03:00")) is True
    assert clinic(open_24h=True).next_opening(on("Sun", "03:00")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "always",
        "Mon",
        "08:00-17:00",
        "Mon 8-17",
        "Mon 08:00-08:00",
        "Mon 24:00-25:00",
        "Mon 08:00-17:60",
        "Mom 08:00-17:00",
        "Mon- 08:00",
        "Mon-Fri 08:00-17:00; +254711000299",
        "Mon 0711000299",
    ],
)
def test_what_is_not_hours_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        WeeklyHours.parse(text)
    assert "711000299" not in str(refused.value)


windows = st.tuples(st.sampled_from(DAYS), st.integers(0, 1439), st.integers(0, 1440)).filter(lambda w: w[1] != w[2])


@given(st.lists(windows, min_size=1, max_size=6), st.integers(0, WEEK_MINUTES - 1))
def test_hours_agree_with_counting_minutes(spans: list[tuple[str, int, int]], minute: int) -> None:
    text = "; ".join(f"{d} {s // 60:02}:{s % 60:02}-{e // 60:02}:{e % 60:02}" for d, s, e in spans)
    lit = bytearray(WEEK_MINUTES)
    for day, start, end in spans:
        for m in range(start, end if end > start else end + 1440):
            lit[(DAYS.index(day) * 1440 + m) % WEEK_MINUTES] = 1
    hours = WeeklyHours.parse(text)
    assert hours.is_open_at(minute) == bool(lit[minute])
    if not lit[minute]:
        turned = lit[minute:] + lit[:minute]
        assert hours.minutes_to_opening(minute) == turned.index(1)


@given(st.datetimes())
def test_a_minute_of_the_week(moment: datetime) -> None:
    assert 0 <= minute_of_week(moment) < WEEK_MINUTES


def test_a_new_list_does_not_take_the_grade_away() -> None:
    checked = clinic().as_checked("Neema", date(2024, 5, 6))
    again = clinic(USUAL).updated_from_import(checked)
    assert again.is_checked
    assert (again.checked_by, again.checked_on) == ("Neema", date(2024, 5, 6))
    assert again.hours == WeeklyHours.parse(USUAL)


def test_needs_come_by_urgency_and_use_every_service_of_the_list() -> None:
    listed = ("hurt", "medicines", "prep", "test", "self_test", "checkup", "condoms", "pregnancy", "drugs", "talk")
    assert listed == LISTED_NEEDS
    assert {need.id: need.within_hours for need in NEEDS.values() if need.urgent} == {"hurt": 72, "hurt_5_days": 120}
    assert NEEDS["hurt"].services == ("violence_care", "hiv_care")
    ministry = "hiv_test sti hiv_care pmtct key_populations violence_care tb mental_health"
    assert set(ministry.split()) <= SERVICES
    assert NEEDS["hurt"].service_rank(frozenset({"hiv_care"})) == 1
    assert NEEDS["hurt"].service_rank(frozenset({"tb"})) is None


def test_labels_reveal_nothing() -> None:
    labels = [need.label for need in NEEDS.values()]
    assert len(set(labels)) == len(labels)
    telling = ("hiv", "sti", "rape", "violence", "drug", "condom", "sex", "mental", "pep")
    assert not [label for label in labels for word in telling if word in label.split("_")]

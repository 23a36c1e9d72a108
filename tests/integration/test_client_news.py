"""New near me: what members read without a number, and what waits for them."""

from gateway.model import intents
from gateway.model.client_news import NEWS_DAYS
from gateway.model.client_report import DAY_S
from tests.harness.steps_clients import (
    client_list_on,
    make_members,
    report_by_three,
    report_client,
    vouch_for,
)
from tests.harness.steps_turns import area_id, do
from tests.harness.town import Town

__all__ = ["client_list_on"]
LINE = "Robs people, 01/2025, Kasri"


def read(town: Town, name: str) -> str:
    town.sleep(300)
    town[name].dial("1", "5", "3")
    return town[name].choose("New near me")


def test_a_member_reads_kind_month_and_district_once_three_others_told(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    report_by_three(town)
    assert read(town, "Dafina").startswith(LINE)
    for name in ("Amina", "Bahati", "Chiku"):
        assert "Nothing new." in read(town, name), "two others besides the reader are not enough"


def test_what_staff_vouched_for_alone_has_no_area_and_is_no_news(town: Town) -> None:
    make_members(town, "Amina", "Dafina", hear=True)
    vouch_for(town, "Vera", report_client(town, "Amina"))
    assert "Nothing new." in read(town, "Dafina")
    assert town["Dafina"].inbox() == [], "no text announces what no page shows"


def test_only_the_areas_of_the_member_and_thirty_days(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    report_by_three(town)
    do(town, "Dafina", intents.Subscribe(area_id(town, "Zumari")))
    assert "Nothing new." in read(town, "Dafina")
    do(town, "Dafina", intents.Subscribe(area_id(town)))
    assert read(town, "Dafina").startswith(LINE)
    town.sleep(NEWS_DAYS * DAY_S)
    assert "Nothing new." in read(town, "Dafina")


def test_it_waits_until_it_was_read(town: Town) -> None:
    make_members(town, "Amina", "Bahati", "Chiku", "Dafina")
    report_by_three(town)
    assert town["Dafina"].dial("1").startswith("99. ! 1 waits")
    assert town["Dafina"].press("99").startswith(LINE)
    town.sleep(300)
    assert "waits" not in town["Dafina"].dial("1")

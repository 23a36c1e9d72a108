"""What is new in the client list for one reader: what three others told, of the last 30 days."""

from collections.abc import Collection, Iterable

import msgspec

from gateway.model.area import Atlas
from gateway.model.client_report import DAY_S, MIN_OTHER_AUTHORS, ClientEntry, ClientReport, Reader

NEWS_DAYS = 30


class ClientNews(msgspec.Struct, frozen=True):
    """The reports of one entry as this reader may read them, with month and area. `since` in Unix seconds."""

    since: int
    """when the third other author counted; a later report of the same client is no further news"""
    reports: tuple[ClientReport, ...]


def news_near(
    entries: Iterable[ClientEntry], reader: Reader, atlas: Atlas, areas: Collection[str], now: int
) -> list[ClientNews]:
    """Return what became readable in these areas within NEWS_DAYS. Without areas it is all districts.

    Whatever staff vouched for alone has no area, so a member finds it by looking up only.
    """
    found = (_news_of(entry.without_expired(now // DAY_S), reader, now) for entry in entries)
    recent = (each for each in found if each and now - each.since < NEWS_DAYS * DAY_S)
    near = (
        ClientNews(each.since, tuple(report for report in each.reports if _is_near(atlas, report.district, areas)))
        for each in recent
    )
    return [each for each in near if each.reports]


def _news_of(entry: ClientEntry, reader: Reader, now: int) -> ClientNews | None:
    """Return the entry's news; None while fewer than three others count for this reader."""
    visible = tuple(report for report in entry.visible_to(reader, now) if report.district)
    first_by_author: dict[bytes, int] = {}
    for report in sorted(visible, key=lambda each: each.counts_from):
        if report.author:
            first_by_author.setdefault(report.author, report.counts_from)
    if len(first_by_author) < MIN_OTHER_AUTHORS:
        return None
    return ClientNews(sorted(first_by_author.values())[MIN_OTHER_AUTHORS - 1], visible)


def _is_near(atlas: Atlas, district: str, areas: Collection[str]) -> bool:
    return not areas or any(atlas.covers(district, area) for area in areas)

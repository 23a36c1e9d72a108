"""The client list, by which members warn each other: keyed hashes of numbers and plates, reports, limits on look-ups.

There is no rating, because a good rating makes people careless, and a list of ratings can be bought.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.feature import Feature
from gateway.model.subscription import week_number
from gateway.model.task import Task

CLIENTS_FEATURE = Feature("clients")
"""Invited members warn each other of clients."""


class ClientListTask(Task):
    """The tasks of the client list."""

    NOTIFY_MEMBERS = "notify-members"
    EXPIRE_CLIENT_ENTRIES = "expire-client-entries"


DAY_S = 86400
RETENTION_DAYS = 365
"""the number of days after which a report expires"""
TEXT_RETENTION_DAYS = 30
"""the number of days after which the words of a report are deleted"""
INVITATION_DAYS = 7
MAX_INACTIVE_WEEKS = 26
"""the number of weeks without contact after which a membership expires, because numbers get new owners"""
MIN_AUTHORS = 2
"""the number of members who must report a client before others see it; one is enough after staff met that member"""
MAX_REPORTS_PER_DAY = 5
MAX_REPORTS_PER_ENTRY = 12
MAX_MEMBERS = 2000
MAX_ENTRIES = 5000
"""a limit, because every process reads all entries again when one changes"""
MAX_LOOKUP_WAIT_S = 32 * DAY_S


class Harm(StrEnum):
    """What a client did. `gateway.text.wording.harm_name` gives its name on phones."""

    VIOLENT = "violent"
    ROBS = "robs"
    UNPAID = "unpaid"
    CONDOM = "condom"
    ADDRESS = "address"
    FILMS = "films"
    OTHER = "other"


class ClientReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one member reported. `month` counts from January of year 0 (0: not given), `day` from 1970."""

    author: bytes
    """token of purpose member; empty: from another organisation, or by a member who left"""
    harm: Harm
    month: int
    district: str
    """an area's id"""
    day: int
    code: str = ""
    """a member says the code to staff in person, which shows that they met"""
    text: str = ""
    """for moderators only"""
    is_vouched: bool = False
    is_moderated: bool = False
    """a moderator has seen it"""
    source: str = ""
    """the organisation from whose list the report was imported"""


class ClientEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """All reports of one number or plate, which itself is not stored. The field's name is its keyed hash."""

    reports: tuple[ClientReport, ...] = ()
    is_plate: bool = False
    shared_hash: bytes = b""
    """the hash under the key that organisations share; empty: reported before there was a shared key"""
    shared_key_name: str = ""
    """that key's name"""
    needs_review: bool = False
    """a member asked for a review"""
    removed_day: int = 0
    """the day on which moderators removed it: for 12 months no imported list restores it"""

    @property
    def has_content(self) -> bool:
        """Whether the entry has reports, or the day of its removal."""
        return bool(self.reports or self.removed_day)

    @property
    def is_visible(self) -> bool:
        """Whether members see it: two authors reported it, or one author whom staff met."""
        authors = [report.author for report in self.reports if report.author]
        author_count = len(set(authors)) + len(self.reports) - len(authors)
        return author_count >= MIN_AUTHORS or any(report.is_vouched for report in self.reports)

    def without_expired(self, today: int) -> "ClientEntry":
        """Return the entry without expired reports and expired words. `today` counts days since 1970."""
        unexpired = (report for report in self.reports if today - report.day < RETENTION_DAYS)
        removed_day = self.removed_day if today - self.removed_day < RETENTION_DAYS else 0
        reports = tuple(_without_text(t) if today - t.day >= TEXT_RETENTION_DAYS else t for t in unexpired)
        return replace(self, reports=reports, removed_day=removed_day)

    def with_report(self, report: ClientReport) -> "ClientEntry":
        reports = [*self.reports, report]
        while len(reports) > MAX_REPORTS_PER_ENTRY:  # the oldest report of the most frequent author goes
            counts = Counter(each.author for each in reports)
            reports.remove(next(each for each in reports if counts[each.author] == max(counts.values())))
        return replace(self, reports=tuple(reports))

    def without_author(self, token: bytes) -> "ClientEntry":
        """Return the entry after an author left. One report of a visible entry stays, without its author."""
        own_reports = [report for report in self.reports if report.author == token]
        others = tuple(report for report in self.reports if report.author != token)
        if not (own_reports and self.is_visible):
            return replace(self, reports=others)
        strongest = next((report for report in own_reports if report.is_vouched), own_reports[-1])
        return replace(
            self, reports=(*others, replace(_without_text(strongest), author=b"", code="", is_moderated=True))
        )


def _without_text(report: ClientReport) -> ClientReport:
    return replace(report, text="") if report.text else report


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person whom staff invited. `token` is of purpose member; `invited_by` is a staff id, empty at a terminal."""

    token: bytes
    invited_day: int
    """days since 1970"""
    seen_week: int
    lang: str = "en"
    invited_by: str = ""
    active: bool = False
    """accepted the invitation"""
    wants_news: bool = False
    """wants a neutral text when there is something new"""

    def has_expired(self, now: float) -> bool:
        """Whether the invitation expired without an answer, or the member was inactive for half a year."""
        if self.active:
            return week_number(now) - self.seen_week > MAX_INACTIVE_WEEKS
        return now // DAY_S - self.invited_day >= INVITATION_DAYS


class LookupUsage(msgspec.Struct, frozen=True, array_like=True):
    """The look-ups of one member. `blocked_until` in Unix seconds."""

    total: int = 0
    day: int = 0
    today: int = 0
    times_exhausted: int = 0
    """the number of times that the day's look-ups were used up"""
    blocked_until: int = 0

    def after_lookup(self, now: int, free_lookups: int, lookups_per_day: int) -> "LookupUsage":
        """Return the usage after one more look-up.

        The first look-ups are free; after them the number for each day is limited. A member who reaches the limit waits
        one day, then two, then four, and at most 32.
        """
        day, total = now // DAY_S, self.total + 1
        today = (self.today if self.day == day else 0) + (total > free_lookups)
        if today < lookups_per_day:
            return LookupUsage(total, day, today, self.times_exhausted, self.blocked_until)
        wait = min(MAX_LOOKUP_WAIT_S, DAY_S << self.times_exhausted)
        return LookupUsage(total, day, 0, min(self.times_exhausted + 1, 5), now + wait)


class LookupKeys(msgspec.Struct, frozen=True):
    """The keyed hashes of a typed number or plate. `similar` has the plates that differ in one letter or digit."""

    text: str
    """normalised, for the screen that asks whether it is right"""
    is_plate: bool
    exact: tuple[bytes, ...]
    """under our key, then under the key of imported lists"""
    similar: tuple[bytes, ...] = ()
    shared_hash: bytes = b""


def visible_reports(entries: Mapping[bytes, ClientEntry], hashes: tuple[bytes, ...], now: int) -> list[ClientReport]:
    """Return the reports that members may read under these hashes. `now` in Unix seconds.

    Every hash is looked up, so that a hit takes as long as a miss.
    """
    today = now // DAY_S
    found = [each.without_expired(today) for digest in hashes if (each := entries.get(digest))]
    return [report for each in found if each.is_visible for report in each.reports]


def month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


def format_month(month: int) -> str:
    """Return the month as `03/2026`; empty where it was not given."""
    return f"{month % 12 + 1:02}/{month // 12}" if month else ""

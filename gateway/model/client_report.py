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
    REQUEST_SECOND_VOICE = "request-second-voice"


DAY_S = 86400
RETENTION_DAYS = 365
"""the number of days after which a report expires"""
TEXT_RETENTION_DAYS = 30
"""the number of days after which the words of a report are deleted"""
INVITATION_DAYS = 7
MAX_INACTIVE_WEEKS = 26
"""the number of weeks without contact after which a membership expires, because numbers get new owners"""
MIN_OTHER_AUTHORS = 3
"""the number of other members who must report a client before a reader sees month and area

With three, a reader and one member who helps the reader do not find out whether a third person reported.
"""
MIN_DELAY_S, MAX_DELAY_S = 6 * 3600, 72 * 3600
"""between these, drawn at random, lies the time after which a report counts: nobody sees when it was made"""
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
    """token of purpose member; empty: by a member who left"""
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
    counts_from: int = 0
    """Unix seconds from which it counts towards what other members see; drawn once, when it was made"""
    removal_by: str = ""
    """the id of the verifier who wants it removed, and waits for a second one"""


class ClientEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """All reports of one number or plate, which itself is not stored. The field's name is its keyed hash."""

    reports: tuple[ClientReport, ...] = ()
    needs_review: bool = False
    """a member asked for a review"""
    removal_by: str = ""
    """the id of the verifier who wants the entry removed, and waits for a second one"""

    def visible_to(self, reader: "Reader", now: int) -> tuple[ClientReport, ...]:
        """Return the reports as this member may read them. `now` in Unix seconds.

        What the reader, or a member whom the reader invited, reported is never among them. After three other members
        reported, all their reports are. Before that only what staff vouched for is, without month and area.
        """
        others = [report for report in self.reports if report.author not in reader.related]
        counted = [report for report in others if report.counts_from <= now]
        if len({report.author for report in counted if report.author}) >= MIN_OTHER_AUTHORS:
            return tuple(counted)
        return tuple(replace(report, month=0, district="") for report in counted if report.is_vouched)

    def without_expired(self, today: int) -> "ClientEntry":
        """Return the entry without expired reports and expired words. `today` counts days since 1970."""
        unexpired = (report for report in self.reports if today - report.day < RETENTION_DAYS)
        reports = tuple(_without_text(t) if today - t.day >= TEXT_RETENTION_DAYS else t for t in unexpired)
        return replace(self, reports=reports)

    def with_report(self, report: ClientReport) -> "ClientEntry":
        reports = [*self.reports, report]
        while len(reports) > MAX_REPORTS_PER_ENTRY:  # the oldest report of the most frequent author goes
            counts = Counter(each.author for each in reports)
            reports.remove(next(each for each in reports if counts[each.author] == max(counts.values())))
        return replace(self, reports=tuple(reports))

    def without_author(self, token: bytes) -> "ClientEntry":
        """Return the entry after an author left. One report that staff vouched for stays, without its author.

        Any other report without an author could be a second voice of a member who left and came back.
        """
        others = tuple(report for report in self.reports if report.author != token)
        vouched = [report for report in self.reports if report.author == token and report.is_vouched][:1]
        anonymous = (replace(_without_text(report), author=b"", code="", is_moderated=True) for report in vouched)
        return replace(self, reports=(*others, *anonymous))


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
    news_read_at: int = 0
    """when the member last read what is new (Unix seconds)"""

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
        """Return the usage after one more look-up, or one more number or plate of a report, which counts alike.

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
    exact: bytes
    similar: tuple[bytes, ...] = ()


class Reader(msgspec.Struct, frozen=True):
    """A person who reads. `related`: the authors whose reports do not count for this reader; never the empty one."""

    related: frozenset[bytes]

    @classmethod
    def of(cls, member: Member | None, members: Mapping[bytes, Member], staff_id: str) -> "Reader":
        """Return the reader. The members whom this person invited, as staff, are related."""
        invited = {token for token, each in members.items() if staff_id and each.invited_by == staff_id}
        return cls(frozenset(invited | ({member.token} if member else set())))


NOBODY = Reader(frozenset())
"""a reader for whom every report counts"""


def visible_reports(
    entries: Mapping[bytes, ClientEntry], hashes: tuple[bytes, ...], reader: Reader, now: int
) -> list[ClientReport]:
    """Return the reports that this member may read under these hashes. `now` in Unix seconds.

    Every hash is looked up, so that a hit takes as long as a miss.
    """
    found = [each.without_expired(now // DAY_S) for digest in hashes if (each := entries.get(digest))]
    return [report for each in found for report in each.visible_to(reader, now)]


def month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


def format_month(month: int) -> str:
    """Return the month as `03/2026`; empty where it was not given."""
    return f"{month % 12 + 1:02}/{month // 12}" if month else ""

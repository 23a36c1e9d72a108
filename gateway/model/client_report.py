"""Clients whom members warn each other of: keyed hashes of numbers and plates, what was told, and who may look.

No ranking: a good mark makes people careless, and a list of marks can be bought.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.subscription import week_number

DAY_S = 86400
RETENTION_DAYS = 365
"""entries end after 12 months"""
TEXT_RETENTION_DAYS = 30
"""words that nobody read by then go"""
INVITATION_DAYS = 7
MAX_INACTIVE_WEEKS = 26
"""a member whose phone is silent for so long is none any more: numbers get new owners"""
MIN_AUTHORS = 2
"""so many different members, or one whom staff met"""
MAX_REPORTS_PER_DAY = 5
MAX_REPORTS_PER_ENTRY = 12
MAX_MEMBERS = 2000
MAX_ENTRIES = 5000
"""every process reads all of them again when one changes"""
MAX_LOOKUP_WAIT_S = 32 * DAY_S


class Harm(StrEnum):
    """What a client did. Shown by `gateway.text.wording.harm_name`."""

    VIOLENT = "violent"
    ROBS = "robs"
    UNPAID = "unpaid"
    CONDOM = "condom"
    ADDRESS = "address"
    FILMS = "films"
    OTHER = "other"


class ClientReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one member told. `month`: 12 a year, from January of year 0; 0: not said. `day`: since 1970."""

    author: bytes
    """token of purpose member; empty: another organisation's, or left since"""
    harm: Harm
    month: int
    district: str
    """an area's id"""
    day: int
    code: str = ""
    """said to staff in person, it shows that they met"""
    text: str = ""
    """for moderators only"""
    is_vouched: bool = False
    is_moderated: bool = False
    """a moderator has seen it"""
    source: str = ""
    """the organisation whose list it came with"""


class ClientEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that was told of one number or plate, which lies nowhere: the field's name is a keyed hash of it."""

    reports: tuple[ClientReport, ...] = ()
    is_plate: bool = False
    shared_hash: bytes = b""
    """the same under the key that several organisations share; empty: told before there was one"""
    shared_key_name: str = ""
    """that key's name"""
    needs_review: bool = False
    """somebody asked that it be looked at again"""
    removed_day: int = 0
    """the day on which moderators took it off: for 12 months no list of others brings it back"""

    @property
    def has_content(self) -> bool:
        """Is there anything in it?"""
        return bool(self.reports or self.removed_day)

    @property
    def is_visible(self) -> bool:
        """Told by two who do not know of each other, or by one whom staff met."""
        known = [telling.author for telling in self.reports if telling.author]
        voices = len(set(known)) + len(self.reports) - len(known)
        return voices >= MIN_AUTHORS or any(telling.is_vouched for telling in self.reports)

    def without_expired(self, today: int) -> "ClientEntry":
        """What is not over, without words that nobody read in time."""
        kept = (telling for telling in self.reports if today - telling.day < RETENTION_DAYS)
        refused = self.removed_day if today - self.removed_day < RETENTION_DAYS else 0
        tellings = tuple(_without_text(t) if today - t.day >= TEXT_RETENTION_DAYS else t for t in kept)
        return replace(self, reports=tellings, removed_day=refused)

    def with_report(self, report: ClientReport) -> "ClientEntry":
        told = [*self.reports, report]
        while len(told) > MAX_REPORTS_PER_ENTRY:  # who tells most gives way first: nobody pushes others off
            counts = Counter(each.author for each in told)
            told.remove(next(each for each in told if counts[each.author] == max(counts.values())))
        return replace(self, reports=tuple(told))

    def without_author(self, token: bytes) -> "ClientEntry":
        """A member left: what others may read stays, once and without a trace of its author; the rest goes."""
        theirs = [telling for telling in self.reports if telling.author == token]
        others = tuple(telling for telling in self.reports if telling.author != token)
        if not (theirs and self.is_visible):
            return replace(self, reports=others)
        heaviest = next((telling for telling in theirs if telling.is_vouched), theirs[-1])
        return replace(
            self, reports=(*others, replace(_without_text(heaviest), author=b"", code="", is_moderated=True))
        )


def _without_text(report: ClientReport) -> ClientReport:
    return replace(report, text="") if report.text else report


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody whom staff invited. `token` of purpose member; `by` the id of who invited, empty at a terminal."""

    token: bytes
    invited_day: int
    """days since 1970"""
    seen_week: int
    lang: str = "en"
    invited_by: str = ""
    active: bool = False
    """said yes"""
    wants_news: bool = False
    """wants a neutral text when there is something new"""

    def has_expired(self, now: float) -> bool:
        """Never said yes, or silent for half a year."""
        if self.active:
            return week_number(now) - self.seen_week > MAX_INACTIVE_WEEKS
        return now // DAY_S - self.invited_day >= INVITATION_DAYS


class LookupUsage(msgspec.Struct, frozen=True, array_like=True):
    """How often one member looked somebody up. `until`: not before that (Unix seconds)."""

    total: int = 0
    day: int = 0
    today: int = 0
    times_exhausted: int = 0
    """how often the day's number was used up"""
    blocked_until: int = 0

    def after_lookup(self, now: int, free_lookups: int, lookups_per_day: int) -> "LookupUsage":
        """The first are free; then so many a day; whoever uses them up waits a day, then two, four, up to 32."""
        day, total = now // DAY_S, self.total + 1
        today = (self.today if self.day == day else 0) + (total > free_lookups)
        if today < lookups_per_day:
            return LookupUsage(total, day, today, self.times_exhausted, self.blocked_until)
        wait = min(MAX_LOOKUP_WAIT_S, DAY_S << self.times_exhausted)
        return LookupUsage(total, day, 0, min(self.times_exhausted + 1, 5), now + wait)


class LookupKeys(msgspec.Struct, frozen=True):
    """A number or plate as typed, in keyed hashes. `near`: of all plates that differ in one letter or digit."""

    text: str
    """tidied, for the one screen that asks whether it is right"""
    is_plate: bool
    exact: tuple[bytes, ...]
    """ours, then that of imported lists"""
    similar: tuple[bytes, ...] = ()
    shared_hash: bytes = b""


def visible_reports(entries: Mapping[bytes, ClientEntry], hashes: tuple[bytes, ...], now: int) -> list[ClientReport]:
    """What members may read under these marks. Each is looked at, so that a hit takes the same work as a miss."""
    today = now // DAY_S
    listed = [each.without_expired(today) for mark in hashes if (each := entries.get(mark))]
    return [telling for each in listed if each.is_visible for telling in each.reports]


def month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


def format_month(month: int) -> str:
    """`03/2026`; empty where it was not said."""
    return f"{month % 12 + 1:02}/{month // 12}" if month else ""

"""Clients whom members warn each other of: keyed hashes of numbers and plates, what was told, and who may look.

No ranking: a good mark makes people careless, and a list of marks can be bought.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.subscription import week_of

DAY = 86400
KEPT_DAYS = 365
"""entries end after 12 months"""
WORDS_DAYS = 30
"""words that nobody read by then go"""
INVITED_DAYS = 7
MEMBER_WEEKS = 26
"""a member whose phone is silent for so long is none any more: numbers get new owners"""
VOICES = 2
"""so many different members, or one whom staff met"""
TOLD_A_DAY = 5
MOST_TELLINGS = 12
MOST_MEMBERS = 2000
MOST_LISTED = 5000
"""every process reads all of them again when one changes"""
LONGEST_WAIT = 32 * DAY


class Harm(StrEnum):
    """What a client did. Shown by `gateway.wording.harm_name`."""

    VIOLENT = "violent"
    ROBS = "robs"
    UNPAID = "unpaid"
    CONDOM = "condom"
    ADDRESS = "address"
    FILMS = "films"
    OTHER = "other"


class Telling(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one member told. `month`: 12 a year, from January of year 0; 0: not said. `day`: since 1970."""

    by: bytes
    """token of purpose member; empty: another organisation's, or left since"""
    harm: Harm
    month: int
    district: str
    """an area's id"""
    day: int
    code: str = ""
    """said to staff in person, it shows that they met"""
    words: str = ""
    """for moderators only"""
    met: bool = False
    read: bool = False
    """a moderator has seen it"""
    source: str = ""
    """the organisation whose list it came with"""


class Listed(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that was told of one number or plate, which lies nowhere: the field's name is a keyed hash of it."""

    tellings: tuple[Telling, ...] = ()
    plate: bool = False
    shared: bytes = b""
    """the same under the key that several organisations share; empty: told before there was one"""
    key: str = ""
    """that key's name"""
    review: bool = False
    """somebody asked that it be looked at again"""
    refused: int = 0
    """the day on which moderators took it off: for 12 months no list of others brings it back"""

    @property
    def kept(self) -> bool:
        """Is there anything in it?"""
        return bool(self.tellings or self.refused)

    @property
    def shown(self) -> bool:
        """Told by two who do not know of each other, or by one whom staff met."""
        known = [telling.by for telling in self.tellings if telling.by]
        voices = len(set(known)) + len(self.tellings) - len(known)
        return voices >= VOICES or any(telling.met for telling in self.tellings)

    def lasting(self, today: int) -> "Listed":
        """What is not over, without words that nobody read in time."""
        kept = (telling for telling in self.tellings if today - telling.day < KEPT_DAYS)
        refused = self.refused if today - self.refused < KEPT_DAYS else 0
        tellings = tuple(_bare(t) if today - t.day >= WORDS_DAYS else t for t in kept)
        return replace(self, tellings=tellings, refused=refused)

    def with_telling(self, telling: Telling) -> "Listed":
        told = [*self.tellings, telling]
        while len(told) > MOST_TELLINGS:  # who tells most gives way first: nobody pushes others off
            counts = Counter(each.by for each in told)
            told.remove(next(each for each in told if counts[each.by] == max(counts.values())))
        return replace(self, tellings=tuple(told))

    def without(self, token: bytes) -> "Listed":
        """A member left: what others may read stays, once and without a trace of its author; the rest goes."""
        theirs = [telling for telling in self.tellings if telling.by == token]
        others = tuple(telling for telling in self.tellings if telling.by != token)
        if not (theirs and self.shown):
            return replace(self, tellings=others)
        heaviest = next((telling for telling in theirs if telling.met), theirs[-1])
        return replace(self, tellings=(*others, replace(_bare(heaviest), by=b"", code="", read=True)))


def _bare(telling: Telling) -> Telling:
    return replace(telling, words="") if telling.words else telling


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody whom staff invited. `token` of purpose member; `by` the id of who invited, empty at a terminal."""

    token: bytes
    invited: int
    """days since 1970"""
    seen_week: int
    lang: str = "en"
    by: str = ""
    active: bool = False
    """said yes"""
    told: bool = False
    """wants a neutral text when there is something new"""

    def over(self, now: float) -> bool:
        """Never said yes, or silent for half a year."""
        if self.active:
            return week_of(now) - self.seen_week > MEMBER_WEEKS
        return now // DAY - self.invited >= INVITED_DAYS


class Looks(msgspec.Struct, frozen=True, array_like=True):
    """How often one member looked somebody up. `until`: not before that (Unix seconds)."""

    total: int = 0
    day: int = 0
    today: int = 0
    heavy: int = 0
    """how often the day's number was used up"""
    until: int = 0

    def one_more(self, now: int, free: int, a_day: int) -> "Looks":
        """The first are free; then so many a day; whoever uses them up waits a day, then two, four, up to 32."""
        day, total = now // DAY, self.total + 1
        today = (self.today if self.day == day else 0) + (total > free)
        if today < a_day:
            return Looks(total, day, today, self.heavy, self.until)
        wait = min(LONGEST_WAIT, DAY << self.heavy)
        return Looks(total, day, 0, min(self.heavy + 1, 5), now + wait)


class Sought(msgspec.Struct, frozen=True):
    """A number or plate as typed, in keyed hashes. `near`: of all plates that differ in one letter or digit."""

    text: str
    """tidied, for the one screen that asks whether it is right"""
    plate: bool
    exact: tuple[bytes, ...]
    """ours, then that of imported lists"""
    near: tuple[bytes, ...] = ()
    shared: bytes = b""


def found(clients: Mapping[bytes, Listed], marks: tuple[bytes, ...], now: int) -> list[Telling]:
    """What members may read under these marks. Each is looked at, so that a hit takes the same work as a miss."""
    today = now // DAY
    listed = [each.lasting(today) for mark in marks if (each := clients.get(mark))]
    return [telling for each in listed if each.shown for telling in each.tellings]


def month_of(year: int, month: int) -> int:
    return year * 12 + month - 1


def month_text(month: int) -> str:
    """`03/2026`; empty where it was not said."""
    return f"{month % 12 + 1:02}/{month // 12}" if month else ""

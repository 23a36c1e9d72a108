"""A case: first perhaps a stranger's report, then perhaps a warning, under one number throughout."""

from enum import StrEnum

import msgspec


class AlertKind(StrEnum):
    """What is going on. Shown by `gateway.text.wording.kind_name`."""

    RAID = "raid"
    CHECKPOINT = "checkpoint"
    POSING = "posing"
    HOTEL = "hotel"
    ARRESTS = "arrests"
    IMMIGRATION = "immigration"
    EXTORTION = "extortion"
    EVICTION = "eviction"
    VIGILANTES = "vigilantes"
    FILM = "film"
    VIOLENT = "violent"
    OTHER = "other"


class AlertState(StrEnum):
    REPORTED = "reported"
    """a stranger's word, with the verifiers"""
    PROPOSED = "proposed"
    """a warning that waits for a second person"""
    LIVE = "live"
    ENDED = "ended"
    REJECTED = "rejected"
    UNCHECKED = "unchecked"
    """nobody could be asked"""


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """Times are Unix seconds. `author` and `seconded` are staff ids; who reported stands elsewhere (`Report`)."""

    number: int
    kind: AlertKind
    area: str
    state: AlertState
    at: int
    until: int = 0
    venue: str = ""
    text: str = ""
    author: str = ""
    approver: str = ""
    drill: bool = False
    edition: int = 0
    """0 the warning itself, then one for each update; the ending is the last"""
    report_count: int = 1
    """how many reported it"""
    ended_at: int = 0
    shard_bits: int = 0
    """its recipients lie in 2**bits hashes, by the first bits of their tokens; frozen when it goes out"""

    @property
    def is_pending(self) -> bool:
        return self.state in (AlertState.REPORTED, AlertState.PROPOSED)

    @property
    def was_sent(self) -> bool:
        """Did it ever go out?"""
        return self.state in (AlertState.LIVE, AlertState.ENDED)

    def is_live(self, now: int) -> bool:
        return self.state is AlertState.LIVE and now < self.until


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of those who reported a case, and where to tell them its outcome. Verifiers read the words only."""

    number: int
    reporters: tuple[tuple[bytes, str], ...]
    """token (purpose report) and language of each"""
    venues: tuple[str, ...] = ()
    asked_verifiers: tuple[str, ...] = ()
    """staff ids asked so far"""

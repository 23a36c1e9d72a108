"""A case: first perhaps a stranger's report, then perhaps a warning, under one number throughout."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What is going on. Shown by `gateway.wording.kind_name`."""

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


class State(StrEnum):
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
    kind: Kind
    area: str
    state: State
    at: int
    until: int = 0
    place: str = ""
    text: str = ""
    author: str = ""
    seconded: str = ""
    drill: bool = False
    edition: int = 0
    """0 the warning itself, then one for each update; the ending is the last"""
    raised: int = 1
    """how many reported it"""
    ended: int = 0
    bits: int = 0
    """its recipients lie in 2**bits hashes, by the first bits of their tokens; frozen when it goes out"""

    @property
    def waits(self) -> bool:
        return self.state in (State.REPORTED, State.PROPOSED)

    @property
    def warned(self) -> bool:
        """Did it ever go out?"""
        return self.state in (State.LIVE, State.ENDED)

    def live(self, now: int) -> bool:
        return self.state is State.LIVE and now < self.until


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of those who reported a case, and where to tell them its outcome. Verifiers read the words only."""

    number: int
    reporters: tuple[tuple[bytes, str], ...]
    """token (purpose report) and language of each"""
    places: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """staff ids asked so far"""

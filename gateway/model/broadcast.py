"""A broadcast: one edition of an alert on its way to everybody it concerns."""

from enum import StrEnum

import msgspec

PER_PREFIX = 64
"""people in one hash of recipients, about"""

REPORT_LAG = 600
"""seconds that a report may take: what is reported delivered so long after its alert was over came late"""


class What(StrEnum):
    NEW = "new"
    UPDATE = "update"
    END = "end"


class State(StrEnum):
    """Where one recipient stands, as one letter in the store."""

    PENDING = "p"
    CLAIMED = "c"
    ACCEPTED = "a"
    REFUSED = "r"
    UNKNOWN = "u"
    DELIVERED = "d"
    LATE = "t"
    """delivered, or reported so, after the alert was over: the network had held it"""
    FAILED = "f"
    EXPIRED = "x"
    LAPSED = "l"
    """never sent: the alert was over first, or its reader chose to have no texts at that hour"""
    REMOVED = "v"
    """left before it was sent"""


REACHED = frozenset({State.ACCEPTED, State.DELIVERED, State.LATE, State.UNKNOWN, State.CLAIMED})
"""those who have, or may have, the warning: they hear of updates and of its end"""
OPEN = frozenset({State.PENDING, State.CLAIMED})
NAMES = {state.value: state.name.lower() for state in State}


class Broadcast(msgspec.Struct, frozen=True):
    """`until`: nothing is sent after it (Unix seconds). `bits`: its recipients lie in 2**bits hashes."""

    number: int
    edition: int
    what: What
    until: int
    bits: int
    author: str = ""
    at: int = 0

    @property
    def id(self) -> str:
        return f"{self.number}.{self.edition}"

    def meant(self, reported: State, now: float) -> State:
        """What a delivery report of this moment (Unix seconds) says: reports carry no hour of their own."""
        late = reported is State.DELIVERED and now > self.until + REPORT_LAG
        return State.LATE if late else reported


def bits_for(people: int) -> int:
    """So many prefix bits that a hash holds about 64 people: Redis looks one up by reading half of it."""
    bits = 0
    while people > PER_PREFIX << bits and bits < 14:
        bits += 1
    return bits

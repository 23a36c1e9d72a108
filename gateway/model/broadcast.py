"""A broadcast: one edition of an alert on its way to everybody it concerns."""

from enum import StrEnum

import msgspec

RECIPIENTS_PER_SHARD = 64
"""people in one hash of recipients, about"""

DELIVERY_REPORT_LAG_S = 600
"""seconds that a report may take: what is reported delivered so long after its alert was over came late"""


class BroadcastKind(StrEnum):
    NEW = "new"
    UPDATE = "update"
    END = "end"


class RecipientState(StrEnum):
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


REACHED_STATES = frozenset(
    {
        RecipientState.ACCEPTED,
        RecipientState.DELIVERED,
        RecipientState.LATE,
        RecipientState.UNKNOWN,
        RecipientState.CLAIMED,
    }
)
"""those who have, or may have, the warning: they hear of updates and of its end"""
OPEN_STATES = frozenset({RecipientState.PENDING, RecipientState.CLAIMED})
STATE_NAMES = {state.value: state.name.lower() for state in RecipientState}


class Broadcast(msgspec.Struct, frozen=True):
    """`until`: nothing is sent after it (Unix seconds). `bits`: its recipients lie in 2**bits hashes."""

    number: int
    edition: int
    kind: BroadcastKind
    until: int
    shard_bits: int
    author: str = ""
    at: int = 0

    @property
    def id(self) -> str:
        return f"{self.number}.{self.edition}"

    def reported_state(self, reported: RecipientState, now: float) -> RecipientState:
        """What a delivery report of this moment (Unix seconds) says: reports carry no hour of their own."""
        late = reported is RecipientState.DELIVERED and now > self.until + DELIVERY_REPORT_LAG_S
        return RecipientState.LATE if late else reported


def shard_bits_for(people: int) -> int:
    """So many prefix bits that a hash holds about 64 people: Redis looks one up by reading half of it."""
    bits = 0
    while people > RECIPIENTS_PER_SHARD << bits and bits < 14:
        bits += 1
    return bits

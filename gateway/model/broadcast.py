"""A broadcast: one edition of an alert, and the state of each recipient."""

from enum import StrEnum

import msgspec

RECIPIENTS_PER_SHARD = 64
"""the approximate number of people in one hash of recipients"""

DELIVERY_REPORT_LAG_S = 600
"""seconds that a delivery report may take; a report later than this after the end of its alert counts as late"""


class BroadcastKind(StrEnum):
    NEW = "new"
    UPDATE = "update"
    END = "end"


class RecipientState(StrEnum):
    """The state of one recipient, as one letter in the store."""

    PENDING = "p"
    CLAIMED = "c"
    ACCEPTED = "a"
    REFUSED = "r"
    UNKNOWN = "u"
    DELIVERED = "d"
    LATE = "t"
    """delivered after the alert had ended, or reported then: the network delayed it"""
    FAILED = "f"
    EXPIRED = "x"
    """the network gave up for now, as where the phone was off: the text may arrive yet"""
    LAPSED = "l"
    """never sent: the alert ended first, the recipient chose to get no texts at that hour, or is muted"""
    REMOVED = "v"
    """the recipient left before it was sent"""


REACHED_STATES = frozenset(
    {
        RecipientState.ACCEPTED,
        RecipientState.DELIVERED,
        RecipientState.LATE,
        RecipientState.UNKNOWN,
        RecipientState.EXPIRED,
        RecipientState.CLAIMED,
    }
)
"""recipients in these states have, or may have, the warning, and get its updates and its end"""
OPEN_STATES = frozenset({RecipientState.PENDING, RecipientState.CLAIMED})
STATE_NAMES = {state.value: state.name.lower() for state in RecipientState}


class Broadcast(msgspec.Struct, frozen=True):
    """Nothing is sent after `until` (Unix seconds). The recipients are in 2**`shard_bits` hashes."""

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
        """Return the state that a delivery report at this moment (Unix seconds) means. A report contains no time."""
        is_late = reported is RecipientState.DELIVERED and now > self.until + DELIVERY_REPORT_LAG_S
        return RecipientState.LATE if is_late else reported


def shard_bits_for(people: int) -> int:
    """Return the number of prefix bits that leaves about 64 people in a hash. Redis reads half a hash to find one."""
    bits = 0
    while people > RECIPIENTS_PER_SHARD << bits and bits < 14:
        bits += 1
    return bits

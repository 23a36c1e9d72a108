"""Events that are counted for all phones together, each phone once: an unusual number of them is an alarm."""

from enum import StrEnum

EVENT_WINDOW_S, DAY_S = 600, 86400


class CountedEvent(StrEnum):
    """What is counted. The value is a part of the count's key in Redis."""

    LEAVING = "leaving"
    """a subscriber left, by STOP, by DELETE, or at the network"""
    LEAVING_IN_A_DAY = "leaving-day"
    """the same, counted over days: a person who forges a few STOP at a time stays below the first count"""
    JOIN_BY_TEXT = "join-by-text"
    FOREIGN_DELIVERY_REPORT = "foreign-report"
    """the network reports on a text that we never sent, so another party may send in our name"""
    UNREADABLE_TEXT = "unreadable"
    """a network sent a text, or an opt-out, of which the sender or the words cannot be read"""

    @property
    def window_s(self) -> int:
        """The time over which the event is counted."""
        return DAY_S if self is CountedEvent.LEAVING_IN_A_DAY else EVENT_WINDOW_S

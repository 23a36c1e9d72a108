"""Events that are counted together, for all phones: an unusual number of them is an alarm. A count names no person."""

from enum import StrEnum


class CountedEvent(StrEnum):
    """What is counted. The value is a part of the count's key in Redis."""

    LEAVING = "leaving"
    """a subscriber left, by STOP, by DELETE, or at the network"""
    JOIN_BY_TEXT = "join-by-text"
    FOREIGN_DELIVERY_REPORT = "foreign-report"
    """the network reports on a text that we never sent, so another party may send in our name"""

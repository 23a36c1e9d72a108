"""One queued text for one phone. Broadcasts are not made of these."""

from enum import StrEnum

import msgspec


class Lane(StrEnum):
    """Each lane has its own queue, worker and urgency."""

    ALERTS = "alerts"
    MESSAGES = "messages"
    BULK = "bulk"


class LegalBasis(StrEnum):
    """Why this phone may be texted."""

    STAFF = "staff"
    """it belongs to active staff or a clinic (checked when it leaves)"""
    ACTIVATION = "invite"
    """it is asked to answer with a code, and has no role before it does"""
    CONTACT_REQUEST = "ask"
    """a caller asks it to be a contact, and neither side took that back (checked when it leaves)"""
    ANSWER = "answer"
    """its owner wrote or agreed, and has not sent STOP since (checked when it leaves)"""
    CONTACT = "trust"
    """its owner agreed to be a contact, and has not sent STOP since (checked when it leaves)"""
    RECONSENT = "consent"
    """its owner is a subscriber, and is asked whether that shall go on (checked when it leaves)"""
    MEMBER_NEWS = "member"
    """its owner is a member who asked for news (checked when it leaves)"""
    SAFE_CALL = "out"
    """its owner has a safe call, which STOP does not end (checked when it leaves)"""
    FINAL = "last"
    """the one neutral word after STOP or DELETE"""


class OutboundText(msgspec.Struct, frozen=True, omit_defaults=True):
    """`to` is the number as an integer, for a message is stored sealed only. `until` in Unix seconds."""

    to: int
    text: str
    lane: Lane
    legal_basis: LegalBasis
    until: int

"""One text on its way to one phone. Broadcasts are not made of these."""

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
    """it is asked to answer a code, and has no role before it does"""
    CONTACT_REQUEST = "ask"
    """somebody asks whether they may count on it, and neither took that back (checked when it leaves)"""
    ANSWER = "answer"
    """its owner wrote or agreed, and has not said STOP since (checked when it leaves)"""
    CONTACT = "trust"
    """its owner agreed to be told about somebody, and has not said STOP since (checked when it leaves)"""
    RECONSENT = "consent"
    """its owner gets warnings, and is asked whether that shall go on (checked when it leaves)"""
    MEMBER_NEWS = "member"
    """a member who asked to hear when there is something new (checked when it leaves)"""
    SAFE_CALL = "out"
    """its owner left a note and an hour to be back, which STOP does not end (checked when it leaves)"""
    FINAL = "last"
    """the one neutral word after STOP or DELETE"""


class OutboundText(msgspec.Struct, frozen=True, omit_defaults=True):
    """`to` is the number as an integer: a message lies in Redis only sealed. `until` in Unix seconds."""

    to: int
    text: str
    lane: Lane
    legal_basis: LegalBasis
    until: int

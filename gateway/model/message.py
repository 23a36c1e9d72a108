"""One text to one phone. A broadcast does not consist of these."""

from enum import StrEnum

import msgspec

from gateway.model.task import Task


class MessageTask(Task):
    """The work of single texts."""

    SEND_MESSAGE = "msg"


class Lane(StrEnum):
    """Each lane has its own queue, worker and urgency."""

    ALERTS = "alerts"
    MESSAGES = "messages"
    BULK = "bulk"


class LegalBasis(StrEnum):
    """Why this phone may be texted."""

    STAFF = "staff"
    """the phone belongs to active staff or a clinic (checked when the text leaves)"""
    ACTIVATION = "invite"
    """the phone is asked to type a code, and has no role before"""
    CONTACT_REQUEST = "ask"
    """somebody asked its owner to be a contact, and the request stands (checked when the text leaves)"""
    ANSWER = "answer"
    """its owner wrote or agreed, and has not sent STOP since (checked when the text leaves)"""
    CONTACT = "trust"
    """its owner agreed to be a contact, and has not sent STOP since (checked when the text leaves)"""
    RECONSENT = "consent"
    """its owner subscribes to alerts, and is asked whether to continue (checked when the text leaves)"""
    MEMBER_NEWS = "member"
    """its owner is a member who wants news of the client list (checked when the text leaves)"""
    SAFE_CALL = "out"
    """its owner's safe call runs, which STOP does not end (checked when the text leaves)"""
    FINAL = "last"
    """the one neutral text after STOP or DELETE"""


class OutboundText(msgspec.Struct, frozen=True, omit_defaults=True):
    """`to` is the E.164 number as an integer. `until` is in Unix seconds. Redis holds the text only sealed."""

    to: int
    text: str
    lane: Lane
    legal_basis: LegalBasis
    until: int

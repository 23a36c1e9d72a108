"""Single texts to one phone. A broadcast does not use them."""

from enum import StrEnum

import msgspec

from gateway.model.task import Task


class MessageTask(Task):
    """The task of single texts."""

    SEND_MESSAGE = "msg"


class Lane(StrEnum):
    """A lane of the work queue. Each has its own worker and urgency."""

    ALERTS = "alerts"
    MESSAGES = "messages"
    BULK = "bulk"


class LegalBasis(StrEnum):
    """The reason for which this phone may be texted."""

    STAFF = "staff"
    """the phone belongs to active staff or a clinic (checked when the text is sent)"""
    ACTIVATION = "invite"
    """the phone is asked to type a code, and has no role until then"""
    CONTACT_REQUEST = "ask"
    """a caller asked its owner to be a contact, and the request is pending (checked when the text is sent)"""
    ANSWER = "answer"
    """its owner wrote or agreed, and has not sent STOP since (checked when the text is sent)"""
    CONTACT = "trust"
    """its owner agreed to be a contact, and has not sent STOP since (checked when the text is sent)"""
    RECONSENT = "consent"
    """its owner subscribes to alerts, and is asked whether to continue (checked when the text is sent)"""
    MEMBER_NEWS = "member"
    """its owner is a member who wants news of the client list (checked when the text is sent)"""
    SAFE_CALL = "out"
    """its owner's safe call runs, which STOP does not end (checked when the text is sent)"""
    FINAL = "last"
    """the one neutral text after STOP or DELETE"""


class OutboundText(msgspec.Struct, frozen=True, omit_defaults=True):
    """`to` is the E.164 number as an integer. `until` is in Unix seconds. The texts are stored sealed."""

    to: int
    text: str
    lane: Lane
    legal_basis: LegalBasis
    until: int
    following: tuple[str, ...] = ()
    """the next parts: each is queued when the part before it has left, so that they arrive in order"""

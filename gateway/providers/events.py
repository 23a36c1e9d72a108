"""What a network reports to us, as frozen values.

An adapter builds each value from the fields that it names. Some networks send a location, an IMSI or a name as well:
no value has a place for them. `repr` shows no number, no text and no id, so that none reaches a log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.numbers import Number


@dataclass(frozen=True)
class UssdTurn:
    """One request of a USSD session that waits for a screen."""

    session_id: str = field(repr=False)
    number: Number
    text: str = field(repr=False)
    """what the caller typed; at the first request of a session the inputs behind the service code, joined by `*`"""
    is_cumulative: bool
    """`text` holds all inputs of the session, joined by `*`; otherwise the last input alone"""
    is_first: bool = False
    """the network says that the session begins; a network with cumulative text need not say so"""
    sequence: int | None = None
    """the network's count of the session's requests; None where it does not count them"""
    echo: Mapping[str, str] = field(default_factory=dict, repr=False)
    """fields that the network wants back in the reply"""


@dataclass(frozen=True)
class UssdGone:
    """A USSD session ended at the network. Nothing of the request is kept."""


@dataclass(frozen=True)
class UssdReply:
    """A screen for a phone."""

    text: str = field(repr=False)
    is_final: bool
    """the session ends with this screen"""


@dataclass(frozen=True)
class InboundText:
    """A text from a phone to our short code."""

    text_id: str = field(repr=False)
    """the network's id of the text; where it gives none, everything that distinguishes this text from others"""
    number: Number
    text: str = field(repr=False)


class DeliveryStatus(StrEnum):
    """What became of a text after the network took it."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    """not delivered in time, or perhaps not: the phone was off. A later report may say that it was"""
    UNKNOWN = "unknown"
    """a word of the network's that we do not know"""


class FailureReason(StrEnum):
    """Why a text failed, as far as it concerns later texts."""

    OTHER = "other"
    DEAD_NUMBER = "dead number"
    """no phone has this number"""
    OPTED_OUT = "opted out"
    """the owner of the number opted out at the network"""


@dataclass(frozen=True)
class DeliveryReport:
    """What became of one text of ours."""

    message_id: str = field(repr=False)
    """the network's id of the text, or our reference where the network reports by that"""
    status: DeliveryStatus
    number: Number | None = None
    """None where the report names no number: `message_id` is our reference then"""
    reason: FailureReason = FailureReason.OTHER
    network: str = field(default="", compare=False)
    """the provider whose texts it reports on, as in the settings of the rate; empty where it never gives a reason"""


@dataclass(frozen=True)
class OptOut:
    """The owner of a number opted out at the network."""

    number: Number


@dataclass(frozen=True)
class MissedCall:
    """A voice call that has not been answered yet."""

    call_id: str = field(repr=False)
    number: Number
    dialled_number: str = field(repr=False)


class CallAnswer(StrEnum):
    """What the network is to do with a voice call."""

    REJECT = "reject"
    """end it unanswered, at no cost to the caller"""
    NEUTRAL_MESSAGE = "neutral message"
    """say the neutral message of the settings, and end it"""


InboundEvent = UssdTurn | UssdGone | InboundText | DeliveryReport | OptOut | MissedCall

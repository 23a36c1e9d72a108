"""The inbound side of a network: which paths it calls, how a request is read, how a reply is written. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.errors import BadInput
from gateway.providers.events import CallAnswer, InboundEvent, UssdReply, UssdTurn


class UnreadableRequest(BadInput):
    """A request that cannot be acted on. Its text never holds a value of the request."""


class CutOffRequest(UnreadableRequest):
    """The client hung up in the middle. It sends the request again, or nobody waits for an answer."""


class NoPhoneNumber(UnreadableRequest):
    """The sender is a name or a short code: there is no phone to answer."""


@dataclass(frozen=True)
class InboundRequest:
    """The parts of an HTTP request that an adapter reads."""

    query: bytes = field(default=b"", repr=False)
    """as it stood in the URL, percent-encoded"""
    body: bytes = field(default=b"", repr=False)
    charset: str = ""
    """of the percent-encoded bytes, where the request declares one"""


@dataclass(frozen=True)
class FormattedReply:
    """The body of an HTTP reply with status 200."""

    body: bytes
    media_type: str


class HookKind(StrEnum):
    """What a path is for."""

    USSD = "ussd"
    """turns, and at some networks also the end of a session"""
    USSD_END = "ussd end"
    """the end of a session alone"""
    TEXT = "text"
    REPORT = "report"
    OPT_OUT = "opt-out"
    CALL = "call"


@dataclass(frozen=True)
class Hook:
    """One path of a network, below `/<network>/<token>/`."""

    path: str
    kind: HookKind
    read: Callable[[InboundRequest], InboundEvent | None]
    """None: there is nothing to act on. Raises UnreadableRequest."""
    method: str = "POST"


UssdFormatter = Callable[[UssdReply, UssdTurn | None], FormattedReply]
"""writes a screen; the turn is None where the request could not be read"""
CallFormatter = Callable[[CallAnswer], FormattedReply]


def plain_ussd_reply(reply: UssdReply, turn: UssdTurn | None = None) -> FormattedReply:
    """Return `CON ` or `END ` and the screen: the form that Africa's Talking and many others read."""
    head = "END " if reply.is_final else "CON "
    return FormattedReply((head + reply.text).encode(), "text/plain; charset=utf-8")


def no_call_reply(answer: CallAnswer) -> FormattedReply:
    """Return an empty reply, for a network that brings no calls."""
    return FormattedReply(b"", "text/plain; charset=utf-8")


@dataclass(frozen=True)
class InboundNetwork:
    """A network's hooks, and the form in which it reads our replies."""

    path: str
    """the first part of the paths: `/<path>/<token>/<hook>`"""
    hooks: tuple[Hook, ...]
    format_ussd: UssdFormatter = plain_ussd_reply
    format_call: CallFormatter = no_call_reply

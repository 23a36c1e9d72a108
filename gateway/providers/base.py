"""What became of a text handed to a network. Judged in one place: `jobs` act on `Fate` alone."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from gateway.errors import MwavuliError
from gateway.numbers import Number


class SendStatus(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """final for this message"""
    DEAD_NUMBER = "dead"
    """no phone has this number"""
    OPTED_OUT = "blocked"
    """its owner opted out at the network"""
    RETRY = "retry"
    UNKNOWN = "unknown"
    """it may have gone out, or not"""


class SendOutcome(msgspec.Struct, frozen=True):
    status: SendStatus
    code: int = 0
    message_id: str = ""


class ProviderErrorKind(StrEnum):
    BUSY = "busy"
    """not sent; try again in a while"""
    OUT_OF_CREDIT = "broke"
    """no money: bulk rests, then messages; alerts keep trying"""
    REJECTED_SENDER = "shut"
    """our key or sender is not accepted: nothing will go out until somebody mends it"""


class ProviderError(MwavuliError):
    """A whole call was not sent, and why. Never raised where it might have been."""

    def __init__(self, kind: ProviderErrorKind):
        super().__init__(f"the network did not take the call: {kind}")
        self.kind = kind


class AccountBalance(msgspec.Struct, frozen=True):
    """What an account holds."""

    amount: float
    currency: str


class Provider(Protocol):
    """A way to send texts."""

    def fetch_balance(self) -> AccountBalance | None:
        """What is left of the account; None where the network tells none, or not now."""
        ...

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, SendOutcome]:
        """One call. Every number gets an outcome; raises ProviderTrouble when none was sent."""
        ...

    def group_by_provider(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        """Which line would carry which of these numbers, if it takes them."""
        ...

    def provider_names(self) -> set[str]:
        """Every line's name, as in the settings of the pace."""
        ...

    def failing_providers(self) -> frozenset[str]:
        """Lines that keep failing, where others carry their texts."""
        ...


class SingleProvider:
    """What a provider says of itself that is one network and hands nothing over."""

    provider_name: str
    """its name, as in the settings of the pace"""

    def group_by_provider(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        return {self.provider_name: numbers}

    def provider_names(self) -> set[str]:
        return {self.provider_name}

    def failing_providers(self) -> frozenset[str]:
        return frozenset()

"""What became of a text handed to a network. Judged in one place: `jobs` act on `Fate` alone."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from gateway.errors import MwavuliError
from gateway.numbers import Number


class Fate(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """final for this message"""
    DEAD = "dead"
    """no phone has this number"""
    BLOCKED = "blocked"
    """its owner opted out at the network"""
    RETRY = "retry"
    UNKNOWN = "unknown"
    """it may have gone out, or not"""


class Outcome(msgspec.Struct, frozen=True):
    fate: Fate
    code: int = 0
    message_id: str = ""


class Trouble(StrEnum):
    BUSY = "busy"
    """not sent; try again in a while"""
    BROKE = "broke"
    """no money: bulk rests, then messages; alerts keep trying"""
    SHUT = "shut"
    """our key or sender is not accepted: nothing will go out until somebody mends it"""


class ProviderTrouble(MwavuliError):
    """A whole call was not sent, and why. Never raised where it might have been."""

    def __init__(self, trouble: Trouble):
        super().__init__(f"the network did not take the call: {trouble}")
        self.trouble = trouble


class Balance(msgspec.Struct, frozen=True):
    """What an account holds."""

    amount: float
    currency: str


class Provider(Protocol):
    """A way to send texts."""

    def balance(self) -> Balance | None:
        """What is left of the account; None where the network tells none, or not now."""
        ...

    def send(self, text: str, numbers: Sequence[Number]) -> Mapping[Number, Outcome]:
        """One call. Every number gets an outcome; raises ProviderTrouble when none was sent."""
        ...

    def lines(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        """Which line would carry which of these numbers, if it takes them."""
        ...

    def lines_known(self) -> set[str]:
        """Every line's name, as in the settings of the pace."""
        ...

    def down(self) -> frozenset[str]:
        """Lines that keep failing, where others carry their texts."""
        ...


class OneLine:
    """What a provider says of itself that is one network and hands nothing over."""

    line: str
    """its name, as in the settings of the pace"""

    def lines(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        return {self.line: numbers}

    def lines_known(self) -> set[str]:
        return {self.line}

    def down(self) -> frozenset[str]:
        return frozenset()

"""The outbound side of a network, and what became of a text. `jobs` act on `SendStatus` alone."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

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
    """the owner of the number opted out at the network"""
    RETRY = "retry"
    """not sent; to be tried again later"""
    UNKNOWN = "unknown"
    """the network may have taken the text"""


class SendOutcome(msgspec.Struct, frozen=True):
    status: SendStatus
    code: int = 0
    """the network's code; 0 where the text was never tried"""
    message_id: str = ""
    """by which a delivery report names the text: the network's id, or our reference"""


class ProviderErrorKind(StrEnum):
    BUSY = "busy"
    """not sent; to be tried again later"""
    OUT_OF_CREDIT = "broke"
    """the account is empty: bulk texts pause first, then messages; alerts are tried again"""
    REJECTED_SENDER = "shut"
    """our key or sender is not accepted: no text leaves until an operator changes that"""


class ProviderError(MwavuliError):
    """A whole call was not sent. Never raised where the network may have taken it."""

    def __init__(self, kind: ProviderErrorKind, is_about_text: bool = False):
        super().__init__(f"the network did not take the call: {kind}")
        self.kind = kind
        self.is_about_text = is_about_text
        """perhaps the network takes only this one text not, so other texts go on"""


class AccountBalance(msgspec.Struct, frozen=True):
    """What an account holds."""

    amount: float
    currency: str


class Recipient(NamedTuple):
    """One receiver of a text."""

    number: Number
    reference: str
    """ours, the same each time this text goes to this number; a network that takes it returns it in its report"""


class Provider(Protocol):
    """A way to send texts."""

    def fetch_balance(self) -> AccountBalance | None:
        """Return what is left in the account; None where the network gives no balance, or not now."""
        ...

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
        """Send one text in one call, and return an outcome for every number.

        `until` (Unix seconds by this machine's clock): after it nobody may receive the text. It is passed on where
        the network takes it. Raises ProviderError when no text was sent.
        """
        ...

    def group_by_provider(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        """Return the numbers by the name of the provider that is asked first to carry them."""
        ...

    def provider_names(self) -> set[str]:
        """Return the name of every provider, as in the settings of the rate."""
        ...

    def failing_providers(self) -> frozenset[str]:
        """Return the providers that keep failing, where another carries their texts."""
        ...

    def distrust(self, provider: str) -> bool:
        """Pause a provider that refuses many numbers, where another carries their texts. Return whether one does."""
        ...


class SingleProvider:
    """The part of `Provider` that is the same for every provider that is one network."""

    provider_name: str
    """as in the settings of the rate"""

    def group_by_provider(self, numbers: Sequence[Number]) -> Mapping[str, Sequence[Number]]:
        return {self.provider_name: numbers}

    def provider_names(self) -> set[str]:
        return {self.provider_name}

    def failing_providers(self) -> frozenset[str]:
        return frozenset()

    def distrust(self, provider: str) -> bool:
        return False

"""Networks: ways to send texts, and readers of what networks send us.

Importing this package loads no network's SDK: the web needs the inbound side alone.
"""

from gateway.providers.base import (
    AccountBalance,
    Provider,
    ProviderError,
    ProviderErrorKind,
    Recipient,
    SendOutcome,
    SendStatus,
)

__all__ = [
    "AccountBalance",
    "Provider",
    "ProviderError",
    "ProviderErrorKind",
    "Recipient",
    "SendOutcome",
    "SendStatus",
]

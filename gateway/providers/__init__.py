"""Ways to send texts. The only package that imports a network's SDK."""

from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.base import AccountBalance, Provider, ProviderError, ProviderErrorKind, SendOutcome, SendStatus
from gateway.providers.kannel.send import Kannel
from gateway.providers.routing import ProviderRouter, Route, build_provider

__all__ = [
    "AccountBalance",
    "AfricasTalking",
    "Kannel",
    "Provider",
    "ProviderError",
    "ProviderErrorKind",
    "ProviderRouter",
    "Route",
    "SendOutcome",
    "SendStatus",
    "build_provider",
]

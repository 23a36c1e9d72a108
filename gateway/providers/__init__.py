"""Ways to send texts. The only package that imports a network's SDK."""

from gateway.providers.africastalking import AfricasTalking
from gateway.providers.kannel import Kannel
from gateway.providers.outcome import Balance, Fate, Outcome, Provider, ProviderTrouble, Trouble
from gateway.providers.route import Routes, Way, provider_of

__all__ = [
    "AfricasTalking",
    "Balance",
    "Fate",
    "Kannel",
    "Outcome",
    "Provider",
    "ProviderTrouble",
    "Routes",
    "Trouble",
    "Way",
    "provider_of",
]

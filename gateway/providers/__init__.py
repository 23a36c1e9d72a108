"""Ways to send texts. The only package that imports a network's SDK."""

from gateway.providers.africastalking import AfricasTalking
from gateway.providers.outcome import Fate, Outcome, Provider, ProviderTrouble, Trouble

__all__ = ["AfricasTalking", "Fate", "Outcome", "Provider", "ProviderTrouble", "Trouble"]

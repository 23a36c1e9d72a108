"""What an operator sets: the environment, and the TOML file of MWAVULI_SETTINGS."""

from gateway.settings.environment import LOOPBACK_USERS, SECRETS, Settings, load
from gateway.settings.networks import HandOver, KannelBox, Network
from gateway.settings.pace import Pace, Rate
from gateway.settings.times import Times
from gateway.settings.tuning import Tuning

__all__ = [
    "LOOPBACK_USERS", "SECRETS", "HandOver", "KannelBox", "Network", "Pace", "Rate", "Settings", "Times", "Tuning",
    "load",
]  # fmt: skip

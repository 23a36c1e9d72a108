"""What an operator sets: the environment, and the TOML file of MWAVULI_SETTINGS."""

from gateway.settings.environment import LOOPBACK_USERS, SECRETS, Settings, load
from gateway.settings.networks import HandOver, KannelBox, Network
from gateway.settings.pace import Pace
from gateway.settings.times import Times
from gateway.settings.tuning import Tuning
from gateway.settings.web import Web

__all__ = [
    "LOOPBACK_USERS", "SECRETS", "HandOver", "KannelBox", "Network", "Pace", "Settings", "Times", "Tuning", "Web",
    "load",
]  # fmt: skip

"""What an operator sets: the environment, and the TOML file of MWAVULI_SETTINGS."""

from gateway.settings.environment import LOOPBACK_USERS, SECRETS, Settings, load
from gateway.settings.forget import Forget
from gateway.settings.networks import HandOver, KannelBox, Network
from gateway.settings.pace import LINES, Pace, Rate
from gateway.settings.prices import Prices, Spend
from gateway.settings.quiet import Quiet, seconds_left
from gateway.settings.times import Times
from gateway.settings.tuning import Tuning
from gateway.settings.web import Web

__all__ = [
    "LINES", "LOOPBACK_USERS", "SECRETS", "Forget", "HandOver", "KannelBox", "Network", "Pace", "Prices", "Quiet",
    "Rate", "Settings", "Spend", "Times", "Tuning", "Web", "load", "seconds_left",
]  # fmt: skip

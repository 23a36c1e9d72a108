"""The settings of an operator: the environment, and the TOML file of MWAVULI_SETTINGS."""

from gateway.settings.environment import LOOPBACK_USERS, SECRETS, Settings, load
from gateway.settings.forget import Forget
from gateway.settings.networks import Failover, KannelBox, Network, UssdNetwork
from gateway.settings.prices import Prices, Spend
from gateway.settings.quiet import Quiet, seconds_until_end
from gateway.settings.sections import Web
from gateway.settings.sending import RATED_PROVIDERS, RateLimit, Sending
from gateway.settings.times import Times
from gateway.settings.tuning import Tuning

__all__ = [
    "LOOPBACK_USERS",
    "RATED_PROVIDERS",
    "SECRETS",
    "Failover",
    "Forget",
    "KannelBox",
    "Network",
    "Prices",
    "Quiet",
    "RateLimit",
    "Sending",
    "Settings",
    "Spend",
    "Times",
    "Tuning",
    "UssdNetwork",
    "Web",
    "load",
    "seconds_until_end",
]  # fmt: skip

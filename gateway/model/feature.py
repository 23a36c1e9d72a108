"""What an organisation may turn on beyond warnings, rights and referrals. Each is off until it does."""

from enum import StrEnum

import msgspec


class Feature(StrEnum):
    SOS = "sos"
    """somebody calls for help, and people on duty come"""
    CONTACTS = "contacts"
    """up to five people whom a caller trusts"""
    SAFE_CALL = "safe-call"
    """a note left before meeting somebody, and who hears it if she is not back"""
    CLIENTS = "clients"
    """invited members warn each other of clients"""


REQUIRED_FEATURES = {Feature.SAFE_CALL: Feature.CONTACTS}
"""what each cannot work without"""


class FeatureSwitch(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a feature is on. Dates in Unix seconds."""

    enabled_by: str
    """who read its page of risks"""
    enabled_at: int
    lawyer: str = ""
    """whose opinion was asked; empty: nobody's yet"""

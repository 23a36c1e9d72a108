"""Features beyond warnings, rights and referrals. Each is off until the organisation turns it on."""

from enum import StrEnum

import msgspec


class Feature(StrEnum):
    SOS = "sos"
    """a caller asks for help, and responders on duty come"""
    CONTACTS = "contacts"
    """up to five people whom a caller trusts"""
    SAFE_CALL = "safe-call"
    """a note left before meeting a person, which contacts get if the caller is not back"""
    CLIENTS = "clients"
    """invited members warn each other of clients"""


REQUIRED_FEATURES = {Feature.SAFE_CALL: Feature.CONTACTS}
"""the features that each cannot work without"""


class FeatureSwitch(msgspec.Struct, frozen=True, omit_defaults=True):
    """That a feature is on. Dates in Unix seconds."""

    enabled_by: str
    """the person who read its page of risks"""
    enabled_at: int
    lawyer: str = ""
    """the lawyer whose opinion was asked; empty: none yet"""

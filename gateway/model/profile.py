"""What the operator set that shows on phones."""

from zoneinfo import ZoneInfo

import msgspec

from gateway.model.helper import Helper
from gateway.model.tariff import Tariff
from gateway.text.translator import Translator


class OrganisationProfile(msgspec.Struct, frozen=True):
    """What the operator set that shows on phones."""

    name: str
    service_code: str
    hotline: str
    languages: tuple[tuple[str, str], ...]
    """code and own name, in order"""
    zone: ZoneInfo
    approvals: int
    proposal_audience: int
    free_to_dial: bool
    alert_duration_s: int
    max_alert_duration_s: int
    alert_retention_s: int
    same_alert_s: int
    """seconds within which the same kind of warning in the same area is the same event"""
    helpers: tuple[Helper, ...] = ()
    tariff: Tariff = Tariff()
    translators: tuple[Translator, ...] = ()
    """what is said in each language: for what a text costs at most"""
    police: str = ""
    """whom responders may ring where somebody asks for it; empty: nobody"""
    contacts_pause_s: int = 600
    """seconds within which trusted people are told the same once"""
    region: str = "KE"
    """how typed numbers are read (ISO 3166)"""
    shares_client_list: bool = False
    """what members tell of clients goes to other organisations, as keyed hashes"""
    night_hours: str = ""
    """the night hours in which somebody may choose to get no texts, `23:00-06:00`; none: not offered"""

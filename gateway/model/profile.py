"""The organisation profile."""

from zoneinfo import ZoneInfo

import msgspec

from gateway.model.helper import Helper
from gateway.model.hours import WeeklyHours
from gateway.model.tariff import Tariff
from gateway.text.translator import Translator


class OrganisationProfile(msgspec.Struct, frozen=True):
    """The settings of the operator that phones show."""

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
    """one for each language, to find the highest cost of a text"""
    police: str = ""
    """the police number that responders may call where the caller asked for it; empty: none"""
    contacts_pause_s: int = 600
    """seconds within which contacts get the same text only once"""
    region: str = "KE"
    """the country of typed numbers without a prefix (ISO 3166)"""
    hotline_hours: WeeklyHours | None = None
    """when a person answers at the hotline; None: not known"""
    people_hear_after_s: int = 1500
    """how long after the hour of a safe call trusted people get the note"""
    night_hours: str = ""
    """the night hours in which a subscriber may choose to get no texts, `23:00-06:00`; empty: not offered"""

"""Who is calling and what the world looks like, as one frozen snapshot: all a screen may know."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from gateway.model.alert import Alert, Report
from gateway.model.area import Atlas
from gateway.model.client_report import ClientEntry, LookupKeys, Member
from gateway.model.contacts import ContactEligibility, ContactRequests, SafetyProfile
from gateway.model.directory import Directory
from gateway.model.feature import Feature
from gateway.model.helper import Helper
from gateway.model.referral import Referral
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.model.staff import Roster, Staff
from gateway.model.subscription import Subscription
from gateway.model.tariff import Tariff
from gateway.text.wording import Translator

RecordT = TypeVar("RecordT")


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


FULL_ALARM = b"full"
"""the alarm that says so"""


class World(msgspec.Struct, frozen=True):
    """Reference data that every process holds in memory."""

    profile: OrganisationProfile
    atlas: Atlas
    directory: Directory
    alerts: Mapping[bytes, Alert]
    reports: Mapping[bytes, Report]
    feedback: Mapping[bytes, str]
    roster: Roster
    alarms: Mapping[bytes, str]
    topics: Callable[[str], tuple["Topic", ...]]
    client_entries: Mapping[bytes, ClientEntry] = {}
    """by keyed hash of a number or plate"""
    members: Mapping[bytes, Member] = {}
    """by token of purpose member"""
    features: frozenset[Feature] = frozenset()
    """what the organisation turned on"""

    @property
    def is_full(self) -> bool:
        """Redis has no room for more people; what is left is for warnings."""
        return FULL_ALARM in self.alarms

    def alert(self, number: int) -> Alert | None:
        return self.alerts.get(str(number).encode())

    def report(self, number: int) -> Report | None:
        return self.reports.get(str(number).encode())

    def live_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Live warnings that reach anyone in these areas, newest first."""
        return [a for a in self._alerts_reaching(areas) if a.is_live(now)]

    def past_alerts(self, areas: tuple[str, ...], now: int) -> list[Alert]:
        """Warnings of the last days that are over, newest first."""
        return [a for a in self._alerts_reaching(areas) if not a.is_live(now)]

    def _alerts_reaching(self, areas: tuple[str, ...]) -> list[Alert]:
        if not self.alerts:
            return []
        reach = {id_ for area in areas for id_ in self.atlas.audience_areas(area)}
        found = [a for a in self.alerts.values() if a.was_sent and not a.drill and a.area in reach]
        return sorted(found, key=lambda a: a.at, reverse=True)

    def count_subscriptions(self, area: str, subscribers: Mapping[str, int]) -> int:
        """Opt-ins to this area, what lies under it and above it; somebody in two of them counts twice."""
        return sum(subscribers.get(id_, 0) for id_ in self.atlas.audience_areas(area))

    def needs_approval(self, area: str, subscribers: Mapping[str, int]) -> bool:
        """Where two are asked for any warning, and always above a set audience."""
        return (
            self.profile.approvals > 1 or self.count_subscriptions(area, subscribers) > self.profile.proposal_audience
        )

    def local_time(self, now: float) -> datetime:
        """Wall-clock time where the service works."""
        return datetime.fromtimestamp(now, self.profile.zone)


class SecretChecks:
    """Says whether a typed secret is the right one, without giving it out. This one knows none."""

    def is_own_pin(self, typed: str) -> bool:
        return False

    def is_duress_pin(self, typed: str) -> bool:
        return False

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        """Not a secret typed, but one looked up: may this number be asked to be a contact?"""
        return ContactEligibility.ALLOWED

    def is_staff_pin(self, typed: str) -> bool:
        return False

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """A client's number or plate in keyed hashes; None where it is neither. `phone`, `plate`: only that."""
        return None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def is_one_use_code(self, typed: str) -> bool:
        return False

    def is_activation_code(self, typed: str) -> bool:
        return False


class Topic(msgspec.Struct, frozen=True):
    """One rights topic as a phone shows it."""

    slug: str
    group: str
    title: str
    body: str


class Caller(msgspec.Struct, frozen=True):
    """The person at the phone, at this turn. `now` in Unix seconds."""

    now: int
    lang: str
    world: World
    subscription: Subscription | None = None
    staff: Staff | None = None
    is_staff_authenticated: bool = False
    """the staff PIN was given in this session"""
    is_unlocked: bool = True
    """nothing is behind the caller's own PIN, or it was given"""
    is_decoy: bool = False
    """a wrong PIN was given: an account that holds nothing is shown, and knows none of her codes"""
    has_decoy_pin: bool = False
    """a stranger who was shown an empty account set a PIN of their own: it seems to be taken"""
    needs_end_code: bool = False
    """where something is ended, one of two codes is asked for"""
    is_locked_by_code: bool = False
    """something runs that only a code of hers ends: no other word does"""
    safety_profile: SafetyProfile | None = None
    """what she left with us for her safety"""
    contact_requests: ContactRequests = ContactRequests()
    """who asked this phone to be told about them"""
    sos: Sos | None = None
    """she calls for help"""
    sos_by_code: Mapping[str, Sos] = {}
    """those of others, by code; filled for staff who answer them"""
    safe_call: SafeCall | None = None
    """she is out, and left a note"""
    member: Member | None = None
    """among those who warn each other of clients"""
    lookup_blocked_until: int = 0
    """looks nobody up before then (Unix seconds)"""
    referrals: tuple[Referral, ...] = ()
    """this caller's own"""
    clinic_referrals: tuple[Referral, ...] = ()
    """those sent to the clinic whose phone this is"""
    has_reported_recently: bool = False
    """made a report a short while ago"""
    has_max_referrals: bool = False
    """has as many visits open as one phone may have"""
    has_raised_sos_often: bool = False
    """called for help and took it back, again and again: the next one waits for a minute"""
    has_max_feedback: bool = False
    """left as many words to us, for now, as one phone may leave"""
    own_reports: frozenset[int] = frozenset()
    """cases this caller reported"""
    subscribers: Mapping[str, int] = {}
    """how many opted in to each area; filled for staff only"""
    audience_by_area: Mapping[str, int] = {}
    """how many a warning reaches, each once; filled for the areas that staff look at"""
    secret_checks: SecretChecks = SecretChecks()
    records: Mapping[type, Any] = {}
    """this phone's sealed records by type; a decoy lacks those that its kind hides"""

    def record(self, model: type[RecordT]) -> RecordT | None:
        """Return this phone's record of this type, or None."""
        found: RecordT | None = self.records.get(model)
        return found

    @property
    def has_own_pin(self) -> bool:
        """Is anything of hers behind her own PIN?"""
        return bool(
            self.has_decoy_pin
            or (self.subscription and self.subscription.pin_hash)
            or (self.safety_profile and self.safety_profile.pin_hash)
        )

    def has_feature(self, feature: Feature) -> bool:
        """Did the organisation turn it on?"""
        return feature in self.world.features

    @property
    def areas(self) -> tuple[str, ...]:
        return self.subscription.active_areas(self.now) if self.subscription else ()

    @property
    def local_time(self) -> datetime:
        return self.world.local_time(self.now)

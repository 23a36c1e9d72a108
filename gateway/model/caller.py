"""The caller, as one frozen snapshot. With the world, it has all that a screen may know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from gateway.model.client_report import LookupKeys, Member
from gateway.model.contacts import ContactEligibility, ContactRequests, SafetyProfile
from gateway.model.feature import Feature
from gateway.model.referral import Referral
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.model.world import World

RecordT = TypeVar("RecordT")


class SecretChecks:
    """Compares a typed secret with the stored one, and does not reveal it. This base class knows no secret."""

    def is_own_pin(self, typed: str) -> bool:
        return False

    def is_duress_pin(self, typed: str) -> bool:
        return False

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        """Return whether this number may be asked to be a contact. The number is compared with hashes."""
        return ContactEligibility.ALLOWED

    def is_staff_pin(self, typed: str) -> bool:
        return False

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """Return the keyed hashes of a client's number or plate; None for any other text."""
        return None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def is_one_use_code(self, typed: str) -> bool:
        return False

    def is_activation_code(self, typed: str) -> bool:
        return False


class Caller(msgspec.Struct, frozen=True):
    """The caller at this turn. `now` in Unix seconds."""

    now: int
    lang: str
    world: World
    subscription: Subscription | None = None
    staff: Staff | None = None
    is_staff_authenticated: bool = False
    """the staff PIN was given in this session"""
    is_unlocked: bool = True
    """the caller has no own PIN, or gave it in this session"""
    is_decoy: bool = False
    """a wrong own PIN was given, so an empty account without any code is shown"""
    has_decoy_pin: bool = False
    """a PIN was set in a decoy, where it seems to be stored"""
    needs_end_code: bool = False
    """one of two codes is needed to end a safe call or a call for help"""
    is_locked_by_code: bool = False
    """a safe call or a call for help runs that only a code ends"""
    safety_profile: SafetyProfile | None = None
    """the caller's codes, contacts and choices"""
    contact_requests: ContactRequests = ContactRequests()
    """the callers who asked this phone to be their contact"""
    sos: Sos | None = None
    """the caller's own call for help"""
    sos_by_code: Mapping[str, Sos] = {}
    """calls for help of other callers, by code; filled for staff who may read them"""
    distant_sos_codes: frozenset[str] = frozenset()
    """codes of open calls that this person may not read yet"""
    ended_sos_codes: frozenset[str] = frozenset()
    """codes of ended calls that this person asked for"""
    open_sos_count: int = 0
    """all open calls for help, also those that were not read; filled for staff"""
    lately_raised_sos: int = 0
    """calls for help of all phones within ten minutes"""
    safe_call: SafeCall | None = None
    """the caller's running safe call"""
    member: Member | None = None
    """the caller's membership of the client list"""
    lookup_blocked_until: int = 0
    """no look-up before then (Unix seconds)"""
    referrals: tuple[Referral, ...] = ()
    """the caller's own referrals"""
    clinic_referrals: tuple[Referral, ...] = ()
    """referrals to the clinic whose phone this is"""
    has_reported_recently: bool = False
    """the caller made a report a short time ago"""
    has_max_referrals: bool = False
    """the caller has as many open referrals as one phone may have"""
    open_referral_count: int = 0
    """the referrals of all phones, which decide how long a new code is"""
    has_raised_sos_often: bool = False
    """the caller called for help several times just now, so the texts of the next call are delayed"""
    has_max_feedback: bool = False
    """the caller sent as much feedback as one phone may send for now"""
    own_reports: frozenset[int] = frozenset()
    """numbers of the alerts that this caller reported"""
    subscribers: Mapping[str, int] = {}
    """the number of subscribers of each area; filled for staff only"""
    audience_by_area: Mapping[str, int] = {}
    """the number of people that a warning reaches, each counted once; filled for the areas that staff look at"""
    secret_checks: SecretChecks = SecretChecks()
    records: Mapping[type, Any] = {}
    """this phone's sealed records by type"""
    decoy_records: Mapping[type, Any] = {}
    """the records that a decoy shows too, as their kinds declare"""

    def record(self, model: type[RecordT]) -> RecordT | None:
        """Return this phone's record of this type, or None."""
        found: RecordT | None = self.records.get(model)
        return found

    def as_decoy(self) -> "Caller":
        """Return the account as it looks after a wrong own PIN: an empty account."""
        return replace(self, records=self.decoy_records, **MASKED_IN_DECOY)

    @property
    def has_own_pin(self) -> bool:
        """Whether the account, as it is shown, has an own PIN."""
        return bool(
            self.has_decoy_pin
            or (self.subscription and self.subscription.pin_hash)
            or (self.safety_profile and self.safety_profile.pin_hash)
        )

    def has_feature(self, feature: Feature) -> bool:
        """Whether the organisation turned this feature on."""
        return feature in self.world.features

    @property
    def areas(self) -> tuple[str, ...]:
        return self.subscription.active_areas(self.now) if self.subscription else ()

    @property
    def local_time(self) -> datetime:
        return self.world.local_time(self.now)


MASKED_IN_DECOY: Final[Mapping[str, Any]] = {
    "subscription": None,
    "is_unlocked": True,
    "is_decoy": True,
    "needs_end_code": False,
    "is_locked_by_code": False,
    "safety_profile": None,
    "contact_requests": ContactRequests(),
    "sos": None,
    "safe_call": None,
    "member": None,
    "lookup_blocked_until": 0,
    "referrals": (),
    "own_reports": frozenset(),
}
"""the values that a decoy shows instead of the account's own"""
KEPT_IN_DECOY: Final = frozenset(
    {
        # the moment and the world, the same for every phone
        "now",
        "lang",
        "world",
        # the work of staff is protected by another PIN
        "staff",
        "is_staff_authenticated",
        "sos_by_code",
        "distant_sos_codes",
        "ended_sos_codes",
        "open_sos_count",
        "clinic_referrals",
        "subscribers",
        "audience_by_area",
        # limits of a phone, which a wrong PIN does not remove
        "has_reported_recently",
        "has_max_referrals",
        "open_referral_count",
        "has_raised_sos_often",
        "lately_raised_sos",
        "has_max_feedback",
        # the state of the decoy itself, and the checks of typed secrets
        "has_decoy_pin",
        "secret_checks",
        # the records that a decoy shows as `records`
        "decoy_records",
    }
)
"""the fields that a decoy shows unchanged; each field of `Caller` is in exactly one of the two lists"""

"""The person at the phone, as one frozen snapshot: with the world, all that a screen may know."""

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
    """Compares a typed secret with the saved one, without giving it out. This one knows no secret."""

    def is_own_pin(self, typed: str) -> bool:
        return False

    def is_duress_pin(self, typed: str) -> bool:
        return False

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        """Return whether this number may be asked to be a contact. It is compared with hashes, as a secret is."""
        return ContactEligibility.ALLOWED

    def is_staff_pin(self, typed: str) -> bool:
        return False

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """Return a client's number or plate in keyed hashes. None where it is neither."""
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
    """The person at the phone, at this turn. `now` in Unix seconds."""

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
    """a wrong own PIN was given: an account that holds nothing is shown, which knows none of the codes"""
    has_decoy_pin: bool = False
    """in a decoy a PIN was set: it seems to be saved"""
    needs_end_code: bool = False
    """ending a safe call or a call for help takes one of two codes"""
    is_locked_by_code: bool = False
    """a safe call or a call for help runs that only a code ends"""
    safety_profile: SafetyProfile | None = None
    """what the caller left for their safety"""
    contact_requests: ContactRequests = ContactRequests()
    """the callers who asked this phone to be their contact"""
    sos: Sos | None = None
    """the caller's own call for help"""
    sos_by_code: Mapping[str, Sos] = {}
    """calls for help of others, by code; filled for staff who may read them"""
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
    """made a report a short while ago"""
    has_max_referrals: bool = False
    """has as many open referrals as one phone may have"""
    has_raised_sos_often: bool = False
    """called for help several times just now: the next call is texted after a minute"""
    has_max_feedback: bool = False
    """left as much feedback as one phone may, for now"""
    own_reports: frozenset[int] = frozenset()
    """numbers of the cases that this caller reported"""
    subscribers: Mapping[str, int] = {}
    """how many opted in to each area; filled for staff only"""
    audience_by_area: Mapping[str, int] = {}
    """how many people a warning reaches, each counted once; filled for the areas that staff look at"""
    secret_checks: SecretChecks = SecretChecks()
    records: Mapping[type, Any] = {}
    """this phone's sealed records by type"""
    decoy_records: Mapping[type, Any] = {}
    """those of them that a decoy shows too: each kind of record declares whether"""

    def record(self, model: type[RecordT]) -> RecordT | None:
        """Return this phone's record of this type, or None."""
        found: RecordT | None = self.records.get(model)
        return found

    def as_decoy(self) -> "Caller":
        """Return the account as it looks after a wrong PIN of the caller's own: one that holds nothing."""
        return replace(self, records=self.decoy_records, **MASKED_IN_DECOY)

    @property
    def has_own_pin(self) -> bool:
        """Whether the account, as shown, has an own PIN."""
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
"""what a decoy shows instead of what the account holds"""
KEPT_IN_DECOY: Final = frozenset(
    {
        # the moment and the world, the same for every phone
        "now",
        "lang",
        "world",
        # the work of staff stands behind another PIN
        "staff",
        "is_staff_authenticated",
        "sos_by_code",
        "clinic_referrals",
        "subscribers",
        "audience_by_area",
        # limits of a phone: a wrong PIN lifts none of them
        "has_reported_recently",
        "has_max_referrals",
        "has_raised_sos_often",
        "has_max_feedback",
        # of the decoy itself, and what a typed secret is compared with
        "has_decoy_pin",
        "secret_checks",
        # what a decoy shows as `records`
        "decoy_records",
    }
)
"""what a decoy shows as it is; each field of `Caller` stands in exactly one of the two lists"""

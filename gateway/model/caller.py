"""The person at the phone, as one frozen snapshot: with the world, all that a screen may know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

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

    def as_decoy(self) -> "Caller":
        """Return the account as it looks after a wrong PIN of the caller's own: one that holds nothing."""
        return replace(self, **MASKED_IN_DECOY)

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
    }
)
"""what a decoy shows as it is; each field of `Caller` stands in exactly one of the two lists"""

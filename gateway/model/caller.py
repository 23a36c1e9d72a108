"""The caller, as one frozen snapshot. With the world, it has all that a screen may know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from gateway.model.client_report import LookupKeys, Member
from gateway.model.contacts import ContactEligibility, ContactRequests, SafetyProfile
from gateway.model.conversation import Conversation
from gateway.model.feature import Feature
from gateway.model.referral import Referral
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription
from gateway.model.world import World

RecordT = TypeVar("RecordT")


class GivenPin(msgspec.Struct, frozen=True):
    """What four digits at the PIN line open. The screen after them does not reveal it."""

    opens_account: bool = False
    """the own PIN or the second code"""
    is_duress: bool = False
    """the second code, or the own PIN while the account is under duress"""
    opens_team: bool = False
    counts_for_team: bool = False
    """whether the attempt counts as one at the staff PIN"""


class SecretChecks:
    """Compares a typed secret with the stored one, and does not reveal it. This base class knows no secret."""

    def is_own_pin(self, typed: str) -> bool:
        return False

    def is_duress_pin(self, typed: str) -> bool:
        return False

    def is_staff_pin(self, typed: str) -> bool:
        return False

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        """Return whether this number may be asked to be a contact. The number is compared with hashes."""
        return ContactEligibility.ALLOWED

    def given_pin(self, typed: str) -> GivenPin:
        """Return what these digits open when they are typed at the PIN line."""
        return GivenPin()

    def may_try_digits(self) -> bool:
        """Whether few enough digits were typed at this phone in the last hour that new ones may be looked at."""
        return True

    def draft_pin(self, typed: str) -> str:
        """Return a keyed hash of new digits, by which the second time is compared with the first."""
        return ""

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        """Return the keyed hashes of a client's number or plate; None for any other text."""
        return None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return None

    def has_role(self, e164: str) -> bool:
        """Whether this phone is of the team already, active or not."""
        return False

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
    is_muted: bool = False
    """a network said that the owner of this phone opted out, so texts that the caller did not ask for rest"""
    staff: Staff | None = None
    """the person of the team at this phone, after the staff PIN; before it a staff phone looks like any other"""
    own_staff_id: str = ""
    """the id of that person, before the PIN too: what they invited or reported does not count towards what they read"""
    safety_profile: SafetyProfile | None = None
    """the caller's codes, contacts and choices"""
    contact_requests: ContactRequests = ContactRequests()
    """the callers who asked this phone to be their contact"""
    sos: Sos | None = None
    """the caller's own call for help"""
    may_reopen_sos: bool = False
    """our team ended the caller's call, and asked whether somebody is still needed"""
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
    recent_report_count: int = 0
    """the reports that the caller made a short time ago"""
    has_max_referrals: bool = False
    """the caller has as many open referrals as one phone may have"""
    open_referral_count: int = 0
    """the referrals of all phones, which decide how long a new code is"""
    has_raised_sos_often: bool = False
    """the caller called for help several times just now, so the texts of the next call are delayed"""
    has_asked_enough: bool = False
    """the caller asked us as often as one phone may ask for now"""
    own_reports: frozenset[int] = frozenset()
    """numbers of the alerts that this caller reported"""
    conversations: tuple[Conversation, ...] = ()
    """the caller's own conversations, after the own PIN if one is set"""
    subscribers: Mapping[str, int] = {}
    """the number of subscribers of each area; filled for staff only"""
    audience_by_area: Mapping[str, int] = {}
    """the number of people that a warning reaches, each counted once; filled for the areas that staff look at"""
    secret_checks: SecretChecks = SecretChecks()
    records: Mapping[type, Any] = {}
    """this phone's sealed records by type"""

    def record(self, model: type[RecordT]) -> RecordT | None:
        """Return this phone's record of this type, or None."""
        found: RecordT | None = self.records.get(model)
        return found

    @property
    def has_own_pin(self) -> bool:
        """Whether the account, as it is shown, has an own PIN."""
        return bool(
            (self.subscription and self.subscription.pin_hash) or (self.safety_profile and self.safety_profile.pin_hash)
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

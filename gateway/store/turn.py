"""What was read for one turn of one phone, and the change it leads to."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
from msgspec.structs import replace

from gateway.crypto.client_hashes import ClientHasher
from gateway.crypto.secrets import (
    Tags,
    contact_eligibility,
    hash_duress_pin,
    hash_own_pin,
    hash_secret,
    lookup_tag,
    safety_tag,
)
from gateway.crypto.vault import Purpose, Vault
from gateway.model.caller import SecretChecks
from gateway.model.client_report import LookupKeys, LookupUsage, Member
from gateway.model.contacts import ContactEligibility, ContactRequests, SafetyProfile
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.referral import Referral
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription, week_number
from gateway.model.task import Task
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.transaction import Transaction

_decode_sos = msgspec.msgpack.Decoder(Sos).decode
_decode_safety_profile = msgspec.msgpack.Decoder(SafetyProfile).decode
_decode_contact_requests = msgspec.msgpack.Decoder(ContactRequests).decode


@dataclass
class Turn:
    """Mutable on purpose: intents change `subscription` and `staff` one after another, `Writer.close` writes them."""

    vault: Vault
    world: World
    number: Number
    now: int
    token: bytes
    tags: Tags
    raw_session: bytes | None
    raw_subscription: bytes | None
    subscription: Subscription | None
    staff: Staff | None
    raw_referrals: dict[str, bytes]
    """as read, by code; they guard what is written"""
    referrals: dict[str, Referral]
    """this caller's own"""
    report_paused: bool
    loop_score: int
    recent_sos_count: int
    """calls for help lately"""
    false_alarm_count: int
    """those of this phone that were not real"""
    transaction: Transaction
    client_hasher: ClientHasher | None = None
    lookup_usage: LookupUsage = field(default_factory=LookupUsage)
    member: Member | None = None
    raw_safety_profile: bytes | None = None
    safety_profile: SafetyProfile | None = None
    raw_contact_requests: bytes | None = None
    contact_requests: ContactRequests = field(default_factory=ContactRequests)
    """who asked this phone to be told about them"""
    raw_safe_call: bytes | None = None
    safe_call: SafeCall | None = None
    raw_sos: bytes | None = None
    sos: Sos | None = None
    is_duplicate: bool = False
    is_operator: bool = False
    """of the server's command line, not of a phone"""
    subscribers: dict[str, int] = field(default_factory=dict)
    audience_by_area: dict[str, int] = field(default_factory=dict)
    """how many a warning reaches, each once, in the areas that staff look at"""
    sos_by_code: dict[str, tuple[bytes, bytes, Sos]] = field(default_factory=dict)
    """calls for help that staff may see, by code: tag, as read, what it says"""
    clinic_referrals: dict[str, Referral] = field(default_factory=dict)
    """those sent to the clinic whose phone this is"""

    def __post_init__(self) -> None:
        self.member_as_read = self.member

    @cached_property
    def safe_call_as_read(self) -> SafeCall | None:
        return unpack_safe_call(self.vault, self.raw_safe_call)

    @cached_property
    def sos_as_read(self) -> Sos | None:
        return unpack_sos(self.vault, self.raw_sos)

    @cached_property
    def safety_profile_as_read(self) -> SafetyProfile | None:
        return unpack_safety_profile(self.vault, self.raw_safety_profile)

    @property
    def is_locked_by_code(self) -> bool:
        """Does something run, for all her phone shows, that only a code of hers ends?"""
        out = self.safe_call is not None and not self.safe_call.looks_ended
        calls = self.sos is not None and not self.sos.looks_ended
        return bool(self.safety_profile and self.safety_profile.duress_pin_hash and (out or calls))

    @property
    def was_forced_to_end(self) -> bool:
        """Did somebody make her end something, so that her people are being told?"""
        return bool(
            (self.safe_call and self.safe_call.looks_ended)
            or (self.sos and self.sos.is_under_duress and not self.sos.is_raised_again)
        )

    def record_activity(self) -> bool:
        """Its owner is here: note the week in her record; False where that says so already."""
        before, cared, member = self.subscription, self.safety_profile, self.member
        self.subscription = before.as_seen(self.now) if before else None
        self.safety_profile = replace(cared, seen_week=week_number(self.now)) if cared else None
        if member and member.active and not member.has_expired(self.now):
            self.member = replace(member, seen_week=week_number(self.now))
        return self.subscription != before or self.safety_profile != cared or self.member != member

    @property
    def own_pin_hash(self) -> bytes:
        """The keyed hash of her own PIN; empty where she has none."""
        return (self.subscription.pin_hash if self.subscription else b"") or (
            self.safety_profile.pin_hash if self.safety_profile else b""
        )

    @cached_property
    def report_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.REPORT)

    @cached_property
    def safety_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.SAFETY)

    @cached_property
    def member_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.MEMBER)

    @cached_property
    def lookup_tag(self) -> bytes:
        return lookup_tag(self.vault, self.number)

    @cached_property
    def safety_tag(self) -> bytes:
        return safety_tag(self.vault, self.number)

    @cached_property
    def referral_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.REFERRAL)

    def secret_checks(self) -> "TurnSecretChecks":
        return TurnSecretChecks(self)

    def queue_text(self, lane: Lane, to: Number, text: str, legal_basis: LegalBasis, until: int) -> None:
        """Queue one text for one phone."""
        message = OutboundText(to.to_int(), text, lane, legal_basis, until)
        queue_message(self.transaction, self.vault, message, self.now)

    def record_referral_consent(self, duration_s: int) -> None:
        """Its owner said yes to texts about a visit, for so long; a later text of hers does not shorten it."""
        self.transaction.write("SET", keys.referral_consent(self.tags.reply_window), 1, "EX", duration_s)

    def open_reply_window(self, duration_s: int) -> None:
        """This phone wrote to us: it may be answered for so long."""
        self.transaction.write("SET", keys.reply_window(self.tags.reply_window), 1, "EX", duration_s)


def queue_message(transaction: Transaction, vault: Vault, message: OutboundText, now: float) -> str:
    """Seal a text and put it on its lane; returns its id."""
    id_ = secrets.token_hex(8)
    sealed = vault.seal(msgspec.msgpack.encode(message), "msg")
    transaction.write("SET", f"msg:{id_}", sealed, "EXAT", message.until + keys.MESSAGE_GRACE_S)
    transaction.schedule(message.lane, Task.SEND_MESSAGE.item(id_), now)
    return id_


class TurnSecretChecks(SecretChecks):
    """Compares typed secrets with stored keyed hashes."""

    def __init__(self, turn: Turn):
        self._turn = turn

    def is_own_pin(self, typed: str) -> bool:
        kept = self._turn.own_pin_hash
        return bool(kept and kept == hash_own_pin(self._turn.vault, self._turn.number, typed))

    def is_duress_pin(self, typed: str) -> bool:
        care = self._turn.safety_profile
        return bool(
            care
            and care.duress_pin_hash
            and care.duress_pin_hash == hash_duress_pin(self._turn.vault, self._turn.number, typed)
        )

    def contact_eligibility(self, e164: str, profile: SafetyProfile | None) -> ContactEligibility:
        return contact_eligibility(self._turn.vault, self._turn.number, profile, Number.parse(e164), self._turn.now)

    def is_staff_pin(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(
            staff
            and staff.pin_hash
            and staff.pin_hash == hash_secret(self._turn.vault, self._turn.number, "pin", typed)
        )

    def lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.lookup_keys(typed) if self._turn.client_hasher else None

    def phone_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.phone_lookup_keys(typed) if self._turn.client_hasher else None

    def plate_lookup_keys(self, typed: str) -> LookupKeys | None:
        return self._turn.client_hasher.plate_lookup_keys(typed) if self._turn.client_hasher else None

    def is_one_use_code(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(staff and hash_secret(self._turn.vault, self._turn.number, "code", typed) in staff.code_hashes)

    def is_activation_code(self, typed: str) -> bool:
        staff = self._turn.staff
        if not staff or not staff.activation_hash:
            return False
        return staff.activation_hash == hash_secret(self._turn.vault, self._turn.number, "activation", typed)


def unpack_safety_profile(vault: Vault, raw: bytes | None) -> SafetyProfile | None:
    """Raises BadInput for what was not sealed as such."""
    return _decode_safety_profile(vault.open(raw, "care")) if raw else None


def unpack_safe_call(vault: Vault, raw: bytes | None) -> SafeCall | None:
    """Raises BadInput for what was not sealed as such."""
    return SafeCall.unpack(vault.open(raw, "out")) if raw else None


def unpack_sos(vault: Vault, raw: bytes | None) -> Sos | None:
    """Raises BadInput for what was not sealed as such."""
    return _decode_sos(vault.open(raw, "sos")) if raw else None


def unpack_contact_requests(vault: Vault, raw: bytes | None) -> ContactRequests:
    """Raises BadInput for what was not sealed as such."""
    return _decode_contact_requests(vault.open(raw, "trust")) if raw else ContactRequests()

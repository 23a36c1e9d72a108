"""The records of one turn of one phone, and the transaction that the turn fills."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from msgspec.structs import replace

from gateway.crypto.client_hashes import ClientHasher
from gateway.crypto.secrets import (
    Tags,
    phone_tag,
)
from gateway.crypto.vault import Purpose, Vault
from gateway.model.client_report import LookupUsage, Member
from gateway.model.contacts import ContactRequests, SafetyProfile
from gateway.model.duress import PinAttempts, TrueAccount
from gateway.model.message import Lane, LegalBasis, OutboundText
from gateway.model.referral import Referral
from gateway.model.safe_call import SafeCall
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription, week_number
from gateway.model.text_guard import DAY_S, TextGuard
from gateway.model.world import World
from gateway.numbers import Number
from gateway.settings import Times
from gateway.store import keys, record_io
from gateway.store.messages import queue_message
from gateway.store.record_io import require_record, write_record
from gateway.store.records.callers import (
    CONTACT_REQUESTS,
    LOOKUP_USAGES,
    PIN_ATTEMPTS,
    SAFE_CALLS,
    SAFETY_PROFILES,
    SOS,
    TRUE_ACCOUNTS,
)
from gateway.store.records.kind import CallerRecord, OnLeave, RecordKind
from gateway.store.records.text_guards import TEXT_GUARDS
from gateway.store.transaction import Transaction
from gateway.store.turn_record import TurnRecord

T = TypeVar("T")


@dataclass
class Turn:
    """One turn of one phone. Intents change its records one after another; `ActionContext.apply` writes them."""

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
    """The stored form of each referral as read, by code: it guards the next write."""
    referrals: dict[str, Referral]
    """This caller's own referrals by code."""
    report_pause: bytes | None
    """Set where this phone made a report just now: 1 before the own PIN, 2 behind it."""
    question_score: int
    recent_sos_count: int
    """SOS of this phone within RECENT_WINDOW_S."""
    false_alarm_count: int
    """SOS of this phone that were false alarms."""
    transaction: Transaction
    records: dict[str, TurnRecord[Any]]
    """The records that every turn reads, by the name of their kind."""
    client_hasher: ClientHasher | None = None
    member: Member | None = None
    is_duplicate: bool = False
    is_behind_pin: bool = False
    """Whether the own PIN was given in this session."""
    is_operator: bool = False
    """Whether the turn is of the server's command line, not of a phone."""
    is_claim: bool = False
    """Whether a text or a missed call began the turn: its sender can be forged. A network proves who dials."""
    has_fresh_code: bool = False
    """Whether the text came with the code that we had texted to this phone."""
    subscribers: dict[str, int] = field(default_factory=dict)
    """Subscribers by area; filled for turns of staff."""
    audience_by_area: dict[str, int] = field(default_factory=dict)
    """The people that an alert reaches, each counted once, in the areas that staff look at."""
    sos_by_code: dict[str, tuple[bytes, bytes, Sos]] = field(default_factory=dict)
    """SOS that were read for staff, by code: the tag, the stored form as read, and the content."""
    ended_sos_codes: set[str] = field(default_factory=set)
    """Codes that staff asked for, of SOS that have ended."""
    open_sos_count: int = 0
    """All open SOS."""
    open_referral_count: int = 0
    """The referrals of all phones that have not expired."""
    lately_raised_sos: int = 0
    """SOS of all phones within SOS_FLOOD_TTL_S."""
    clinic_referrals: dict[str, Referral] = field(default_factory=dict)
    """The referrals to the clinic whose phone this is."""

    def __post_init__(self) -> None:
        self.member_as_read = self.member

    def read(self, kind: CallerRecord[T]) -> T | None:
        """Return the caller's record of this kind as it is now, or None."""
        value: T | None = self.records[kind.name].value
        return value

    def put(self, kind: CallerRecord[T], value: T | None) -> None:
        """Change the caller's record of this kind; None deletes it. It is written once, at the end of the turn."""
        self.records[kind.name].value = value

    def is_changed(self, kind: CallerRecord[T]) -> bool:
        return self.records[kind.name].is_changed

    def tag(self, kind: RecordKind) -> bytes:
        """Return the tag of this phone in the keys of this kind."""
        label = kind.tag_label
        if label in Tags._fields:
            return self.tags[Tags._fields.index(label)]
        if label not in self._tags_by_label:
            self._tags_by_label[label] = phone_tag(self.vault, self.number, label)
        return self._tags_by_label[label]

    @cached_property
    def _tags_by_label(self) -> dict[str, bytes]:
        return {}

    def write_records(self, times: Times) -> None:
        """Put every changed record into the transaction, guarded by its stored form as read."""
        for record in self.records.values():
            if record.is_changed:
                tag = self.tag(record.kind)
                write_record(self.transaction, self.vault, times, record.kind, tag, record.value, record.stored)

    def require_unchanged(self, kind: CallerRecord[T]) -> None:
        """Let the commit through only while the record is as read."""
        require_record(self.transaction, kind, self.tag(kind), self.records[kind.name].stored)

    def delete_on_stop(self) -> None:
        """Delete every record of this phone that STOP deletes."""
        self._drop(r for r in self.records.values() if r.kind.on_stop is OnLeave.DELETED)
        record_io.delete_on_stop(self.transaction, self.vault, self.number)

    def delete_on_delete(self) -> None:
        """Delete every record of this phone that DELETE deletes."""
        self._drop(r for r in self.records.values() if r.kind.on_delete is OnLeave.DELETED)
        record_io.delete_on_delete(self.transaction, self.vault, self.number)

    def _drop(self, records: Iterable[TurnRecord[Any]]) -> None:
        for record in records:
            record.value = None

    def shown_records(self) -> dict[type, Any]:
        """Return the records that screens may read, by the type of their content."""
        return {record.kind.model: record.value for record in self.records.values() if record.value is not None}

    @property
    def safety_profile(self) -> SafetyProfile | None:
        return self.read(SAFETY_PROFILES)

    @safety_profile.setter
    def safety_profile(self, value: SafetyProfile | None) -> None:
        self.put(SAFETY_PROFILES, value)

    @property
    def safe_call(self) -> SafeCall | None:
        return self.read(SAFE_CALLS)

    @safe_call.setter
    def safe_call(self, value: SafeCall | None) -> None:
        self.put(SAFE_CALLS, value)

    @property
    def sos(self) -> Sos | None:
        return self.read(SOS)

    @sos.setter
    def sos(self, value: Sos | None) -> None:
        self.put(SOS, value)

    @property
    def contact_requests(self) -> ContactRequests:
        """The requests to this phone to be a contact."""
        return self.read(CONTACT_REQUESTS) or ContactRequests()

    @property
    def text_guard(self) -> TextGuard:
        return self.read(TEXT_GUARDS) or TextGuard(until=self.now + DAY_S)

    @text_guard.setter
    def text_guard(self, value: TextGuard) -> None:
        self.put(TEXT_GUARDS, value)

    @property
    def lookup_usage(self) -> LookupUsage:
        return self.read(LOOKUP_USAGES) or LookupUsage()

    @property
    def true_account(self) -> TrueAccount | None:
        """The account as it was before the second code; None where nobody is under duress."""
        return self.read(TRUE_ACCOUNTS)

    @property
    def pin_attempts(self) -> PinAttempts | None:
        return self.read(PIN_ATTEMPTS)

    @property
    def is_locked(self) -> bool:
        """Whether an own PIN is set and was not given: the phone shows an empty account."""
        return bool(self.own_pin_hash) and not self.is_behind_pin

    def record_activity(self) -> bool:
        """Record this week as the caller's last week of activity. Return False where every record has it already."""
        subscription, profile, member = self.subscription, self.safety_profile, self.member
        self.subscription = subscription.as_seen(self.now) if subscription else None
        self.safety_profile = replace(profile, seen_week=week_number(self.now)) if profile else None
        if member and member.active and not member.has_expired(self.now):
            self.member = replace(member, seen_week=week_number(self.now))
        return self.subscription != subscription or self.safety_profile != profile or self.member != member

    @property
    def own_pin_hash(self) -> bytes:
        """The keyed hash of the caller's own PIN; empty without a PIN."""
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
    def session_key(self) -> bytes:
        return keys.session(self.tags.session)

    @property
    def lookup_tag(self) -> bytes:
        return self.tag(LOOKUP_USAGES)

    @property
    def sos_tag(self) -> bytes:
        return self.tag(SOS)

    @cached_property
    def referral_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.REFERRAL)

    def queue_texts(self, lane: Lane, to: Number, texts: Sequence[str], legal_basis: LegalBasis, until: int) -> None:
        """Queue texts for one phone, which leave one after another."""
        if texts:
            message = OutboundText(to.to_int(), texts[0], lane, legal_basis, until, tuple(texts[1:]))
            queue_message(self.transaction, self.vault, message, self.now)

    def record_referral_consent(self, duration_s: int) -> None:
        """Record for `duration_s` that the caller agreed to texts about an answer; later texts do not shorten it."""
        self.transaction.write("SET", keys.referral_consent(self.tags.reply_window), 1, "EXAT", self.now + duration_s)

    def open_reply_window(self, duration_s: int) -> None:
        """Record that this phone wrote to us, so that it may be answered for `duration_s`."""
        self.transaction.write("SET", keys.reply_window(self.tags.reply_window), 1, "EX", duration_s)

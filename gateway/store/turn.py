"""What was read for one turn of one phone, and the change it leads to."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from gateway.model.caller import Secrets, World
from gateway.model.care import Asked, Care, Trust
from gateway.model.client import Looks, Member, Sought
from gateway.model.message import Ground, Lane, Message
from gateway.model.outing import Outing
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.model.staff import Staff
from gateway.model.subscription import Subscription, week_of
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.change import Change
from gateway.store.marks import Marker
from gateway.vault import Purpose, Vault

DAILY_TAG_BYTES = CARE_TAG_BYTES = 12


_sos = msgspec.msgpack.Decoder(Sos).decode
_care = msgspec.msgpack.Decoder(Care).decode
_trust = msgspec.msgpack.Decoder(Trust).decode


class Tags(NamedTuple):
    """This phone in the keys of short-lived records. No two can be joined without the key, and none gives it back."""

    session: bytes
    pause: bytes
    mine: bytes
    window: bytes
    loop: bytes


def tags_of(vault: Vault, number: Number) -> Tags:
    return Tags(*vault.tags(number, len(Tags._fields)))


@dataclass
class Turn:
    """Mutable on purpose: intents change `subscription` and `staff` one after another, `Writer.close` writes them."""

    vault: Vault
    world: World
    number: Number
    now: int
    token: bytes
    tags: Tags
    session: bytes | None
    raw_subscription: bytes | None
    subscription: Subscription | None
    staff: Staff | None
    raw_referrals: dict[str, bytes]
    """as read, by code; they guard what is written"""
    visits: dict[str, Referral]
    """this caller's own"""
    paused: bool
    looped: int
    called: int
    """calls for help lately"""
    rank: int
    """those of this phone that were not real"""
    change: Change
    marker: Marker | None = None
    looks: Looks = field(default_factory=Looks)
    member: Member | None = None
    raw_care: bytes | None = None
    care: Care | None = None
    raw_trust: bytes | None = None
    trust: Trust = field(default_factory=Trust)
    """who asked this phone to be told about them"""
    raw_outing: bytes | None = None
    outing: Outing | None = None
    raw_sos: bytes | None = None
    sos: Sos | None = None
    seen: bool = False
    members: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    """how many a warning reaches, each once, in the areas that staff look at"""
    calls: dict[str, tuple[bytes, bytes, Sos]] = field(default_factory=dict)
    """calls for help that staff may see, by code: tag, as read, what it says"""
    visitors: dict[str, Referral] = field(default_factory=dict)
    """those sent to the clinic whose phone this is"""

    def __post_init__(self) -> None:
        self.member_as_read = self.member

    @cached_property
    def outing_as_read(self) -> Outing | None:
        return unpack_outing(self.vault, self.raw_outing)

    @cached_property
    def sos_as_read(self) -> Sos | None:
        return unpack_sos(self.vault, self.raw_sos)

    @cached_property
    def care_as_read(self) -> Care | None:
        return unpack_care(self.vault, self.raw_care)

    @property
    def held_by_code(self) -> bool:
        """Does something run, for all her phone shows, that only a code of hers ends?"""
        out = self.outing is not None and not self.outing.over
        calls = self.sos is not None and not self.sos.hidden
        return bool(self.care and self.care.duress and (out or calls))

    @property
    def forced(self) -> bool:
        """Did somebody make her end something, so that her people are being told?"""
        return bool((self.outing and self.outing.over) or (self.sos and self.sos.duress and not self.sos.again))

    def greeted(self) -> bool:
        """Its owner is here: note the week in her record; False where that says so already."""
        before, cared, member = self.subscription, self.care, self.member
        self.subscription = before.seen(self.now) if before else None
        self.care = replace(cared, seen_week=week_of(self.now)) if cared else None
        if member and member.active and not member.over(self.now):
            self.member = replace(member, seen_week=week_of(self.now))
        return self.subscription != before or self.care != cared or self.member != member

    @property
    def own_pin(self) -> bytes:
        """The keyed hash of her own PIN; empty where she has none."""
        return (self.subscription.pin if self.subscription else b"") or (self.care.pin if self.care else b"")

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
    def look_tag(self) -> bytes:
        return look_tag(self.vault, self.number)

    @cached_property
    def care_tag(self) -> bytes:
        return care_tag(self.vault, self.number)

    @cached_property
    def referral_token(self) -> bytes:
        return self.vault.token(self.number, Purpose.REFERRAL)

    def secrets(self) -> "TurnSecrets":
        return TurnSecrets(self)

    def text(self, lane: Lane, to: Number, text: str, ground: Ground, until: int) -> None:
        """Queue one text for one phone."""
        message = Message(to.to_int(), text, lane, ground, until)
        queue_message(self.change, self.vault, message, self.now)

    def agreed(self, seconds: int) -> None:
        """Its owner said yes to texts about a visit, for so long; a later text of hers does not shorten it."""
        self.change.write("SET", keys.agreed(self.tags.window), 1, "EX", seconds)

    def answerable(self, seconds: int) -> None:
        """This phone wrote to us: it may be answered for so long."""
        self.change.write("SET", keys.window(self.tags.window), 1, "EX", seconds)


def queue_message(change: Change, vault: Vault, message: Message, now: float) -> str:
    """Seal a text and put it on its lane; returns its id."""
    id_ = secrets.token_hex(8)
    sealed = vault.seal(msgspec.msgpack.encode(message), "msg")
    change.write("SET", f"msg:{id_}", sealed, "EXAT", message.until + keys.MESSAGE_GRACE)
    change.due(message.lane, f"msg:{id_}", now)
    return id_


class TurnSecrets(Secrets):
    """Compares typed secrets with stored keyed hashes."""

    def __init__(self, turn: Turn):
        self._turn = turn

    def own_pin(self, typed: str) -> bool:
        kept = self._turn.own_pin
        return bool(kept and kept == own_pin_hash(self._turn.vault, self._turn.number, typed))

    def duress(self, typed: str) -> bool:
        care = self._turn.care
        return bool(care and care.duress and care.duress == duress_hash(self._turn.vault, self._turn.number, typed))

    def asked(self, e164: str, care: Care | None) -> Asked:
        return asked(self._turn.vault, self._turn.number, care, Number.parse(e164), self._turn.now)

    def staff_pin(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(staff and staff.pin and staff.pin == secret_hash(self._turn.vault, self._turn.number, "pin", typed))

    def sought(self, typed: str) -> Sought | None:
        return self._turn.marker.sought(typed) if self._turn.marker else None

    def phone(self, typed: str) -> Sought | None:
        return self._turn.marker.phone(typed) if self._turn.marker else None

    def plate(self, typed: str) -> Sought | None:
        return self._turn.marker.plate(typed) if self._turn.marker else None

    def one_use_code(self, typed: str) -> bool:
        staff = self._turn.staff
        return bool(staff and secret_hash(self._turn.vault, self._turn.number, "code", typed) in staff.codes)

    def activation_code(self, typed: str) -> bool:
        staff = self._turn.staff
        if not staff or not staff.activation:
            return False
        return staff.activation == secret_hash(self._turn.vault, self._turn.number, "activation", typed)


def daily_tag(vault: Vault, number: Number) -> bytes:
    """This phone in the count of texts that nobody waits for."""
    return vault.digest(b"daily:" + number.to_int().to_bytes(8, "big"), DAILY_TAG_BYTES)


def unpack_care(vault: Vault, raw: bytes | None) -> Care | None:
    """Raises BadInput for what was not sealed as such."""
    return _care(vault.open(raw, "care")) if raw else None


def unpack_outing(vault: Vault, raw: bytes | None) -> Outing | None:
    """Raises BadInput for what was not sealed as such."""
    return Outing.unpack(vault.open(raw, "out")) if raw else None


def unpack_sos(vault: Vault, raw: bytes | None) -> Sos | None:
    """Raises BadInput for what was not sealed as such."""
    return _sos(vault.open(raw, "sos")) if raw else None


def unpack_trust(vault: Vault, raw: bytes | None) -> Trust:
    """Raises BadInput for what was not sealed as such."""
    return _trust(vault.open(raw, "trust")) if raw else Trust()


def care_tag(vault: Vault, number: Number) -> bytes:
    """This phone in the keys of what it left for its owner's safety."""
    return vault.digest(b"care:" + number.to_int().to_bytes(8, "big"), CARE_TAG_BYTES)


def look_tag(vault: Vault, number: Number) -> bytes:
    """This phone in the count of a member's look-ups."""
    return vault.digest(b"look:" + number.to_int().to_bytes(8, "big"), CARE_TAG_BYTES)


def trust_tag(vault: Vault, number: Number) -> bytes:
    """This phone in the keys of who agreed to be told about somebody."""
    return vault.digest(b"trust:" + number.to_int().to_bytes(8, "big"), CARE_TAG_BYTES)


def asked_mark(vault: Vault, owner: Number, number: Number) -> bytes:
    """That she asked this number: in her own record, and nobody else's looks like it."""
    return vault.digest(b"asked:" + owner.to_int().to_bytes(8, "big") + number.to_int().to_bytes(8, "big"))


def asked(vault: Vault, owner: Number, care: Care | None, number: Number, now: int) -> Asked:
    """May she ask this number?"""
    if number == owner:
        return Asked.SELF
    if care is None:
        return Asked.NEVER
    return care.may_ask(vault.token(number, Purpose.CONTACT), asked_mark(vault, owner, number), now)


def secret_hash(vault: Vault, number: Number, kind: str, typed: str) -> bytes:
    """The keyed hash of a PIN or code of this phone: useless without the key, and on any other phone."""
    return vault.digest(number.to_int().to_bytes(8, "big") + f":{kind}:{typed.strip()}".encode())


def own_pin_hash(vault: Vault, number: Number, typed: str) -> bytes:
    return secret_hash(vault, number, "own", typed)


def duress_hash(vault: Vault, number: Number, typed: str) -> bytes:
    return secret_hash(vault, number, "duress", typed)

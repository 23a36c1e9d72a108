"""Applies intents. Each intent has one handler, which its module in `gateway.actions` registers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.actions.authorisation import is_authorised
from gateway.crypto.vault import Vault
from gateway.model.alert import Alert, AlertTask
from gateway.model.broadcast import Broadcast, BroadcastKind, shard_bits_for
from gateway.model.intents.intent import Durability, Intent
from gateway.model.message import Lane
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.settings import Settings, Times
from gateway.store import keys
from gateway.store.cached_table import CachedTable
from gateway.store.open_sos import rank_sos
from gateway.store.record_io import write_record, write_sealed
from gateway.store.records.callers import SOS
from gateway.store.records.subscribers import REFERRALS
from gateway.store.transaction import Transaction, round_up
from gateway.store.turn import Turn

if TYPE_CHECKING:
    from gateway.store.world_cache import WorldCache

ActionHandler = Callable[["ActionContext", Any], None]
IntentT = TypeVar("IntentT", bound=Intent)
_handlers: dict[type[Intent], ActionHandler] = {}


def handles(
    intent_type: type[IntentT],
) -> Callable[[Callable[["ActionContext", IntentT], None]], Callable[["ActionContext", IntentT], None]]:
    """Register the function that applies intents of this type."""

    def register(handler: Callable[["ActionContext", IntentT], None]) -> Callable[["ActionContext", IntentT], None]:
        _handlers[intent_type] = handler
        return handler

    return register


class ActionContext:
    """The intents of one turn, applied to one transaction."""

    def __init__(self, turn: Turn, world_cache: "WorldCache", settings: Settings, lang: str):
        self.turn = turn
        self.world = turn.world
        self.world_cache = world_cache
        self.settings = settings
        self.times = settings.times
        self.lang = lang
        self.transaction = turn.transaction
        self.drop_session = False
        self._staff_as_read = turn.staff
        self._referrals: dict[str, Referral] = {}

    def apply(self, intents: tuple[Intent, ...]) -> None:
        """Apply the intents that this person is allowed to request, then write the changed records, each guarded.

        A refused intent changes nothing. Screens hide it, so such an intent is a mistake or forged. Before the own PIN,
        what needs the PIN looks as if it was done (`turns.before_pin`).
        """
        for intent in intents:
            handler = _handlers[type(intent)]
            if (intent.needs_own_pin and self.turn.is_locked) or not is_authorised(self.turn, intent):
                continue
            handler(self, intent)
            self.transaction.replicate |= intent.durability is not Durability.LOCAL
            self.transaction.must_replicate |= intent.durability is Durability.CONFIRMED
            self.transaction.adds_data |= intent.adds_data
        self._write_records()

    def _write_records(self) -> None:
        turn = self.turn
        packed = turn.subscription.pack() if turn.subscription else None
        if packed != turn.raw_subscription:
            self.transaction.require_field(keys.subscription_bucket(turn.token), turn.token, turn.raw_subscription)
            if packed:
                self.transaction.write("HSET", keys.subscription_bucket(turn.token), turn.token, packed)
        if turn.staff and turn.staff != self._staff_as_read:
            self.world_cache.staff.put(self.transaction, turn.staff.token, turn.staff)
        if turn.member and turn.member != turn.member_as_read:
            self.world_cache.members.put(self.transaction, turn.member.token, turn.member)
        turn.write_records(self.times)
        for code, referral in self._referrals.items():
            write_referral(self.transaction, turn.vault, self.times, referral, turn.raw_referrals.get(code))

    def put_referral(self, code: str, referral: Referral) -> None:
        """Note a referral's new state. It is written once, after all intents."""
        referrals = self.turn.clinic_referrals if code in self.turn.clinic_referrals else self.turn.referrals
        self._referrals[code] = referrals[code] = referral

    def put_sos(self, tag: bytes, raw: bytes, sos: Sos | None) -> None:
        """Write a caller's SOS after staff changed it; None deletes it."""
        write_record(self.transaction, self.turn.vault, self.times, SOS, tag, sos, raw)
        if sos and not sos.is_closed:
            rank_sos(self.transaction, self.turn.vault, tag, sos)

    def put_alert(self, alert: Alert) -> None:
        self.world_cache.alerts.put(self.transaction, str(alert.number).encode(), alert)

    def reach(self, area: str) -> int:
        """Return the number of subscriptions that a warning here reaches. A person with two areas counts twice."""
        return self.world.count_subscriptions(area, self.turn.subscribers)

    def begin_broadcast(self, alert: Alert, kind: BroadcastKind, until: int) -> None:
        """Begin the broadcast of one edition of an alert."""
        begin_broadcast(
            self.transaction, self.world_cache.broadcasts, alert, kind, until, self.turn.now, self.times.keep_alert
        )

    def shard_bits(self, area: str) -> int:
        return shard_bits_for(self.reach(area))


def write_referral(
    transaction: Transaction, vault: Vault, times: Times, referral: Referral, stored: bytes | None
) -> None:
    """Write a referral, guarded by the stored form that was read."""
    transaction.require(keys.referral(vault, referral.code), stored)
    write_sealed(transaction, vault, times, REFERRALS, REFERRALS.hashed(vault, referral.code), referral)


def begin_broadcast(
    transaction: Transaction,
    table: CachedTable[Broadcast],
    alert: Alert,
    kind: BroadcastKind,
    until: int,
    now: int,
    retention_s: int,
) -> Broadcast:
    """Write a broadcast with its first prefixes, and make it due. Times in Unix seconds."""
    author = alert.approver or alert.author
    broadcast = Broadcast(alert.number, alert.edition, kind, until, alert.shard_bits, author=author, at=now)
    todo, counts = (keys.broadcast_part(table.vault, broadcast.id, part) for part in ("todo", "n"))
    prefix_count = 1 << alert.shard_bits
    listed = range(min(prefix_count, keys.PREFIXES_PER_LISTING))
    field = table.field(broadcast.id.encode())
    transaction.write("HSET", table.name, field, table.seal(field, broadcast))
    transaction.write("ZADD", todo, *(w for prefix in listed for w in (prefix, prefix)))
    transaction.write("HSET", counts, "all", prefix_count, "open", len(listed), "keep", round_up(until + retention_s))
    for key in (todo, counts):
        transaction.write("EXPIREAT", key, until + retention_s)
    table.bump_version(transaction)
    transaction.schedule(Lane.ALERTS, AlertTask.SEND_BROADCAST.item(broadcast.id), now)
    return broadcast


def handled_intents() -> frozenset[type[Intent]]:
    """Return the kinds of intent that have a handler."""
    return frozenset(_handlers)

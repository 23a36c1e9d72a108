"""The store: one object a process, shared by its threads."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from gateway.actions.apply import ActionContext, write_referral
from gateway.crypto.client_hashes import ClientHasher
from gateway.crypto.secrets import derive_tags
from gateway.crypto.vault import Purpose, Vault
from gateway.errors import StoreUnavailable
from gateway.model.counted_event import CountedEvent
from gateway.model.intents import Intent
from gateway.model.message import OutboundText
from gateway.model.profile import OrganisationProfile
from gateway.model.referral import Referral
from gateway.model.subscription import Subscription
from gateway.model.world import Topic, World
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import audience, keys, open_sos, startup
from gateway.store.access_state import AccessState
from gateway.store.async_connection import AsyncConnection
from gateway.store.circuit_breaker import CircuitBreaker
from gateway.store.commands import Commands
from gateway.store.connection import Connection
from gateway.store.daily_spend import DailySpend
from gateway.store.event_counts import read_event_counts
from gateway.store.foreign_entries import ForeignEntries
from gateway.store.health import save_balance
from gateway.store.heartbeats import Heartbeats
from gateway.store.item_names import seal_item
from gateway.store.limits import Limits
from gateway.store.messages import queue_message
from gateway.store.rate_limit import RateLimiter
from gateway.store.ratings import Ratings
from gateway.store.recipients import Recipients
from gateway.store.record_scan import RecordScan
from gateway.store.records.service import DEMO
from gateway.store.records.subscribers import MESSAGES, REFERRALS
from gateway.store.replication import Replication
from gateway.store.safety import SafetyRecords
from gateway.store.send_counters import SendCounters
from gateway.store.subscriber_scan import SubscriberScan
from gateway.store.text_counts import TextCounts
from gateway.store.tombstone_log import TombstoneLog
from gateway.store.tombstones import Tombstone, read_all
from gateway.store.transaction import MAX_ATTEMPTS, Transaction
from gateway.store.turn import Turn
from gateway.store.turn_reader import TurnReader
from gateway.store.work_queue import WorkItem, WorkQueue
from gateway.store.world_cache import WorldCache, WorldSnapshot

T = TypeVar("T")

TERMINAL_NUMBER = 10**6  # no phone has this number


class Store:
    """Reads turns and commits transactions. Raises StoreUnavailable when Redis does not answer in time."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        settings: Settings,
        profile: OrganisationProfile,
        topics: Callable[[str], tuple[Topic, ...]],
    ):
        self.connection = connection
        connection.key_id = vault.key_id
        self.access_state = AccessState(connection, settings.data_dir)
        self._settings = settings
        self.vault = vault
        self.settings = settings
        self.world_cache = WorldCache(vault, profile, topics)
        self.client_hasher = ClientHasher(vault, settings.region)
        self._turn_reader = TurnReader(connection, vault, self.world_cache, self.client_hasher)
        self.work_queue = WorkQueue(connection, vault, settings.times.lease)
        self.recipients = Recipients(connection, vault)
        self.circuit_breaker = CircuitBreaker(connection)
        self.safety_records = SafetyRecords(connection, vault, settings.times)
        self.daily_spend = DailySpend(connection)
        self.replication = Replication(connection.redis_url)
        self.send_counters = SendCounters(connection)
        self.text_counts = TextCounts(connection, vault)
        self.foreign_entries = ForeignEntries(connection)
        self.heartbeats = Heartbeats(connection)
        self.limits = Limits(connection, vault, settings)
        self.subscriber_scan = SubscriberScan(connection)
        self.record_scan = RecordScan(connection)

    def read_turn(self, number: Number, text_id: str = "") -> Turn:
        """Return the turn of this phone, with all records that it needs."""
        return self.connection.run_commands(self.read_turn_commands(number, text_id), may_retry=True)

    def read_turn_commands(self, number: Number, text_id: str = "") -> Commands[Turn]:
        """Return the commands of `read_turn`, for an event loop."""
        return self._turn_reader.read_turn(number, text_id)

    def run_commands(self, commands: Commands[T], may_retry: bool = False) -> T:
        """Run commands in this thread. `may_retry`: whether the first batch may be sent twice."""
        return self.connection.run_commands(commands, may_retry)

    def initialise_or_check_layout(self) -> None:
        """Raises what `startup.prepare` raises."""
        startup.prepare(self.connection, self._settings)

    def load_missing_scripts(self) -> None:
        """Load our scripts where Redis lost them, also for processes that may not load any."""
        self.connection.load_missing_scripts()

    def create_rq_client(self) -> Any:
        """Return a client for RQ's own keys."""
        return self.connection.create_rq_client()

    def create_worker_client(self) -> Any:
        """Return a client without read timeout, for RQ's worker."""
        return self.connection.create_worker_client()

    def create_async_runner(self) -> AsyncConnection:
        """Return a connection that runs commands in an event loop."""
        return AsyncConnection(self.connection)

    def create_rate_limiter(self) -> RateLimiter:
        return RateLimiter(self.connection, self.settings.tuning.sending)

    def read_terminal_turn(self) -> Turn:
        """Return a turn without a phone, for decisions taken at a terminal."""
        turn = self.read_turn(Number.from_int(TERMINAL_NUMBER))
        turn.subscribers = self.count_subscribers()
        turn.is_operator = True
        return turn

    def count_reach_commands(self, turn: Turn, areas: Iterable[str]) -> Commands[None]:
        """Add to a turn of staff the number of people that an alert in each of these areas reaches."""
        for area in areas:
            turn.audience_by_area[area] = yield from audience.count_people_commands(
                turn.world.atlas.audience_areas(area), turn.subscribers
            )

    def add_sos_commands(self, turn: Turn, codes: Iterable[str]) -> Commands[None]:
        """Add to a turn of staff the open SOS with these codes, however many SOS are open."""
        return open_sos.add_sos_with_codes(turn, self.vault, codes)

    def count_subscribers(self) -> dict[str, int]:
        """Return the subscribers of each area."""
        return audience.parse_counts(self.connection.execute("HGETALL", keys.SUBSCRIBERS_BY_AREA))

    def apply_intents(self, turn: Turn, intents: tuple[Intent, ...], lang: str) -> ActionContext:
        """Put the writes of the intents into the turn's transaction. Nothing is sent to Redis yet."""
        context = ActionContext(turn, self.world_cache, self.settings, lang)
        context.apply(intents)
        return context

    def commit(self, transaction: Transaction) -> bool:
        """Make all writes and return True; make none and return False if a guarded record has changed."""
        return self.connection.run_commands(self.commit_commands(transaction))

    def commit_commands(self, transaction: Transaction) -> Commands[bool]:
        """Return the commands of `commit`, for an event loop. Raises StoreUnavailable as `Replication` does."""
        script = self.connection.script_command("commit", (), transaction.arguments(self.seal_item))
        return self.replication.commit_commands(script, transaction)

    def seal_item(self, name: bytes) -> bytes:
        """Return the name of a work item as Redis has it."""
        return seal_item(self.vault, name)

    def read_world(self) -> World:
        """Return the current world, for work outside a turn."""
        return self._read_snapshot().world

    def _read_snapshot(self) -> WorldSnapshot:
        return self.connection.run_commands(self._snapshot_commands(), may_retry=True)

    def _snapshot_commands(self) -> Commands[WorldSnapshot]:
        [versions] = yield [("MGET", *self.world_cache.version_keys)]
        return (yield from self.world_cache.refresh(list(versions)))

    def now(self) -> float:
        return self.connection.now()

    def transact(self, decide: Callable[[World, Transaction, int], Any], max_attempts: int = MAX_ATTEMPTS) -> Any:
        """Read the world, let `decide` fill a transaction, commit; repeat if a guarded record changed meanwhile."""
        for _ in range(max_attempts):
            snapshot = self._read_snapshot()
            now = self.now()
            transaction = Transaction(snapshot.sealed_records, now % 1)
            result = decide(snapshot.world, transaction, int(now))
            if self.commit(transaction):
                return result
        raise StoreUnavailable("a record changed under every attempt to write it")

    def transact_and_finish(self, item: WorkItem, decide: Callable[[World, Transaction, int], float | None]) -> None:
        """Transact, and finish the item in the same commit, or put it off by the seconds that `decide` returns.

        If the lease has passed to another worker, nothing is written, because that worker decides.
        """
        self.transact_and_finish_all([item], lambda world, transaction, now, _items: [decide(world, transaction, now)])

    def transact_and_finish_all(
        self,
        items: Sequence[WorkItem],
        decide: Callable[[World, Transaction, int, Sequence[WorkItem]], Sequence[float | None]],
    ) -> None:
        """Do the same for several items in one commit; `decide` receives the items with a valid lease."""
        for _ in range(MAX_ATTEMPTS):
            snapshot = self._read_snapshot()
            now = self.now()
            transaction = Transaction(snapshot.sealed_records, now % 1)
            for item, wait in zip(items, decide(snapshot.world, transaction, int(now), items), strict=True):
                self.work_queue.finish_in(transaction, item, wait or 0, now)
            if self.commit(transaction):
                return
            items = [item for item in items if self.work_queue.has_lease(item)]
            if not items:
                return
        raise StoreUnavailable("a record changed under every attempt to write it")

    def read_referral(self, code: str) -> tuple[bytes | None, Referral | None]:
        """Return the stored form of a referral, which guards its next write, and the referral."""
        return self.read_hashed_referral(REFERRALS.hashed(self.vault, code).hex())

    def read_hashed_referral(self, hashed_code: str) -> tuple[bytes | None, Referral | None]:
        """Return the same by the hashed code in hexadecimal digits, as work items have it."""
        key = REFERRALS.key(bytes.fromhex(hashed_code))
        raw = self.connection.execute("GET", key)
        return (raw, REFERRALS.open(self.vault, raw, key)) if raw else (None, None)

    def save_referral(self, transaction: Transaction, referral: Referral, raw: bytes | None) -> None:
        write_referral(transaction, self.vault, self.settings.times, referral, raw)

    def read_message(self, id_: str) -> OutboundText | None:
        key = MESSAGES.key(id_)
        raw = self.connection.execute("GET", key)
        return MESSAGES.open(self.vault, raw, key) if raw else None

    def delete_message(self, id_: str) -> None:
        self.connection.execute("DEL", MESSAGES.key(id_))

    def queue_message(self, transaction: Transaction, message: OutboundText, now: int) -> str:
        return queue_message(transaction, self.vault, message, now)

    def read_ratings(self) -> Ratings:
        return Ratings(self.connection, self.vault)

    def read_event_counts(self) -> dict[CountedEvent, int]:
        return read_event_counts(self.connection)

    def used_memory_share(self) -> float:
        """Return the share of Redis' `maxmemory` that is used; 0 where none is set."""
        return self.connection.used_memory_share()

    def used_memory_bytes(self) -> int:
        return self.connection.used_memory_bytes()

    def start_file_rewrite(self) -> None:
        """Start to rewrite the append-only file. Raises RedisError where a rewrite runs, or Redis has no such file."""
        self.connection.redis.bgrewriteaof()

    def copy_tombstones(self, log: TombstoneLog) -> None:
        log.copy_from_redis(self.connection, self.vault)

    def read_tombstones(self) -> set[Tombstone]:
        return set(read_all(self.connection, self.vault, {}).values())

    def save_balance(self, amount: float, currency: str) -> None:
        save_balance(self.connection, amount, currency)

    def is_demo_seeded(self) -> bool:
        return bool(self.connection.execute("EXISTS", DEMO.key("seeded")))

    def mark_demo_seeded(self) -> None:
        self.connection.execute("SET", DEMO.key("seeded"), 1)

    def may_be_answered(self, number: Number) -> bool:
        """Whether this phone wrote to us or agreed to texts, and has not sent STOP since."""
        tag = derive_tags(self.vault, number).reply_window
        return bool(self.connection.execute("EXISTS", keys.reply_window(tag), keys.referral_consent(tag)))

    def wants_news(self, number: Number) -> bool:
        """Whether this phone belongs to a member who wants news."""
        member = self.read_world().members.get(self.vault.token(number, Purpose.MEMBER))
        return member is not None and member.wants_news and not member.has_expired(self.now())

    def read_subscription(self, token: bytes) -> Subscription | None:
        raw = self.connection.execute("HGET", keys.subscription_bucket(token), token)
        return Subscription.unpack(raw) if raw else None

    def number(self, token: bytes, purpose: Purpose) -> Number:
        return self.vault.number(token, purpose)

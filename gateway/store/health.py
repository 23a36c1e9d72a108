"""The health of the service as Redis shows it. The cost does not depend on the number of people."""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from gateway.errors import StoreUnavailable
from gateway.store.connection import Connection
from gateway.store.records.service import BALANCE_TTL_S, CLOCK, DUE, SCHEMA
from gateway.store.records.tables import ALARMS
from gateway.store.send_counters import SendCounters

BALANCE_KEY: Final = CLOCK.key("balance")
NO_EVICTION: Final = "noeviction"
_CAUSE: Final = re.compile(r"[a-z][a-z_-]{0,30}")


class LaneBacklog(msgspec.Struct, frozen=True):
    """Items of a lane that are due and not claimed. `oldest_s`: the seconds since the oldest item became due."""

    count: int
    oldest_s: float


class Durability(msgspec.Struct, frozen=True):
    """How durable Redis' records are. Memory in bytes; `max_memory_bytes` 0: no limit."""

    appendonly: bool
    fsync_always: bool | None
    """None where this Redis hides its settings"""
    writes_ok: bool
    replicas: int
    memory_bytes: int
    max_memory_bytes: int
    is_replica: bool
    evicts: bool

    def problems(self) -> list[str]:
        """Return what an operator must put right, in plain words."""
        wrong = {
            "Redis can lose acknowledged data": not self.appendonly or self.fsync_always is False,
            "Redis cannot write to its disk": not self.writes_ok,
            "Redis is a read-only replica: REDIS_URL must name the master": self.is_replica,
            "Redis deletes records when memory is short: set maxmemory-policy noeviction": self.evicts,
        }
        return [text for text, is_wrong in wrong.items() if is_wrong]


class Balance(msgspec.Struct, frozen=True):
    """The balance of the account at the network, and when it was last requested (Unix seconds)."""

    amount: float
    currency: str
    at: float


class StoreHealth(msgspec.Struct, frozen=True):
    backlogs: dict[str, LaneBacklog]
    send_counts: dict[str, dict[str, int]]
    """by lane and result"""
    alarms: tuple[str, ...]
    """causes"""
    balance: Balance | None
    schema: int
    """number of the layout; 0: none yet"""
    durability: Durability | None
    """None where this Redis does not answer INFO"""


def read_health(connection: Connection, lanes: Sequence[str]) -> StoreHealth:
    """Return the health of the service. Raises StoreUnavailable."""
    now = int(connection.now() * 1000)
    backlogs = {lane: _read_backlog(connection, lane, now) for lane in lanes}
    alarms, balance, schema = connection.batch([("HKEYS", ALARMS.name), ("HGETALL", BALANCE_KEY), ("GET", SCHEMA.name)])
    return StoreHealth(
        backlogs=backlogs,
        send_counts=SendCounters(connection).read(),
        alarms=tuple(sorted({_safe_cause(field) for field in alarms})),
        balance=_parse_balance(balance),
        schema=int(schema or 0),
        durability=read_durability(connection),
    )


def _safe_cause(field: bytes) -> str:
    """Return the cause of an alarm as a public label; any other text becomes `other`."""
    cause = field.decode("ascii", "replace")
    return cause if _CAUSE.fullmatch(cause) else "other"


def _read_backlog(connection: Connection, lane: str, now: int) -> LaneBacklog:
    due = DUE.key(lane)
    count, first = connection.batch(
        [("ZCOUNT", due, "-inf", now), ("ZRANGEBYSCORE", due, "-inf", now, "WITHSCORES", "LIMIT", 0, 1)]
    )
    return LaneBacklog(int(count), max(0.0, now - first[0][1]) / 1000 if first else 0.0)


def save_balance(connection: Connection, amount: float, currency: str) -> None:
    """Store the balance of the account at the network for a day."""
    fields = ("amount", amount, "currency", currency, "at", connection.now())
    connection.batch([("HSET", BALANCE_KEY, *fields), ("EXPIRE", BALANCE_KEY, BALANCE_TTL_S)])


def _parse_balance(raw: dict[bytes, bytes]) -> Balance | None:
    if not raw:
        return None
    return Balance(float(raw[b"amount"]), raw[b"currency"].decode(), float(raw[b"at"]))


def read_durability(connection: Connection) -> Durability | None:
    try:
        info: dict[str, str] = {}
        for section in ("persistence", "replication", "memory"):
            info |= _parse_info(connection.execute("INFO", section))
    except StoreUnavailable:
        return None
    return Durability(
        appendonly=info.get("aof_enabled") == "1",
        fsync_always=_fsync_always(connection),
        writes_ok=info.get("aof_last_write_status", "ok") == "ok",
        replicas=int(info.get("connected_slaves", 0)),
        memory_bytes=int(info.get("used_memory", 0)),
        max_memory_bytes=int(info.get("maxmemory", 0)),
        is_replica=info.get("role") == "slave",
        evicts=info.get("maxmemory_policy", NO_EVICTION) != NO_EVICTION,
    )


def _fsync_always(connection: Connection) -> bool | None:
    try:
        answer: Any = connection.execute("CONFIG", "GET", "appendfsync")
    except StoreUnavailable:
        return None
    return b"always" in (answer.values() if isinstance(answer, dict) else answer)


def _parse_info(info: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in info.decode().splitlines() if not line.startswith("#"))
    return {name: value for name, _colon, value in lines}

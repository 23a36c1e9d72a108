"""Redis: is it there, does it keep everything, does it show nothing."""

from typing import Any

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.errors import StoreUnavailable
from gateway.store import Connection

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
MIN_LISTPACK_ENTRIES = 512
"""entries up to which a hash lies packed: Redis' own default up to 7, valkey's and later ones' may be 128"""


def check(connection: Connection) -> Findings:
    """Nothing else can be asked where the first line says that it is away."""
    if not is_reachable(connection):
        yield must("Redis does not answer at REDIS_URL: nothing can be kept, callers hear an apology")
        return
    yield from or_ok(_check_connection(connection), "Redis is on this machine, or asks for a password")
    try:
        found = read_config(connection)
    except StoreUnavailable:
        yield must("Redis does not show its settings: see that it has appendonly yes, appendfsync always, noeviction")
        return
    yield from or_ok(check_durability(found), "Redis writes everything down at once and evicts nothing")
    yield from or_ok(_check_slow_log(found), "Redis' slow log keeps no arguments")
    yield from or_ok(_check_memory(found), "Redis' memory has a bound, and small records lie packed")


def is_reachable(connection: Connection) -> bool:
    try:
        return bool(connection.execute("PING"))
    except StoreUnavailable:
        return False


def _check_connection(connection: Connection) -> Findings:
    place = connection.redis_url
    at = place.server
    if at.path or all(host in LOOPBACK_HOSTS for host in place.hosts):
        return
    if not at.password:
        yield must("Redis is on another machine and REDIS_URL has no password")
    if not at.tls:
        yield should(f"Redis is on another machine and the way there is not encrypted: use {place.encrypted_scheme}")


def read_config(connection: Connection) -> dict[str, str]:
    """Redis' own settings, as far as they matter here. Raises StoreAway where it does not show them."""
    wanted = (
        "appendonly", "appendfsync", "maxmemory-policy", "maxmemory", "slowlog-max-len", "slowlog-log-slower-than",
        "hash-max-ziplist-entries", "min-replicas-to-write",
    )  # fmt: skip
    found: dict[str, str] = {}
    for name in wanted:
        answer: Any = connection.execute("CONFIG", "GET", name)
        pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
        found |= {key.decode(): value.decode() for key, value in pairs}
    return found


def check_durability(config: dict[str, str]) -> Findings:
    if config.get("appendonly") != "yes":
        yield must("Redis forgets when it stops: set appendonly yes")
    elif config.get("appendfsync") != "always":
        yield must("Redis can forget the last second: set appendfsync always")
    if config.get("maxmemory-policy") != "noeviction":
        yield must("Redis throws records away when memory is short: set maxmemory-policy noeviction")


def _check_slow_log(config: dict[str, str]) -> Findings:
    if config.get("slowlog-max-len") != "0" and not config.get("slowlog-log-slower-than", "").startswith("-"):
        yield should("Redis' slow log keeps the arguments of slow commands: set slowlog-max-len 0")


def _check_memory(config: dict[str, str]) -> Findings:
    if config.get("maxmemory") == "0":
        yield should("Redis may fill the machine's memory: set maxmemory; of its last tenth only warnings make use")
    if int(config.get("hash-max-ziplist-entries", MIN_LISTPACK_ENTRIES)) < MIN_LISTPACK_ENTRIES:
        yield should(f"large areas take thrice the memory: set hash-max-listpack-entries {MIN_LISTPACK_ENTRIES}")

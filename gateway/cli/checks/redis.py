"""Redis: whether it answers, loses no acknowledged write, and reveals nothing."""

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
MIN_LISTPACK_ENTRIES = 512
"""entries up to which a hash is packed; the default of Redis up to 7; Valkey and later Redis may have 128"""


def check(admin: RedisAdmin) -> Findings:
    """Check Redis; where it does not answer, that is the only finding."""
    if not admin.is_reachable():
        yield must("Redis does not answer at REDIS_URL: nothing can be stored, callers get an apology")
        return
    yield from or_ok(_check_connection(admin), "Redis is on this machine, or requires a password")
    try:
        found = admin.read_config()
    except StoreUnavailable:
        yield must(
            "Redis does not show its settings: make sure that it has appendonly yes, appendfsync always, noeviction"
        )
        return
    yield from or_ok(check_durability(found), "Redis writes to disk before it acknowledges, and evicts nothing")
    yield from or_ok(_check_slow_log(found), "Redis' slow log keeps no arguments")
    yield from or_ok(_check_memory(found), "Redis' memory has a limit, and small records are packed")


def _check_connection(admin: RedisAdmin) -> Findings:
    place = admin.redis_url
    at = place.server
    if at.path or all(host in LOOPBACK_HOSTS for host in place.hosts):
        return
    if not at.password:
        yield must("Redis is on another machine and REDIS_URL has no password")
    if not at.tls:
        yield should(f"Redis is on another machine and the connection is not encrypted: use {place.encrypted_scheme}")


def check_durability(config: dict[str, str]) -> Findings:
    if config.get("appendonly") != "yes":
        yield must("Redis loses all records when it stops: set appendonly yes")
    elif config.get("appendfsync") != "always":
        yield must("Redis can lose the last second of writes: set appendfsync always")
    if config.get("maxmemory-policy") != "noeviction":
        yield must("Redis deletes records when memory is short: set maxmemory-policy noeviction")


def _check_slow_log(config: dict[str, str]) -> Findings:
    if config.get("slowlog-max-len") != "0" and not config.get("slowlog-log-slower-than", "").startswith("-"):
        yield should("Redis' slow log keeps the arguments of slow commands: set slowlog-max-len 0")


def _check_memory(config: dict[str, str]) -> Findings:
    if config.get("maxmemory") == "0":
        yield should("Redis may fill the machine's memory: set maxmemory (only warnings use its last tenth)")
    if int(config.get("hash-max-ziplist-entries", MIN_LISTPACK_ENTRIES)) < MIN_LISTPACK_ENTRIES:
        yield should(f"large areas take three times the memory: set hash-max-listpack-entries {MIN_LISTPACK_ENTRIES}")

"""Redis: is it there, does it keep everything, does it show nothing."""

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
MIN_LISTPACK_ENTRIES = 512
"""entries up to which a hash lies packed: Redis' own default up to 7, valkey's and later ones' may be 128"""


def check(admin: RedisAdmin) -> Findings:
    """Nothing else can be asked where the first line says that it is away."""
    if not admin.is_reachable():
        yield must("Redis does not answer at REDIS_URL: nothing can be kept, callers hear an apology")
        return
    yield from or_ok(_check_connection(admin), "Redis is on this machine, or asks for a password")
    try:
        found = admin.read_config()
    except StoreUnavailable:
        yield must("Redis does not show its settings: see that it has appendonly yes, appendfsync always, noeviction")
        return
    yield from or_ok(check_durability(found), "Redis writes everything down at once and evicts nothing")
    yield from or_ok(_check_slow_log(found), "Redis' slow log keeps no arguments")
    yield from or_ok(_check_memory(found), "Redis' memory has a bound, and small records lie packed")


def _check_connection(admin: RedisAdmin) -> Findings:
    place = admin.redis_url
    at = place.server
    if at.path or all(host in LOOPBACK_HOSTS for host in place.hosts):
        return
    if not at.password:
        yield must("Redis is on another machine and REDIS_URL has no password")
    if not at.tls:
        yield should(f"Redis is on another machine and the way there is not encrypted: use {place.encrypted_scheme}")


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

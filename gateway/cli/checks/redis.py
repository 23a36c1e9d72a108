"""Redis: whether it answers, loses no acknowledged write, and reveals nothing."""

import os
import stat
from pathlib import Path

from gateway.cli.checks.finding import Findings, must, or_ok, should
from gateway.errors import RightMissing, StoreUnavailable
from gateway.store import schema, server_version
from gateway.store.admin import RedisAdmin

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
OPEN_ADVICE = "give each process its user: `mwavuli redis-acl`"
MIN_LISTPACK_ENTRIES = 512
"""entries up to which a hash is packed; the default of Redis up to 7; Valkey and later Redis may have 128"""


def check(admin: RedisAdmin, accepted: str = "") -> Findings:
    """Check Redis; where it does not answer, that is the only finding."""
    if failure := admin.find_failure():
        yield must(
            f"Redis does not answer at REDIS_URL: nothing can be stored, callers get an apology ({failure}). "
            "SSL: name its authority in ssl_ca_certs, and its own host name. Authentication: compare user and password"
        )
        return
    yield from or_ok(_check_access(admin), "Redis asks for a password, or its socket lies in a folder of ours alone")
    yield from or_ok(_check_connection(admin), "the connection to Redis leaves this machine encrypted, or not at all")
    yield from or_ok(_check_version(admin, accepted), f"Redis has the fix of {server_version.CVE}")
    yield from or_ok(_check_rights(admin), "no user of a process may end all processes")
    yield from or_ok(_check_contents(admin), "Redis is a master, and holds no keys of other software")
    try:
        found = admin.read_config()
    except StoreUnavailable:
        yield must(
            "Redis does not show its settings: make sure that it has appendonly yes, appendfsync always, noeviction"
        )
        return
    yield from or_ok(check_durability(found), "Redis writes to disk before it acknowledges, and evicts nothing")
    yield from or_ok(_check_databases(found), "Redis has one database, in which nothing is hidden")
    yield from or_ok(_check_slow_log(found), "Redis' slow log keeps no arguments")
    yield from or_ok(_check_memory(found), "Redis' memory has a limit, and small records are packed")


def _check_access(admin: RedisAdmin) -> Findings:
    """A person who can write to Redis can silence warnings. On loopback every account of the machine can."""
    at = admin.redis_url.server
    if at.path and _is_private(Path(at.path).parent):
        return
    if not at.password:
        yield must(f"REDIS_URL has no password: {OPEN_ADVICE}, or a unix socket in a folder of mode 700 that is ours")
    elif admin.is_open_to_anybody():
        yield must(f"Redis answers without a password as well: {OPEN_ADVICE}, which turns the default user off")
    elif not at.username or at.username == "default":
        yield should(f"Redis' default user may do everything: {OPEN_ADVICE}")


def _is_private(folder: Path) -> bool:
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _check_connection(admin: RedisAdmin) -> Findings:
    place = admin.redis_url
    if not admin.is_reachable_by_web():
        yield must("commands reach Redis by REDIS_URL, but the web's client does not: callers get an apology")
    if place.server.tls and not place.tls_options.verifies:
        yield must("REDIS_URL trusts any server: remove ssl_cert_reqs and ssl_check_hostname, and name ssl_ca_certs")
    is_here = place.server.path or all(host in LOOPBACK_HOSTS for host in place.hosts)
    if not is_here and not place.server.tls:
        yield should(f"Redis is on another machine and the connection is not encrypted: use {place.encrypted_scheme}")


def _check_version(admin: RedisAdmin, accepted: str) -> Findings:
    found = admin.read_version()
    if not found.lacks_fix or found.number == accepted:
        return
    advice = f"{found.describe_fix()}: upgrade it; if its distributor put the fix in, set MWAVULI_REDIS_ACCEPTED"
    yield should(advice) if admin.redis_url.server.path else must(advice)


def _check_rights(admin: RedisAdmin) -> Findings:
    """Only the admin may give the signals that every process obeys: a wipe, a restore, other keys."""
    version = admin.read_version()
    if not version.knows_read_only_keys:
        yield should(f"{version} cannot keep a process from ending all others: the users need Redis 7.0 or Valkey")
        return
    try:
        is_old = bool(admin.users_that_may_close())
    except RightMissing:
        is_old = True
    if is_old:
        yield should("Redis' users are of an older release, and a process's password ends all processes: run "
                     "`mwavuli redis-acl` again")  # fmt: skip


def _check_contents(admin: RedisAdmin) -> Findings:
    durability = admin.read_durability()
    if durability and durability.is_replica:
        yield must("Redis is a read-only replica, and nothing can be saved: REDIS_URL must name the master")
    if found := admin.find_foreign_keys():
        yield must(
            f"Redis holds keys that are not ours: {len(found)}, e.g. {schema.describe_key(found[0])}: give Mwavuli a "
            "Redis of its own"
        )
    if elsewhere := admin.count_in_other_databases():
        yield must(f"other databases of this Redis hold {elsewhere} keys: give Mwavuli a Redis of its own")
    if refused := sum(admin.foreign_entries.counts().values()):
        yield must(f"{refused} entries of our queues were written by another program: {OPEN_ADVICE}, and find it")


def check_durability(config: dict[str, str]) -> Findings:
    if config.get("appendonly") != "yes":
        yield must("Redis loses all records when it stops: set appendonly yes")
    elif config.get("appendfsync") != "always":
        yield must("Redis can lose the last second of writes: set appendfsync always")
    if config.get("maxmemory-policy") != "noeviction":
        yield must("Redis deletes records when memory is short: set maxmemory-policy noeviction")


def _check_databases(config: dict[str, str]) -> Findings:
    """Users have the same rights in each database, and no STOP, rotation or wipe finds what was copied to another."""
    if config.get("databases") != "1":
        yield should("Redis has several databases, where copies of records can be hidden: set databases 1")


def _check_slow_log(config: dict[str, str]) -> Findings:
    if config.get("slowlog-max-len") != "0" and not config.get("slowlog-log-slower-than", "").startswith("-"):
        yield should("Redis' slow log keeps the arguments of slow commands: set slowlog-max-len 0")


def _check_memory(config: dict[str, str]) -> Findings:
    if config.get("maxmemory") == "0":
        yield should("Redis may fill the machine's memory: set maxmemory (only warnings use its last tenth)")
    if int(config.get("hash-max-ziplist-entries", MIN_LISTPACK_ENTRIES)) < MIN_LISTPACK_ENTRIES:
        yield should(f"large areas take three times the memory: set hash-max-listpack-entries {MIN_LISTPACK_ENTRIES}")

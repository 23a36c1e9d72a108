"""A Redis user for each process, with the rights that this process needs and no other.

Keys come from the declarations of records. A user who is no admin cannot list keys, read or change Redis' settings,
empty it, or run a script that the clock or an admin did not load. Redis checks the commands inside a script as well.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from gateway.store.keys import ABSENT_KEY
from gateway.store.records import KINDS
from gateway.store.records.kind import ProcessRights, RecordKind, TableKind
from gateway.store.records.tables import VERSIONS

READ_ONLY: Final = "%R"
"""Before a pattern: its keys may only be read. Redis knows it since 7.0, as every Valkey does."""
DATA_TYPES: Final = ("@string", "@hash", "@set", "@sortedset", "@list")
"""All harmless commands on these types: a command that was forgotten would silence a warning."""
KEY_COMMANDS: Final = (
    "exists", "type", "del", "unlink", "copy", "persist", "ttl", "pttl", "expire", "expireat", "pexpire", "pexpireat",
    "pfadd", "pfcount", "ping", "multi", "exec", "discard", "watch", "unwatch", "wait", "time", "info", "evalsha",
    "client|setname",
)  # fmt: skip
_TAKES_JOBS: Final = ("client|info", "bgrewriteaof")
_LOADS_SCRIPTS: Final = ("script|load", "script|exists")
_ADMINISTERS: Final = (
    "client|list", "scan", "dbsize", "rename", "config|get", "flushall", "bgrewriteaof", "shutdown", "acl|dryrun",
)  # fmt: skip


DEFAULT_USER: Final = "user default off resetpass ~* &* +@all"
"""Nobody can log in as this user. It keeps its rights, because Redis reads its append-only file as this user: without
them a restart would drop every transaction in the file, and say nothing."""


class RedisUser(StrEnum):
    """The processes, by the names of their systemd units, and `admin` for commands."""

    WEB = "web"
    ALERTS = "worker-alerts"
    MESSAGES = "worker-messages"
    BULK = "worker-bulk"
    CLOCK = "clock"
    DESK = "desk"
    ADMIN = "admin"


def commands_of(user: RedisUser) -> tuple[str, ...]:
    """Return the commands that this user may run besides those of DATA_TYPES, as an ACL names them."""
    if user is RedisUser.ADMIN:
        return (*KEY_COMMANDS, *_LOADS_SCRIPTS, *_ADMINISTERS)
    if user is RedisUser.CLOCK:
        return (*KEY_COMMANDS, *_LOADS_SCRIPTS)
    return KEY_COMMANDS if user in (RedisUser.WEB, RedisUser.DESK) else (*KEY_COMMANDS, *_TAKES_JOBS)


def acl_file(passwords: Mapping[RedisUser, str]) -> str:
    """Return the content of Redis' `aclfile`. It holds no password, only hashes."""
    lines = [DEFAULT_USER, *(_user_line(user, passwords[user]) for user in RedisUser)]
    return "".join(f"{line}\n" for line in lines)


def _user_line(user: RedisUser, password: str) -> str:
    secret = hashlib.sha256(password.encode()).hexdigest()
    data = [*(f"+{category}" for category in DATA_TYPES), "-@dangerous"]
    words = [f"user {user}", "on", f"#{secret}", "resetchannels", *_key_patterns(user), "-@all", *data]
    return " ".join([*words, *(f"+{command}" for command in commands_of(user))])


def _key_patterns(user: RedisUser) -> Iterable[str]:
    if user is RedisUser.ADMIN:  # commands count and spare the keys of other software, and an upgrade knows older kinds
        yield "~*"
        return
    yield f"~{ABSENT_KEY.decode()}"
    for _name, kind in sorted(KINDS.items()):
        yield from _kind_patterns(kind, user)


def _kind_patterns(kind: RecordKind, user: RedisUser) -> Iterable[str]:
    """Return the patterns for the keys of one kind, as a process may use them."""
    rights = kind.process_rights
    if rights is ProcessRights.NONE or (rights is ProcessRights.DESK and user is not RedisUser.DESK):
        return
    sign = READ_ONLY if rights is ProcessRights.READ else ""
    yield from (f"{sign}~{kind.name}", f"{sign}~{kind.name}:*")
    if isinstance(kind, TableKind) and rights is ProcessRights.WRITE:
        yield from (f"~{VERSIONS.key(name).decode()}" for name in (kind.name, *kind.other_versions))

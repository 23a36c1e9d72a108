"""Deletes all our records in Redis. The keys are destroyed first, without Redis (`gateway.crypto.keyring`)."""

import re

from gateway.store import access_state, schema
from gateway.store.commands import Command
from gateway.store.connection import Connection

_KEYSPACE_PATTERN = re.compile(rb"^db(\d+):keys=(\d+)", re.MULTILINE)


def close_access(connection: Connection) -> None:
    """Turn maintenance mode on: from now on no machine claims work or sends a text."""
    access_state.close_access(connection, access_state.WIPED)


def flush(connection: Connection, state: str = access_state.WIPED, *writes: Command) -> int:
    """Delete all our records, set the access state, and return how many keys of other software are left.

    `writes` are made in the same step.

    Without any, Redis is emptied, and frees its memory in the background.
    """
    foreign = len(schema.find_foreign_keys(connection)) + count_in_other_databases(connection)
    after = (("SET", access_state.KEY, state), *writes, ("EXEC",))
    if foreign:
        _delete_ours(connection)
        connection.batch([("MULTI",), *after])
    else:
        connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), *after])
    return foreign


def count_in_other_databases(connection: Connection) -> int:
    """Return the number of keys in the databases of this Redis that REDIS_URL does not name."""
    found: dict[bytes, bytes] = dict(_KEYSPACE_PATTERN.findall(connection.execute("INFO", "keyspace")))
    found.pop(str(connection.redis_url.server.db).encode(), None)
    return sum(map(int, found.values()))


def _delete_ours(connection: Connection) -> None:
    keys = schema.find_own_keys(connection)
    for at in range(0, len(keys), schema.SCAN_COUNT):
        connection.execute("UNLINK", *keys[at : at + schema.SCAN_COUNT])


def reopen_after_wipe(connection: Connection) -> bool:
    """End maintenance mode. Return False where Redis holds records, because it was unreachable during the wipe."""
    if access_state.read_state(connection) != access_state.WIPED and schema.holds_records(connection):
        return False
    connection.execute("DEL", access_state.KEY)
    return True

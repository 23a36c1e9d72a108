"""Deletes everything in Redis. The keys are destroyed first, without Redis (`gateway.crypto.keyring`)."""

from gateway.store import access_state, schema
from gateway.store.connection import Connection


def close_access(connection: Connection) -> None:
    """Turn maintenance mode on: from now on no machine claims work or sends a text."""
    access_state.close_access(connection, access_state.WIPED)


def flush(connection: Connection) -> None:
    """Empty Redis except for the access state; Redis frees its memory in the background."""
    connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), ("SET", access_state.KEY, access_state.WIPED), ("EXEC",)])


def reopen_after_wipe(connection: Connection) -> bool:
    """End maintenance mode. Return False where Redis holds records, because it was unreachable during the wipe."""
    if access_state.read_state(connection) != access_state.WIPED and schema.holds_records(connection):
        return False
    connection.execute("DEL", access_state.KEY)
    return True

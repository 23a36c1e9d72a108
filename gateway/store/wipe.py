"""Delete everything that Redis holds. The keys are destroyed first, without Redis (`gateway.crypto.keyring`)."""

from gateway.store import access_state, schema
from gateway.store.connection import Connection


def close_access(connection: Connection) -> None:
    """From this moment nobody is claimed, and no text leaves, on any machine."""
    access_state.close_access(connection, access_state.WIPED)


def flush(connection: Connection) -> None:
    """Empty Redis but for the word at its door; memory is given back behind the scenes."""
    connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), ("SET", access_state.KEY, access_state.WIPED), ("EXEC",)])


def reopen_after_wipe(connection: Connection) -> bool:
    """Take the word from the door; False where Redis still holds records, for it was away during the wipe."""
    if access_state.read_state(connection) != access_state.WIPED and schema.holds_records(connection):
        return False
    connection.execute("DEL", access_state.KEY)
    return True

"""The end of everything that Redis holds. The keys are destroyed before this, and without Redis (`gateway.keyring`)."""

from gateway.store import door, schema
from gateway.store.connection import Connection


def shut(connection: Connection) -> None:
    """From this moment nobody is claimed, and no text leaves, on any machine."""
    door.shut(connection, door.WIPED)


def flush(connection: Connection) -> None:
    """Empty Redis but for the word at its door; memory is given back behind the scenes."""
    connection.batch([("MULTI",), ("FLUSHALL", "ASYNC"), ("SET", door.KEY, door.WIPED), ("EXEC",)])


def begin_anew(connection: Connection) -> bool:
    """Take the word from the door; False where Redis still holds records, for it was away during the wipe."""
    if door.stands(connection) != door.WIPED and schema.holds_records(connection):
        return False
    connection.call("DEL", door.KEY)
    return True

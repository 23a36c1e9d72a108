"""The door of the store: one word in Redis that every process of every machine meets, and the mark of this machine.

`door` holds the name of the keys that are in use (`Vault.name`); or `rotating:` and the name of those to come,
`restoring` or `wiped`: then no turn is taken and no person is claimed, in the very script that would do it
(`lua/door.lua`).
"""

from pathlib import Path
from typing import Final

from gateway.crypto.keyring import KEYRING_FILE, raise_if_wiped
from gateway.errors import StoreClosed
from gateway.store.connection import Connection
from gateway.store.records.service import ACCESS

KEY: Final = ACCESS.name
ROTATING, RESTORING, WIPED = "rotating", "restoring", "wiped"
CLOSED_REASONS = {
    ROTATING: "the keys are being changed; if that was interrupted, run `mwavuli rotate-key` again",
    RESTORING: "a backup is being restored; if that was interrupted, run `mwavuli restore` again",
    WIPED: "everything was wiped; if not on this machine: destroy its keyring too, with `mwavuli wipe`",
}

OTHER_KEYRING_REASON = "Redis is read with the keys of another keyring: this machine needs that file"


def read_state(connection: Connection) -> str:
    """What stands at the door; empty where nothing does."""
    word: bytes | None = connection.execute("GET", KEY)
    return (word or b"").decode()


def close_access(connection: Connection, state: str) -> None:
    connection.execute("SET", KEY, state)


def open_access(connection: Connection, key_id: str) -> None:
    """For processes that hold the keys of this name; all others open anew."""
    connection.execute("SET", KEY, key_id)


def is_closed(state: str) -> bool:
    return state.split(":")[0] in CLOSED_REASONS


def describe_state(state: str) -> str:
    """Why it is closed, for a log."""
    return CLOSED_REASONS.get(state.split(":")[0], OTHER_KEYRING_REASON)


class AccessState:
    def __init__(self, connection: Connection, data_dir: Path):
        self._connection = connection
        self._keyring_path = data_dir / KEYRING_FILE

    def check(self) -> None:
        """Raises Wiped or Closed. What a process does that holds the key."""
        raise_if_wiped(self._keyring_path)
        word = read_state(self._connection)
        if word and word != self._connection.key_id:
            raise StoreClosed(describe_state(word))

    def raise_if_wiped(self) -> None:
        """Before every provider call. Raises Wiped. The word in Redis was met by the claim a moment before."""
        raise_if_wiped(self._keyring_path)

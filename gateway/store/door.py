"""The door of the store: one word in Redis that every process of every machine meets, and the mark of this machine.

`door` holds the name of the keys that are in use (`Vault.name`); or `rotating:` and the name of those to come,
`restoring` or `wiped`: then no turn is taken and no person is claimed, in the very script that would do it
(`lua/door.lua`).
"""

from pathlib import Path
from typing import Final

from gateway.errors import Closed
from gateway.keyring import NAME, see_that_it_stands
from gateway.store.connection import Connection

KEY: Final = "door"
ROTATING, RESTORING, WIPED = "rotating", "restoring", "wiped"
WHY = {
    ROTATING: "the keys are being changed; if that was interrupted, run `mwavuli rotate-key` again",
    RESTORING: "a backup is being restored; if that was interrupted, run `mwavuli restore` again",
    WIPED: "everything was wiped; if not on this machine: destroy its keyring too, with `mwavuli wipe`",
}

OTHERS = "Redis is read with the keys of another keyring: this machine needs that file"


def stands(connection: Connection) -> str:
    """What stands at the door; empty where nothing does."""
    word: bytes | None = connection.call("GET", KEY)
    return (word or b"").decode()


def shut(connection: Connection, why: str) -> None:
    connection.call("SET", KEY, why)


def reopen(connection: Connection, name: str) -> None:
    """For processes that hold the keys of this name; all others open anew."""
    connection.call("SET", KEY, name)


def is_shut(word: str) -> bool:
    return word.split(":")[0] in WHY


def said(word: str) -> str:
    """Why it is closed, for a log."""
    return WHY.get(word.split(":")[0], OTHERS)


class Door:
    def __init__(self, connection: Connection, data_dir: Path):
        self._connection = connection
        self._keyring = data_dir / NAME

    def look(self) -> None:
        """Raises Wiped or Closed. What a process does that holds the key."""
        see_that_it_stands(self._keyring)
        word = stands(self._connection)
        if word and word != self._connection.held:
            raise Closed(said(word))

    def see_that_nothing_was_wiped(self) -> None:
        """Before every provider call. Raises Wiped. The word in Redis was met by the claim a moment before."""
        see_that_it_stands(self._keyring)

"""Everything that Redis holds, moved from one version of the keys to the next, while the door is shut.

Each record moves in one transaction and is known by the key that opens it, so a move that was cut off anywhere is
simply run again. Names that are digests move unseen, by being hashed again (`Vault.moved`); which of them have moved
cannot be told from them, so they wait under `moved:` until all have.

Dropped: sessions (the caller dials again) and tombstones (they belong to backups that the old key sealed).
"""

import time
from collections.abc import Callable, Iterator

from gateway.store import door
from gateway.store.connection import Connection
from gateway.store.moves import MOVERS
from gateway.store.moving import Moves
from gateway.vault import Vault

WAITING = b"moved:"
NAMES_MOVED = "moved"
"""set once every name waits: from then on names are only given back"""
LOOK = 0.1
"""seconds"""


def drain(connection: Connection, lease: float) -> None:
    """Wait for what workers had taken up before the door was shut: at most a lease."""
    until = time.monotonic() + lease
    while _held(connection) and time.monotonic() < until:
        time.sleep(LOOK)


def _held(connection: Connection) -> bool:
    now = connection.now() * 1000
    for taken in list(_keys(connection, "takes:*")):
        items = connection.call("HKEYS", taken)
        due = taken.replace(b"takes:", b"due:", 1)
        ends = connection.batch([("ZSCORE", due, item) for item in items])
        if any(end is not None and float(end) > now for end in ends):
            return True
    return False


def move(connection: Connection, old: Vault, new: Vault, tell: Callable[[int], None]) -> list[str]:
    """Move everything; `tell` hears how many keys were looked at. Returns the kinds that nothing says how to move."""
    strange: set[str] = set()
    if not connection.call("EXISTS", NAMES_MOVED):
        moves = Moves(connection, old, new)
        for key in _keys(connection):
            kind = key.split(b":", 1)[0].decode(errors="replace")
            if kind in MOVERS:
                MOVERS[kind](moves, key)
            else:
                strange.add(kind)
            tell(1)
        connection.call("SET", NAMES_MOVED, 1)
    for key in list(_keys(connection, "moved:*")):
        connection.call("RENAME", key, key.removeprefix(WAITING))
    connection.call("DEL", NAMES_MOVED)
    return sorted(strange)


def _keys(connection: Connection, pattern: str = "*") -> Iterator[bytes]:
    """Every key that is there from beginning to end."""
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.call("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        yield from found
        if int(cursor) == 0:
            return


def word(to: Vault) -> str:
    """What stands at the door while everything moves to these keys."""
    return f"{door.ROTATING}:{to.name}"

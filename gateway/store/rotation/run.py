"""Everything that Redis holds, moved from one version of the keys to the next, while the door is shut.

Each record moves in one transaction and is known by the key that opens it, so a move that was cut off anywhere is
simply run again. Names that are digests move unseen, by being hashed again (`Vault.moved`); which of them have moved
cannot be told from them, so they wait under `moved:` until all have.

Dropped: sessions (the caller dials again) and tombstones (they belong to backups that the old key sealed).
"""

import time
from collections.abc import Callable, Iterator

from gateway.crypto.vault import Vault
from gateway.store import access_state
from gateway.store.connection import Connection
from gateway.store.records import kind_of
from gateway.store.records.service import CLAIMS, DUE, RENAMED
from gateway.store.rotation.reencrypt import Reencryptor
from gateway.store.rotation.rules import rule_of

RENAMED_PREFIX = RENAMED.key("")
ALL_RENAMED = RENAMED.name
"""set once every name waits: from then on names are only given back"""
POLL_INTERVAL_S = 0.1
"""seconds"""


def drain(connection: Connection, lease_s: float) -> None:
    """Wait for what workers had taken up before the door was shut: at most a lease."""
    until = time.monotonic() + lease_s
    while _has_live_leases(connection) and time.monotonic() < until:
        time.sleep(POLL_INTERVAL_S)


def _has_live_leases(connection: Connection) -> bool:
    now = connection.now() * 1000
    for taken in list(_scan_keys(connection, CLAIMS.key("*"))):
        items = connection.execute("HKEYS", taken)
        due = DUE.key(taken.removeprefix(CLAIMS.key("")))
        ends = connection.batch([("ZSCORE", due, item) for item in items])
        if any(end is not None and float(end) > now for end in ends):
            return True
    return False


def reencrypt_all(connection: Connection, old: Vault, new: Vault, on_progress: Callable[[int], None]) -> list[str]:
    """Move everything; `tell` hears how many keys were looked at. Returns the kinds that nothing says how to move."""
    strange: set[str] = set()
    if not connection.execute("EXISTS", ALL_RENAMED):
        moves = Reencryptor(connection, old, new)
        for key in _scan_keys(connection):
            kind = kind_of(key)
            if kind:
                rule_of(kind)(moves, kind, key)
            else:
                strange.add(key.split(b":", 1)[0].decode(errors="replace"))
            on_progress(1)
        connection.execute("SET", ALL_RENAMED, 1)
    for key in list(_scan_keys(connection, RENAMED.key("*"))):
        connection.execute("RENAME", key, key.removeprefix(RENAMED_PREFIX))
    connection.execute("DEL", ALL_RENAMED)
    return sorted(strange)


def _scan_keys(connection: Connection, pattern: bytes = b"*") -> Iterator[bytes]:
    """Every key that is there from beginning to end."""
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.execute("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        yield from found
        if int(cursor) == 0:
            return


def rotating_state(new: Vault) -> str:
    """What stands at the door while everything moves to these keys."""
    return f"{access_state.ROTATING}:{new.key_id}"

"""Re-encrypts all records in Redis from one version of the keys to the next, in maintenance mode.

Each record changes in one transaction, and the key that opens it shows whether it was changed. So an interrupted
rotation can be run again. A tag in a key is hashed again (`Vault.rotate_digest`). A tag does not show whether it is
new, so renamed keys wait under a prefix until all are renamed.

Sessions are deleted, because the caller can dial again. Tombstones are deleted, because they belong to backups that
were sealed with the old key.
"""

import time
from collections.abc import Callable, Iterator

from gateway.crypto.vault import Vault
from gateway.errors import WrongType
from gateway.store import access_state
from gateway.store.connection import Connection
from gateway.store.records import kind_of
from gateway.store.records.service import CLAIMS, DUE, RENAMED
from gateway.store.rotation.reencrypt import Reencryptor
from gateway.store.rotation.rules import rule_of

RENAMED_PREFIX = RENAMED.key("")
ALL_RENAMED = RENAMED.name
"""The id of the new keys, after every key was renamed under the prefix. From then on the rotation to these keys only
removes the prefix. It stays until the keyring file has the new keys, because new tags would be hashed once more."""
POLL_INTERVAL_S = 0.1


def drain(connection: Connection, lease_s: float) -> None:
    """Wait until workers finish what they claimed before maintenance mode: at most a lease."""
    until = time.monotonic() + lease_s
    while _has_live_leases(connection) and time.monotonic() < until:
        time.sleep(POLL_INTERVAL_S)


def _has_live_leases(connection: Connection) -> bool:
    now = connection.now() * 1000
    for claims in list(_scan_keys(connection, CLAIMS.key("*"))):
        items = connection.execute("HKEYS", claims)
        due = DUE.key(claims.removeprefix(CLAIMS.key("")))
        ends = connection.batch([("ZSCORE", due, item) for item in items])
        if any(end is not None and float(end) > now for end in ends):
            return True
    return False


def reencrypt_all(connection: Connection, old: Vault, new: Vault, on_progress: Callable[[int], None]) -> list[str]:
    """Re-encrypt all records; return the names of keys without a declaration, which are not changed.

    `on_progress` is called with the number of keys done since the last call.
    """
    undeclared: set[str] = set()
    if connection.execute("GET", ALL_RENAMED) != new.key_id.encode():
        reencryptor = Reencryptor(connection, old, new)
        for key in _scan_keys(connection):
            if not _reencrypt(reencryptor, key):
                undeclared.add(key.split(b":", 1)[0].decode(errors="replace"))
            on_progress(1)
        connection.execute("SET", ALL_RENAMED, new.key_id)
    for key in list(_scan_keys(connection, RENAMED.key("*"))):
        connection.execute("RENAME", key, key.removeprefix(RENAMED_PREFIX))
    return sorted(undeclared)


def _reencrypt(reencryptor: Reencryptor, key: bytes) -> bool:
    """Return False for a key without a declaration, and for a value of another type, which is no record of ours."""
    kind = kind_of(key)
    try:
        if kind:
            rule_of(kind)(reencryptor, kind, key)
    except WrongType:
        return False
    return kind is not None


def finish(connection: Connection, key_id: str) -> None:
    """End maintenance mode, after the keyring file has the new keys."""
    connection.batch([("MULTI",), ("DEL", ALL_RENAMED), ("SET", access_state.KEY, key_id), ("EXEC",)])


def _scan_keys(connection: Connection, pattern: bytes = b"*") -> Iterator[bytes]:
    """Return every key that exists during the whole scan."""
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.execute("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        yield from found
        if int(cursor) == 0:
            return


def rotating_state(new: Vault) -> str:
    """Return the access state during a rotation to these keys."""
    return f"{access_state.ROTATING}:{new.key_id}"

"""The access state: one value in Redis for all machines, and the wiped flag of this machine.

The value is the id of the keys in use (`Vault.key_id`), or the reason for maintenance mode (`rotating:` with the id of
the new keys, `restoring`, or `wiped`). In maintenance mode the scripts refuse to read a turn or to claim work
(`lua/check_access.lua`).
"""

from pathlib import Path
from typing import Final

from gateway.crypto.keyring import KEYRING_FILE, raise_if_wiped
from gateway.errors import StoreClosed
from gateway.store.connection import Connection
from gateway.store.records.service import ACCESS
from gateway.store.used_keys import LOST_REASON

KEY: Final = ACCESS.name
ROTATING, RESTORING, WIPED = "rotating", "restoring", "wiped"
CLOSED_REASONS = {
    ROTATING: "the keys are being changed; if that was interrupted, run `mwavuli rotate-key` again",
    RESTORING: "a backup is being restored; if that was interrupted, run `mwavuli restore` again",
    WIPED: "everything was wiped; if not on this machine: destroy its keyring too, with `mwavuli wipe`",
}

OTHER_KEYRING_REASON = "Redis is read with the keys of another keyring: this machine needs that file"


def read_state(connection: Connection) -> str:
    """Return the access state; empty where Redis has none."""
    state: bytes | None = connection.execute("GET", KEY)
    return (state or b"").decode()


def close_access(connection: Connection, state: str) -> None:
    """Turn maintenance mode on."""
    connection.execute("SET", KEY, state)


def open_access(connection: Connection, key_id: str) -> None:
    """End maintenance mode for processes that use the keys of this id. Other processes must load their keys again."""
    connection.execute("SET", KEY, key_id)


def is_closed(state: str) -> bool:
    return state.split(":")[0] in CLOSED_REASONS


def describe_state(state: str) -> str:
    """Return the reason for maintenance mode, for a log."""
    return CLOSED_REASONS.get(state.split(":")[0], OTHER_KEYRING_REASON) if state else LOST_REASON


class AccessState:
    def __init__(self, connection: Connection, data_dir: Path):
        self._connection = connection
        self._keyring_path = data_dir / KEYRING_FILE

    def check(self) -> None:
        """Raises KeyWiped or StoreClosed where a process must not use its keys."""
        raise_if_wiped(self._keyring_path)
        state = read_state(self._connection)
        if state != self._connection.key_id:
            raise StoreClosed(describe_state(state))

    def raise_if_wiped(self) -> None:
        """Raises KeyWiped. Called before every request to a network; the claim just before it checked Redis."""
        raise_if_wiped(self._keyring_path)

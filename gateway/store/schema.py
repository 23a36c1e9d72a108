"""The number of the store's layout. A release reads its own layout, migrates older ones, and refuses newer ones."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.errors import BadInput, RightMissing, StoreClosed
from gateway.store import access_state, used_keys
from gateway.store.connection import Connection
from gateway.store.records import kind_of
from gateway.store.records.service import SCHEMA

KEY = SCHEMA.name
SCAN_COUNT = 1000
MAX_SCANS = 100_000
"""batches of SCAN_COUNT keys; no Redis of ours has more"""
MAX_SHOWN_CHARS = 40

Migration = Callable[[Connection], None]


def _add_layout_number(connection: Connection) -> None:
    """Number the first layout, which had no number."""


def _delete_feedback(connection: Connection) -> None:
    """Delete the messages to us that nobody could answer. Conversations took their place."""
    connection.execute("DEL", "words", "ver:words")


MIGRATIONS: tuple[Migration, ...] = (_add_layout_number, _delete_feedback)
"""`MIGRATIONS[n]` migrates a store from layout n to n + 1. Each may be interrupted and repeated. None may be changed or
removed."""
CURRENT_LAYOUT = len(MIGRATIONS)
UNUSED_REASON = (
    "Redis is new or was wiped, and this process may not begin it: run a command that has the key and the Redis user "
    "`admin`, for example `mwavuli areas import`"
)


def initialise_or_check(connection: Connection, data_dir: Path | None = None) -> None:
    """Give an empty Redis the current number, and record the id of the keys in use.

    Raises BadInput for another layout and for keys of other software, and StoreClosed for a Redis that lost its records
    (`data_dir` says which keys were used), and where a process finds an empty Redis that only commands may begin.
    """
    state = access_state.read_state(connection)
    if not state and data_dir and used_keys.were_used(data_dir, connection.key_id):
        raise StoreClosed(used_keys.LOST_REASON)
    found = read_layout(connection)
    if found > CURRENT_LAYOUT:
        raise BadInput(
            f"Redis is of a newer release (layout {found}, this one knows {CURRENT_LAYOUT}): install that release"
        )
    try:
        if found < CURRENT_LAYOUT:
            _number_empty(connection, found)
        if connection.key_id and not state:
            connection.execute("SET", access_state.KEY, connection.key_id, "NX")
            state = access_state.read_state(connection)
    except RightMissing:
        raise StoreClosed(UNUSED_REASON) from None
    if data_dir and state == connection.key_id:
        used_keys.note_use(data_dir, connection.key_id)


def _number_empty(connection: Connection, found: int) -> None:
    refuse_foreign_keys(connection)
    if holds_records(connection):
        raise BadInput(
            f"Redis is of an older release (layout {found}, now {CURRENT_LAYOUT}): copy its data, run `mwavuli migrate`"
        )
    connection.execute("SET", KEY, CURRENT_LAYOUT)


def read_layout(connection: Connection) -> int:
    """Return the layout's number; 0 where there is none."""
    return int(connection.execute("GET", KEY) or 0)


def migrate(connection: Connection, on_progress: Callable[[str], None]) -> None:
    """Run the missing migrations; the number changes after each.

    Raises BadInput for a newer layout, and for keys of other software.
    """
    refuse_foreign_keys(connection)
    if read_layout(connection) > CURRENT_LAYOUT:
        initialise_or_check(connection)
    for at in range(read_layout(connection), CURRENT_LAYOUT):
        MIGRATIONS[at](connection)
        connection.execute("SET", KEY, at + 1)
        on_progress(f"layout {at + 1} of {CURRENT_LAYOUT}")


def holds_records(connection: Connection) -> bool:
    """Whether Redis holds any key other than process state (`RecordKind.is_process_state`)."""
    return any(not _is_process_state(key) for key in _scan_keys(connection))


def find_foreign_keys(connection: Connection) -> list[bytes]:
    """Return the keys that no declaration owns: other software uses the same Redis."""
    return [key for key in _scan_keys(connection) if kind_of(key) is None]


def find_own_keys(connection: Connection) -> list[bytes]:
    return [key for key in _scan_keys(connection) if kind_of(key) is not None]


def refuse_foreign_keys(connection: Connection) -> None:
    """Raises BadInput where Redis holds keys of other software."""
    if found := find_foreign_keys(connection):
        raise BadInput(
            f"Redis holds keys that are not ours: {len(found)}, e.g. {describe_key(found[0])}. "
            "Give Mwavuli a Redis of its own in REDIS_URL"
        )


def describe_key(key: bytes) -> str:
    """Return the beginning of a foreign key, without digits: it could hold a number."""
    return re.sub(r"[^A-Za-z_:.-]+", "*", key.decode(errors="replace"))[:MAX_SHOWN_CHARS]


def _scan_keys(connection: Connection) -> Iterator[bytes]:
    cursor: bytes | int = 0
    for _ in range(MAX_SCANS):
        cursor, found = connection.execute("SCAN", cursor, "COUNT", SCAN_COUNT)
        yield from found
        if int(cursor) == 0:
            return


def _is_process_state(key: bytes) -> bool:
    kind = kind_of(key)
    return kind is not None and kind.is_process_state

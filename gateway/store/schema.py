"""The number of the store's layout. A release reads its own layout, migrates older ones, and refuses newer ones."""

from collections.abc import Callable

from gateway.errors import BadInput
from gateway.store import access_state
from gateway.store.connection import Connection
from gateway.store.records import kind_of
from gateway.store.records.service import SCHEMA

KEY = SCHEMA.name

Migration = Callable[[Connection], None]


def _add_layout_number(connection: Connection) -> None:
    """Number the first layout, which had no number."""


MIGRATIONS: tuple[Migration, ...] = (_add_layout_number,)
"""`MIGRATIONS[n]` migrates a store from layout n to n + 1. Each may be interrupted and repeated. None may be changed or
removed."""
CURRENT_LAYOUT = len(MIGRATIONS)


def initialise_or_check(connection: Connection) -> None:
    """Give an empty Redis the current number, and record the id of the keys in use.

    Raises BadInput for another layout.
    """
    found = read_layout(connection)
    if found > CURRENT_LAYOUT:
        raise BadInput(
            f"Redis is of a newer release (layout {found}, this one knows {CURRENT_LAYOUT}): install that release"
        )
    if found < CURRENT_LAYOUT and holds_records(connection):
        raise BadInput(
            f"Redis is of an older release (layout {found}, now {CURRENT_LAYOUT}): copy its data, run `mwavuli migrate`"
        )
    if found < CURRENT_LAYOUT:
        connection.execute("SET", KEY, CURRENT_LAYOUT)
    if connection.key_id:
        connection.execute("SET", access_state.KEY, connection.key_id, "NX")


def read_layout(connection: Connection) -> int:
    """Return the layout's number; 0 where there is none."""
    return int(connection.execute("GET", KEY) or 0)


def migrate(connection: Connection, on_progress: Callable[[str], None]) -> None:
    """Run the missing migrations; the number changes after each. Raises BadInput for a newer layout."""
    if read_layout(connection) > CURRENT_LAYOUT:
        initialise_or_check(connection)
    for at in range(read_layout(connection), CURRENT_LAYOUT):
        MIGRATIONS[at](connection)
        connection.execute("SET", KEY, at + 1)
        on_progress(f"layout {at + 1} of {CURRENT_LAYOUT}")


def holds_records(connection: Connection) -> bool:
    """Whether Redis holds any key other than process state (`RecordKind.is_process_state`)."""
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.execute("SCAN", cursor, "COUNT", 1000)
        if any(not _is_process_state(key) for key in found):
            return True
        if int(cursor) == 0:
            return False


def _is_process_state(key: bytes) -> bool:
    kind = kind_of(key)
    return kind is not None and kind.is_process_state

"""The number of the store's layout: a release reads its own, migrates older ones when told, and refuses newer ones."""

from collections.abc import Callable

from gateway.errors import BadInput
from gateway.store import door
from gateway.store.connection import Connection

KEY = "schema"
PASSING = (b"rq:", b"bell:", b"clock:", b"door", b"schema")
"""keys that say nothing of anybody: written by processes that merely run"""

Step = Callable[[Connection], None]


def _numbered(connection: Connection) -> None:
    """To 1: the layout that had no number yet is the first."""


STEPS: tuple[Step, ...] = (_numbered,)
"""`STEPS[n]` brings a store from n to n + 1. Each can be cut off and repeated; none is ever changed, or taken out."""
NOW = len(STEPS)


def fit(connection: Connection) -> None:
    """An empty Redis gets the current number, and at its door the name of the keys.

    Raises BadInput for another layout, StoreAway where Redis is away.
    """
    found = number(connection)
    if found > NOW:
        raise BadInput(f"Redis is of a newer release (layout {found}, this one knows {NOW}): install that release")
    if found < NOW and holds_records(connection):
        raise BadInput(
            f"Redis is of an older release (layout {found}, now {NOW}): copy its data, run `mwavuli migrate`"
        )
    if found < NOW:
        connection.call("SET", KEY, NOW)
    if connection.held:
        connection.call("SET", door.KEY, connection.held, "NX")


def number(connection: Connection) -> int:
    """0 where there is none."""
    return int(connection.call("GET", KEY) or 0)


def migrate(connection: Connection, tell: Callable[[str], None]) -> None:
    """Every step that is still to do; the number moves after each. Raises BadInput for a newer layout."""
    if number(connection) > NOW:
        fit(connection)
    for at in range(number(connection), NOW):
        STEPS[at](connection)
        connection.call("SET", KEY, at + 1)
        tell(f"layout {at + 1} of {NOW}")


def holds_records(connection: Connection) -> bool:
    """Is there anything beside what processes write that merely run?"""
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.call("SCAN", cursor, "COUNT", 1000)
        if any(not key.startswith(PASSING) for key in found):
            return True
        if int(cursor) == 0:
            return False

"""Tombstones: keyed digests of tokens that left, so that no backup restores their records.

The commit that deletes a record writes its tombstone. Each leaving is an event of its own, with its day and no hour: a
backup holds the events that it knows, and every other event came after it. Redis has each of them sealed, and in the
order of the sealed bytes, which is that of no event. The scheduler copies them into a list in
the data folder (`tombstone_log`), because those in Redis are lost with it.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store.commands import Command
from gateway.store.connection import Connection
from gateway.store.keys import TOMBSTONE_TTL_S
from gateway.store.records.subscribers import TOMBSTONES, TOMBSTONES_BEGIN
from gateway.store.transaction import Transaction

KEY: Final = TOMBSTONES.name
DAY_S = 86400
DIGEST_BYTES, EVENT_BYTES = 12, 16
Tombstone = tuple[bytes, int]
"""An event (a digest and random bytes), and its day (days since 1970)."""


def tombstone_digest(vault: Vault, token: bytes, area: str = "") -> bytes:
    """Return the digest of a token that left, or left one area; it is meaningless without the key."""
    return vault.digest("tombstone", token + area.encode())[:DIGEST_BYTES]


def add_tombstone(transaction: Transaction, vault: Vault, token: bytes, now: float, area: str = "") -> None:
    event = tombstone_digest(vault, token, area) + secrets.token_bytes(EVENT_BYTES - DIGEST_BYTES)
    transaction.write("ZADD", KEY, 0, seal(vault, (event, day_of(now))))


def digests_after(tombstones: Iterable[Tombstone], known_events: Iterable[bytes]) -> set[bytes]:
    """Return the digests of the events that a backup did not know."""
    known = frozenset(known_events)
    return {event[:DIGEST_BYTES] for event, _day in tombstones if event not in known}


def day_of(moment: float) -> int:
    return int(moment) // DAY_S


def oldest_day(now: float) -> int:
    """Return the oldest day of which tombstones are kept."""
    return day_of(now - TOMBSTONE_TTL_S)


def seal(vault: Vault, tombstone: Tombstone, place: str = KEY) -> bytes:
    """Return the sealed form for Redis, or for another place."""
    return TOMBSTONES.seal(vault, tombstone, place.encode())


def open_sealed(vault: Vault, sealed: bytes, place: str = KEY) -> Tombstone:
    """Return a tombstone. Raises BadInput for bytes that were not sealed for this place with this key."""
    return TOMBSTONES.open(vault, sealed, place.encode())


def read_all(connection: Connection, vault: Vault, opened: Mapping[bytes, Tombstone]) -> dict[bytes, Tombstone]:
    """Return the tombstones in Redis by their sealed form. `opened`: those that were read before."""
    found: dict[bytes, Tombstone] = {}
    for sealed in connection.execute("ZRANGE", KEY, 0, -1):
        with suppress(BadInput):  # made without the key
            found[sealed] = opened.get(sealed) or open_sealed(vault, sealed)
    return found


def count(connection: Connection) -> int:
    return int(connection.execute("ZCARD", KEY))


def begin(connection: Connection, now: float) -> int:
    """Return since when this Redis knows who left (Unix seconds). An empty Redis begins now."""
    connection.execute("SET", TOMBSTONES_BEGIN.name, int(now), "NX")
    return int(connection.execute("GET", TOMBSTONES_BEGIN.name))


def write_commands(vault: Vault, tombstones: Iterable[Tombstone] | None, now: float) -> list[Command]:
    """Return the commands that write those tombstones that are not too old into an empty Redis.

    None says that nobody knows who left: this Redis begins to know it now.
    """
    if tombstones is None:
        return [("SET", TOMBSTONES_BEGIN.name, int(now))]
    recent = [("ZADD", KEY, 0, seal(vault, each)) for each in tombstones if each[1] >= oldest_day(now)]
    return [("SET", TOMBSTONES_BEGIN.name, 0), *recent]


def trim(connection: Connection, vault: Vault, now: float) -> None:
    """Delete old tombstones from Redis."""
    for sealed, (_event, day) in read_all(connection, vault, {}).items():
        if day < oldest_day(now):
            connection.execute("ZREM", KEY, sealed)

"""Counts of events of all phones in the last minutes, to notice floods.

A phone counts once in a window, or one SIM that joins and leaves again and again would be a flood. What is kept of it
is the part of a digest that belongs to this event and window: it names no person, and joins no two counts.
"""

from gateway.crypto.vault import Vault
from gateway.model.counted_event import CountedEvent
from gateway.store.connection import Connection
from gateway.store.records.service import EVENT_COUNTS
from gateway.store.transaction import Transaction

DIGEST_BYTES = 8


def event_key(event: CountedEvent, at: float) -> bytes:
    """Return the key of the count of this event in the window of this moment (Unix seconds)."""
    return EVENT_COUNTS.key(event.value, int(at) // event.window_s)


def count_event(transaction: Transaction, vault: Vault, event: CountedEvent, token: bytes, now: float) -> None:
    """Count an event of the phone with this token, in the commit that makes it. `now` in Unix seconds."""
    key = event_key(event, now)
    transaction.write("ZADD", key, 0, vault.digest("counted", key + token)[:DIGEST_BYTES])
    transaction.write("EXPIRE", key, 2 * event.window_s)
    if event is CountedEvent.LEAVING:
        count_event(transaction, vault, CountedEvent.LEAVING_IN_A_DAY, token, now)


def read_event_counts(connection: Connection) -> dict[CountedEvent, int]:
    """Return of how many phones each event came within its window, or twice that at most.

    Raises StoreUnavailable.
    """
    now = connection.now()
    keys = [event_key(event, at) for event in CountedEvent for at in (now, now - event.window_s)]
    counts = connection.run_script("count_members", keys)
    return {event: counts[2 * i] + counts[2 * i + 1] for i, event in enumerate(CountedEvent)}

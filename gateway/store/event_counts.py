"""Counts of events of all phones in the last minutes, to notice floods. A count names no person."""

from gateway.model.counted_event import CountedEvent
from gateway.store.connection import Connection
from gateway.store.records.service import EVENT_COUNTS, EVENT_COUNTS_TTL_S, EVENT_WINDOW_S
from gateway.store.transaction import Transaction


def event_key(event: CountedEvent, at: float) -> bytes:
    """Return the key of the count of this event in the window of this moment (Unix seconds)."""
    return EVENT_COUNTS.key(event.value, int(at) // EVENT_WINDOW_S)


def count_event(transaction: Transaction, event: CountedEvent, now: float) -> None:
    """Count an event in the commit that makes it. `now` in Unix seconds."""
    transaction.write("INCR", event_key(event, now))
    transaction.write("EXPIRE", event_key(event, now), EVENT_COUNTS_TTL_S)


def read_event_counts(connection: Connection) -> dict[CountedEvent, int]:
    """Return how often each event happened within the last EVENT_WINDOW_S, or twice that at most.

    Raises StoreUnavailable.
    """
    now = connection.now()
    keys = [event_key(event, at) for event in CountedEvent for at in (now, now - EVENT_WINDOW_S)]
    counts = [int(count or 0) for count in connection.execute("MGET", *keys)]
    return {event: counts[2 * i] + counts[2 * i + 1] for i, event in enumerate(CountedEvent)}

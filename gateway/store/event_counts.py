"""Counts of events of all phones in the last minutes, to notice floods. A count names no person."""

from gateway.model.counted_event import CountedEvent
from gateway.store.connection import Connection
from gateway.store.records.service import EVENT_COUNTS
from gateway.store.transaction import Transaction


def event_key(event: CountedEvent, at: float) -> bytes:
    """Return the key of the count of this event in the window of this moment (Unix seconds)."""
    return EVENT_COUNTS.key(event.value, int(at) // event.window_s)


def count_event(transaction: Transaction, event: CountedEvent, now: float) -> None:
    """Count an event in the commit that makes it. `now` in Unix seconds."""
    transaction.write("INCR", event_key(event, now))
    transaction.write("EXPIRE", event_key(event, now), 2 * event.window_s)
    if event is CountedEvent.LEAVING:
        count_event(transaction, CountedEvent.LEAVING_IN_A_DAY, now)


def read_event_counts(connection: Connection) -> dict[CountedEvent, int]:
    """Return how often each event happened within its window, or twice that at most.

    Raises StoreUnavailable.
    """
    now = connection.now()
    keys = [event_key(event, at) for event in CountedEvent for at in (now, now - event.window_s)]
    counts = [int(count or 0) for count in connection.execute("MGET", *keys)]
    return {event: counts[2 * i] + counts[2 * i + 1] for i, event in enumerate(CountedEvent)}

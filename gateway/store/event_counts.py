"""Counts of events of all phones in the last minutes, to notice floods. A count names no person."""

from gateway.model.counted_event import CountedEvent
from gateway.store.connection import Connection
from gateway.store.records.service import EVENT_COUNTS, EVENT_WINDOW_S
from gateway.store.transaction import Transaction


def count_event(transaction: Transaction, event: CountedEvent, now: float) -> None:
    """Count an event in the commit that makes it. `now` in Unix seconds."""
    key = EVENT_COUNTS.key(event.value, int(now) // EVENT_WINDOW_S)
    transaction.write("INCR", key)
    transaction.write("EXPIRE", key, 2 * EVENT_WINDOW_S)


class EventCounts:
    def __init__(self, connection: Connection):
        self._connection = connection

    def count(self, event: CountedEvent) -> None:
        """Count an event that writes nothing else. Raises StoreUnavailable."""
        key = EVENT_COUNTS.key(event.value, int(self._connection.now()) // EVENT_WINDOW_S)
        self._connection.batch([("INCR", key), ("EXPIRE", key, 2 * EVENT_WINDOW_S)])

    def read(self, now: float) -> dict[CountedEvent, int]:
        """Return how often each event happened within the last EVENT_WINDOW_S, or twice that at most."""
        window = int(now) // EVENT_WINDOW_S
        keys = [EVENT_COUNTS.key(event.value, at) for event in CountedEvent for at in (window, window - 1)]
        counts = [int(count or 0) for count in self._connection.execute("MGET", *keys)]
        return {event: counts[2 * i] + counts[2 * i + 1] for i, event in enumerate(CountedEvent)}

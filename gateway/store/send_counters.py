"""The results of texts by lane, counted by the workers.

The counts are in Redis, so that every web process shows the same counts and a restart loses nothing. They count
attempts, and name no person.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from gateway.store.connection import Connection
from gateway.store.records.service import SEND_COUNTS

COUNTERS_KEY = SEND_COUNTS.name
RESULTS = ("accepted", "refused", "dead", "blocked", "retry", "unknown", "trouble")
"""A provider's `SendStatus` for each number; `trouble`: the network did not take the whole request."""
FLUSH_INTERVAL_S = 0.5
"""Counts are collected for this time before they are written, because each write waits for the disk."""


class SendCounters:
    def __init__(self, connection: Connection):
        self._connection = connection
        self._pending: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._last_flush = time.monotonic()

    def add(self, lane: str, results: Mapping[str, int]) -> None:
        """Count texts by result. Raises StoreUnavailable."""
        with self._lock:
            self._pending.update({f"{lane}:{result}": count for result, count in results.items()})
        if time.monotonic() - self._last_flush > FLUSH_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        """Write the collected counts in one round trip. Raises StoreUnavailable."""
        with self._lock:
            collected, self._pending = self._pending, Counter()
            self._last_flush = time.monotonic()
        if collected:
            self._connection.run_script(
                "add_send_counts", [COUNTERS_KEY], [word for pair in collected.items() for word in pair]
            )

    def read(self) -> dict[str, dict[str, int]]:
        """Return the counts by lane and result, without zeros."""
        counts: dict[str, dict[str, int]] = {}
        for field, count in self._connection.hgetall(COUNTERS_KEY).items():
            lane, _colon, result = field.decode().partition(":")
            counts.setdefault(lane, {})[result] = int(count)
        return counts

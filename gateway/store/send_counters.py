"""How many texts came to what, by lane: counted by the workers, read wherever it is asked.

In Redis, so that every web process tells the same and a restart forgets nothing. Of attempts, never of people.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping

from gateway.store.connection import Connection
from gateway.store.records.service import SEND_COUNTS

COUNTERS_KEY = SEND_COUNTS.name
RESULTS = ("accepted", "refused", "dead", "blocked", "retry", "unknown", "trouble")
"""a provider's `Fate` for each number; `trouble`: the whole call was not taken"""
FLUSH_INTERVAL_S = 0.5
"""seconds for which counts are gathered before they are written: each write waits for the disk"""


class SendCounters:
    def __init__(self, connection: Connection):
        self._connection = connection
        self._pending: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._last_flush = time.monotonic()

    def add(self, lane: str, results: Mapping[str, int]) -> None:
        """Count so many texts to each result. Raises StoreAway."""
        with self._lock:
            self._pending.update({f"{lane}:{result}": count for result, count in results.items()})
        if time.monotonic() - self._last_flush > FLUSH_INTERVAL_S:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered; one round trip. Raises StoreAway."""
        with self._lock:
            gathered, self._pending = self._pending, Counter()
            self._last_flush = time.monotonic()
        if gathered:
            self._connection.run_script(
                "add_send_counts", [COUNTERS_KEY], [word for pair in gathered.items() for word in pair]
            )

    def read(self) -> dict[str, dict[str, int]]:
        """Counts by lane and result; what never happened is left out."""
        counts: dict[str, dict[str, int]] = {}
        for field, count in self._connection.hgetall(COUNTERS_KEY).items():
            lane, _colon, result = field.decode().partition(":")
            counts.setdefault(lane, {})[result] = int(count)
        return counts

"""How many texts came to what, by lane: counted by the workers, read wherever it is asked.

In Redis, so that every web process tells the same and a restart forgets nothing. Of attempts, never of people.
"""

from collections.abc import Mapping

from gateway.store.connection import Connection

TALLY = "tally"
RESULTS = ("accepted", "refused", "dead", "blocked", "retry", "unknown", "trouble")
"""a provider's `Fate` for each number; `trouble`: the whole call was not taken"""


class Tally:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, lane: str, results: Mapping[str, int]) -> None:
        """Count so many texts to each result; one round trip. Raises StoreAway."""
        self._connection.batch([("HINCRBY", TALLY, f"{lane}:{result}", count) for result, count in results.items()])

    def read(self) -> dict[str, dict[str, int]]:
        """Counts by lane and result; what never happened is left out."""
        counts: dict[str, dict[str, int]] = {}
        for field, count in self._connection.hgetall(TALLY).items():
            lane, _colon, result = field.decode().partition(":")
            counts.setdefault(lane, {})[result] = int(count)
        return counts

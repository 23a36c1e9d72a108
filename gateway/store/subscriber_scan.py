"""The daily scan over all subscriptions, bucket by bucket."""

from collections.abc import Mapping, Sequence

from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records.subscribers import SUBSCRIPTIONS


class SubscriberScan:
    def __init__(self, connection: Connection):
        self._connection = connection

    def read_progress(self) -> tuple[int, int, int]:
        """Return the day of the last step (since 1970), how many subscribers were asked on it, and the next bucket."""
        found = {name: int(value) for name, value in self._connection.hgetall(keys.INACTIVITY_CURSOR).items()}
        return found.get(b"day", 0), found.get(b"asked", 0), found.get(b"at", 0)

    def save_progress(self, day: int, asked: int, bucket: int) -> None:
        self._connection.execute("HSET", keys.INACTIVITY_CURSOR, "day", day, "asked", asked, "at", bucket)

    def read_buckets(self, buckets: range) -> tuple[int, Sequence[Mapping[bytes, bytes]]]:
        """Return the last week in which any text arrived and each bucket's packed subscriptions by token."""
        wanted = [("HGETALL", SUBSCRIPTIONS.key(bucket)) for bucket in buckets]
        [arrived, *found] = self._connection.batch([("GET", keys.LAST_ARRIVAL_WEEK), *wanted])
        return int(arrived or 0), found

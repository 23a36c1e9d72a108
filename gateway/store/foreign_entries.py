"""How many entries of each lane's queue were not ours, until a day after the last one."""

from gateway.store.connection import Connection
from gateway.store.records.service import FOREIGN, FOREIGN_TTL_S


class ForeignEntries:
    def __init__(self, connection: Connection):
        self._connection = connection

    def record(self, lane: str) -> None:
        count, expire = ("HINCRBY", FOREIGN.name, lane, 1), ("EXPIRE", FOREIGN.name, FOREIGN_TTL_S)
        self._connection.batch([count, self._connection.unguarded_write(expire)])

    def counts(self) -> dict[str, int]:
        """Return the numbers by lane."""
        return {lane.decode(): int(count) for lane, count in self._connection.hgetall(FOREIGN.name).items()}

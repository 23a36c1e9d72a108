"""What the texts of a day cost, in thousandths of the currency: one sum a day, shared by all workers."""

from gateway.store import keys
from gateway.store.connection import Connection


class Spent:
    """`day`: a date as in 2026-11-25, by the deployment's own clock."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def take(self, day: str, cost: int, limit: int | None) -> int | None:
        """Count a cost; the day's sum with it. None, and nothing counted, where it would pass the limit."""
        most = "" if limit is None else limit
        total = int(self._connection.run("spend", [keys.spent(day)], [cost, most, keys.SPENT]))
        return None if total < 0 else total

    def give_back(self, day: str, cost: int) -> None:
        """This much was counted, and surely not sent."""
        if cost:
            self.take(day, -cost, None)

    def total(self, day: str) -> int:
        return int(self._connection.call("GET", keys.spent(day)) or 0)

"""The cost of a day's texts, in thousandths of the currency: one sum a day, shared by all workers."""

from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records.service import DAILY_SPEND_TTL_S


class DailySpend:
    """`day`: a date as in 2026-11-25, by the deployment's own clock."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def reserve(self, day: str, cost: int, limit: int | None) -> int | None:
        """Count a cost and return the day's sum; None, and nothing counted, where the sum would pass the limit."""
        limit_argument = "" if limit is None else limit
        total = int(
            self._connection.run_script(
                "reserve_spend", [keys.daily_spend(day)], [cost, limit_argument, DAILY_SPEND_TTL_S]
            )
        )
        return None if total < 0 else total

    def refund(self, day: str, cost: int) -> None:
        """Subtract a cost that was counted for texts that were certainly not sent."""
        if cost:
            self.reserve(day, -cost, None)

    def total(self, day: str) -> int:
        return int(self._connection.execute("GET", keys.daily_spend(day)) or 0)

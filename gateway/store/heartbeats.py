"""Heartbeats: when the scheduler last ran, and whether a monitor requests the state of the service."""

from gateway.store.connection import Connection
from gateway.store.records.service import CLOCK

SCHEDULER_TTL_S = 60
"""After this time without a heartbeat, no scheduler is running."""
MONITOR_TTL_S = 3600
_SCHEDULER, _MONITOR = CLOCK.key("seen"), CLOCK.key("watched")


class Heartbeats:
    def __init__(self, connection: Connection):
        self._connection = connection

    def record_scheduler_beat(self) -> None:
        """Record that the scheduler runs. The scheduler calls this at every sweep."""
        self._connection.execute("SET", _SCHEDULER, 1, "EX", SCHEDULER_TTL_S)

    def is_scheduler_alive(self) -> bool:
        return bool(self._connection.execute("EXISTS", _SCHEDULER))

    def scheduler_age_s(self) -> float:
        """Return the seconds since the last beat, at most SCHEDULER_TTL_S."""
        left_s = int(self._connection.execute("PTTL", _SCHEDULER)) / 1000
        return SCHEDULER_TTL_S - max(0.0, left_s)

    def record_monitor_request(self) -> None:
        """Record a request for `/ready` or `/metrics`."""
        self._connection.execute("SET", _MONITOR, 1, "EX", MONITOR_TTL_S)

    def is_monitored(self) -> bool:
        return bool(self._connection.execute("EXISTS", _MONITOR))

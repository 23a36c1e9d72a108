"""Confirmation by replicas: consent and decisions about alerts must outlive the master's disk.

WAIT is sent after the commit in the same round trip. A change that no replica confirmed in time is valid, counted and
logged. Only a caller who leaves reads an apology then, and the network repeats the text: a master that fails before a
replica has the change would bring the consent back.
"""

import time

from gateway.store.commands import Command
from gateway.store.redis_url import RedisUrl

REPLICA_TIMEOUT_MS = 200
SKIP_WAITING_S = 5
"""For this time after a replica did not answer, no commit waits for one: callers would queue up."""


class Replication:
    """Whether a replica confirms commits. Without sentinels none is asked."""

    def __init__(self, redis_url: RedisUrl):
        self._uses_sentinel = redis_url.uses_sentinel
        self._skip_waiting_until = 0.0

    def confirmation_commands(self, must_replicate: bool) -> list[Command]:
        """Return the command that waits for a replica, to be sent after a commit."""
        if not self._uses_sentinel:
            return []
        patient = must_replicate or time.monotonic() >= self._skip_waiting_until
        return [("WAIT", 1, REPLICA_TIMEOUT_MS) if patient else ("WAIT", 0, 1)]

    def check_acknowledged(self, replies: list[int]) -> bool:
        """Whether a replica confirmed the commit, or none was asked."""
        copied = not replies or replies[0] > 0
        if not copied:
            self._skip_waiting_until = time.monotonic() + SKIP_WAITING_S
        return copied

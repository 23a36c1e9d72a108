"""Copies on replicas: consent and decisions about warnings are to outlive the master's disk.

WAIT travels behind the commit in the same round trip. A change that no replica confirmed in time stands all the same,
is counted and logged; only who leaves is not told so: the network repeats the text, and the caller reads an apology,
for a master that falls before the copy is made would bring the consent back.
"""

import time

from gateway.store.commands import Command
from gateway.store.redis_url import RedisUrl

REPLICA_TIMEOUT_MS = 200
SKIP_WAITING_S = 5
"""seconds in which replicas that did not answer are not waited for again: callers would queue up behind each other"""


class Replication:
    """Does at least one replica follow? Without sentinels nobody is asked."""

    def __init__(self, redis_url: RedisUrl):
        self._uses_sentinel = redis_url.uses_sentinel
        self._skip_waiting_until = 0.0

    def confirmation_commands(self, must_replicate: bool) -> list[Command]:
        """What to send behind a commit."""
        if not self._uses_sentinel:
            return []
        patient = must_replicate or time.monotonic() >= self._skip_waiting_until
        return [("WAIT", 1, REPLICA_TIMEOUT_MS) if patient else ("WAIT", 0, 1)]

    def check_acknowledged(self, replies: list[int]) -> bool:
        """Was it copied, as far as that was asked?"""
        copied = not replies or replies[0] > 0
        if not copied:
            self._skip_waiting_until = time.monotonic() + SKIP_WAITING_S
        return copied

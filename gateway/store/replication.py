"""Confirmation by replicas: consent and decisions about alerts must outlive the master's disk.

WAIT is sent after the commit in the same round trip. A change that no replica confirmed in time is valid, counted and
logged. If the caller is leaving, the caller then reads an apology and the network repeats the text, because a master
that fails before a replica has the change would restore the consent.
"""

import logging
import time

from gateway.errors import StoreUnavailable
from gateway.store.commands import Command, Commands
from gateway.store.records.service import UNCONFIRMED
from gateway.store.redis_url import RedisUrl
from gateway.store.transaction import Transaction

log = logging.getLogger("mwavuli.store")

REPLICA_TIMEOUT_MS = 200
SKIP_WAITING_S = 5
"""For this time after a replica did not answer, no commit waits for one, because callers would queue up."""


class Replication:
    """Asks a replica to confirm commits; without sentinels it asks none."""

    def __init__(self, redis_url: RedisUrl):
        self._uses_sentinel = redis_url.uses_sentinel
        self._skip_waiting_until = 0.0

    def commit_commands(self, script: Command, transaction: Transaction) -> Commands[bool]:
        """Run the commit script of this transaction; return False where a guard failed.

        Raises StoreUnavailable where a caller leaves and no replica confirmed. The master has the change then.
        """
        confirmation = self._confirmation_commands(transaction.must_replicate) if transaction.replicate else []
        failed_guard, *replies = yield [script, *confirmation]
        if int(failed_guard):
            return False
        if not self._check_acknowledged(replies):
            log.warning("no replica confirmed a change in time: only the master has it")
            yield [("INCR", UNCONFIRMED.name)]
            if transaction.must_replicate:
                raise StoreUnavailable("Redis: no replica has it yet")
        return True

    def _confirmation_commands(self, must_replicate: bool) -> list[Command]:
        """Return the command that waits for a replica, to be sent after a commit."""
        if not self._uses_sentinel:
            return []
        should_wait = must_replicate or time.monotonic() >= self._skip_waiting_until
        return [("WAIT", 1, REPLICA_TIMEOUT_MS) if should_wait else ("WAIT", 0, 1)]

    def _check_acknowledged(self, replies: list[int]) -> bool:
        """Whether a replica confirmed the commit, or none was asked."""
        is_confirmed = not replies or replies[0] > 0
        if not is_confirmed:
            self._skip_waiting_until = time.monotonic() + SKIP_WAITING_S
        return is_confirmed

"""Of how many phones a network said within the hour that they opted out, or are dead; and the phones muted for it.

What a network took is noted together with the next statement, or with the counts of texts, to save round trips.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gateway.crypto.vault import Vault
from gateway.errors import StoreClosed
from gateway.model.refusals import WINDOW_S, RefusalCounts
from gateway.numbers import Number
from gateway.store import keys
from gateway.store.connection import Connection
from gateway.store.records.service import REFUSALS
from gateway.store.records.subscribers import RECENT_MUTES
from gateway.store.transaction import Transaction

DIGEST_BYTES = 8
MAX_PENDING = 500
"""phones that are noted at once, at most"""
_GROUPS = ("asked", "opted", "dead")


class Refusals:
    def __init__(self, connection: Connection, vault: Vault):
        self._connection, self._vault = connection, vault
        self._pending: defaultdict[str, list[bytes]] = defaultdict(list)
        self._refused_texts: set[bytes] = set()
        self._lock = threading.Lock()

    def note(
        self, network: str, asked: Sequence[Number], opted_out: Sequence[Number], dead: Sequence[Number]
    ) -> RefusalCounts | None:
        """Note what a network said of these phones. Return what it said within the hour; None where it took all."""
        with self._lock:
            pending = self._pending[network]
            pending += map(self._digest, asked)
            if not opted_out and not dead and len(pending) < MAX_PENDING:
                return None
            self._pending[network] = []
        return self._write(network, pending, [*map(self._digest, opted_out)], [*map(self._digest, dead)])

    def note_refused_text(self, text: str) -> int:
        """Note that a network did not take this text. Return how many it refused since this process had one taken."""
        with self._lock:
            self._refused_texts.add(self._vault.digest("refused text", text.encode()))
            return len(self._refused_texts)

    def note_taken_text(self) -> None:
        with self._lock:
            self._refused_texts.clear()

    def read(self, network: str) -> RefusalCounts:
        """Return what a network said within the hour."""
        return self._write(network, [], [], [])

    def flush(self) -> None:
        """Note the phones whose texts were taken. Raises StoreUnavailable."""
        with self._lock:
            collected, self._pending = self._pending, defaultdict(list)
        for network, digests in collected.items():
            if digests:
                self._write(network, digests, [], [])

    def remember_mutes(self, transaction: Transaction, tokens: Iterable[bytes]) -> None:
        """Remember that these phones were muted now, in case that the account turns out to be at fault."""
        key = RECENT_MUTES.key(self._window())
        transaction.write("SADD", key, *tokens)
        transaction.write("EXPIRE", key, 2 * WINDOW_S)

    def lift_recent_mutes(self) -> list[bytes]:
        """Unmute the phones that were muted within the hour, and return their tokens: the account was at fault."""
        windows = [RECENT_MUTES.key(self._window() - back) for back in (0, 1)]
        found = self._connection.batch([("SMEMBERS", key) for key in windows])
        tokens = sorted({token for some in found for token in some})
        if tokens:
            self._connection.batch([("DEL", *map(keys.mute, tokens)), ("DEL", *windows)])
        return tokens

    def _write(self, network: str, *groups: Sequence[bytes]) -> RefusalCounts:
        sketches = [REFUSALS.key(network, name, self._window() - back) for back in (0, 1) for name in _GROUPS]
        digests = [digest for group in groups for digest in group]
        arguments = [2 * WINDOW_S, *map(len, groups), *digests]
        try:
            counts = self._connection.run_script("note_refusals", sketches, arguments)
        except StoreClosed:  # maintenance mode, or a wipe: nothing about phones is noted, and what was sent is settled
            return RefusalCounts(0, 0, 0)
        return RefusalCounts(*map(int, counts))

    def _window(self) -> int:
        return int(self._connection.now()) // WINDOW_S

    def _digest(self, number: Number) -> bytes:
        return self._vault.digest("refused", number.e164.encode())[:DIGEST_BYTES]

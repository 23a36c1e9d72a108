"""Tombstones: keyed digests of tokens that left, so that no backup restores their records.

The commit that deletes a record writes its tombstone. The scheduler copies tombstones into a file beside the keyring,
because those in Redis are lost with it.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store.connection import Connection
from gateway.store.keys import TOMBSTONE_TTL_S
from gateway.store.records.subscribers import TOMBSTONES
from gateway.store.transaction import Transaction

KEY: Final = TOMBSTONES.name
FILE: Final = "left"
DIGEST_BYTES = 12
MAX_COMMIT_DELAY_S = 60
"""The longest delay between the time in a tombstone and its commit."""
TRIM_INTERVAL_S = 3600
"""The pause between two removals of old tombstones."""
Tombstone = tuple[bytes, int]
"""A digest, and the time of leaving (Unix seconds)."""


def tombstone_digest(vault: Vault, token: bytes, area: str = "") -> bytes:
    """Return the digest of a token that left, or left one area; it is meaningless without the key."""
    return vault.digest("tombstone", token + area.encode())[:DIGEST_BYTES]


def add_tombstone(transaction: Transaction, vault: Vault, token: bytes, now: float, area: str = "") -> None:
    transaction.write("ZADD", KEY, int(now), tombstone_digest(vault, token, area))


def read_since(connection: Connection, moment: float) -> set[Tombstone]:
    """Return the tombstones in Redis since this moment (Unix seconds)."""
    rows = connection.execute("ZRANGEBYSCORE", KEY, int(moment), "+inf", "WITHSCORES")
    return {(member, int(score)) for member, score in rows}


class TombstoneLog:
    """The file of tombstones. A second scheduler would write the same lines, which is harmless."""

    def __init__(self, data_dir: Path):
        self._path = data_dir / FILE
        self._known = self.read()
        self._trimmed = 0.0

    def read(self) -> set[Tombstone]:
        """Return every tombstone; an incomplete last line is ignored. Raises BadInput for another kind of file."""
        try:
            lines = self._path.read_text(encoding="ascii").split("\n")[:-1]
            return {(bytes.fromhex(digits), int(at)) for at, digits in (line.split(" ") for line in lines)}
        except FileNotFoundError:
            return set()
        except ValueError:
            raise BadInput(f"{self._path} is damaged: it does not say who left") from None

    def copy_from_redis(self, connection: Connection) -> None:
        """Append the tombstones that are new in Redis; they are on the disk when this returns."""
        newest = max((at for _digest, at in self._known), default=0)
        fresh = read_since(connection, newest - MAX_COMMIT_DELAY_S) - self._known
        if fresh:
            self._append(fresh)
            self._known |= fresh
        now = connection.now()
        if now - self._trimmed > TRIM_INTERVAL_S:
            self._trim(connection, now - TOMBSTONE_TTL_S)
            self._trimmed = now

    def _append(self, fresh: Iterable[Tombstone]) -> None:
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            _write_lines(file, fresh)

    def _trim(self, connection: Connection, before: float) -> None:
        connection.execute("ZREMRANGEBYSCORE", KEY, "-inf", f"({int(before)}")
        remaining = {(digest, at) for digest, at in self._known if at >= before}
        if remaining == self._known:
            return
        draft = self._path.with_name(f".{FILE}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write_lines(file, remaining)
        draft.replace(self._path)
        self._known = remaining


def _write_lines(file: IO[bytes], tombstones: Iterable[Tombstone]) -> None:
    file.writelines(f"{at} {digest.hex()}\n".encode() for digest, at in tombstones)
    file.flush()
    os.fsync(file.fileno())

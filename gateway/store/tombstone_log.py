"""The list of people who left: all tombstones in a file, and until when it is complete.

A list that is missing or old is no evidence that nobody left. So the file exists from the first sweep of the scheduler,
and its first line, which is renewed at every beat, says from when until when nobody is missing from it. Each further
line is a sealed tombstone:

    complete from 001764500000 until 001764540000 key 1.16525103
    0f1e...
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store.connection import Connection
from gateway.store.tombstones import Tombstone, begin, count, oldest_day, open_sealed, read_all, seal, trim

FILE: Final = "left"
FILE_PLACE: Final = "left:file"
"""what the seals of its lines are bound to"""
BEAT_INTERVAL_S = 10
"""The pause between two renewals of the first line."""
SORT_INTERVAL_S = 3600
"""The pause between two rewrites of the file: without old tombstones, and in no order of leaving."""
MAX_GAP_S = 60
"""A list that ends so long before a moment still counts as complete until then."""
_HEADER = "complete from {:012d} until {:012d} key {}\n"
_HEADER_PATTERN = re.compile(r"complete from (\d{12}) until (\d{12}) key (\S+)")


class TombstoneLog:
    """The file of one keyring. Two schedulers may write the same file: a tombstone that is there twice does no harm."""

    def __init__(self, data_dir: Path, key_id: str, vault: Vault | None = None):
        """`key_id` names the keys in use; empty: unknown. A list that was made with other keys says nothing.

        Without `vault`, only from when until when the list is complete is read. Raises BadInput for a damaged file.
        """
        self._path, self._key_id, self._vault = data_dir / FILE, key_id, vault
        self.complete_from = self.complete_until = 0
        """Unix seconds; 0 where there is no list"""
        self.tombstones: set[Tombstone] = set()
        self._in_redis: dict[bytes, Tombstone] = {}
        """as last read, by their sealed form"""
        self._beat_at = self._sorted_at = 0.0
        self._read()

    def _read(self) -> None:
        """Read the file; an incomplete last line is ignored. Raises BadInput for another kind of file."""
        try:
            header, *lines = self._path.read_text(encoding="ascii").split("\n")[:-1] or [""]
            found = _HEADER_PATTERN.fullmatch(header)
            if not found:
                raise ValueError(header)
            sealed = [bytes.fromhex(line) for line in lines]
            if self._key_id not in ("", found[3]):
                return
            listed = {open_sealed(self._vault, each, FILE_PLACE) for each in sealed} if self._vault else set()
        except FileNotFoundError:
            return
        except (ValueError, BadInput):
            raise BadInput(f"{self._path} is damaged: it does not say who left") from None
        self.complete_from, self.complete_until, self.tombstones = int(found[1]), int(found[2]), listed

    def check_covers(self, backup_at: int, lost_at: float) -> None:
        """Raise BadInput unless everybody is listed who left between a backup and the loss of Redis (Unix seconds)."""
        if not self.complete_until:
            raise BadInput(f"{self._path} is missing, or of other keys: nobody knows who left since the backup")
        if backup_at < self.complete_from:
            raise BadInput(f"{self._path} begins after the backup was made: nobody knows who left in between")
        if self.complete_until + MAX_GAP_S < lost_at:
            minutes = int(lost_at - self.complete_until) // 60
            raise BadInput(f"{self._path} ends {minutes} minutes before Redis was lost: nobody knows who left then")

    def copy_from_redis(self, connection: Connection, vault: Vault) -> None:
        """Append the tombstones that are new in Redis. They are on the disk when this returns."""
        now, self._vault = connection.now(), vault
        if not self._path.exists():  # at first, and after a rotation or a restore without it
            self.complete_until, self.tombstones, self._sorted_at = 0, set(), 0.0
        if now - self._sorted_at > SORT_INTERVAL_S:
            trim(connection, vault, now)
            self._begin_anew_after_a_gap(connection, now)
            self.tombstones |= self._read_redis(connection, vault)
            self._rewrite(vault, now)
            return
        is_beat = now - self._beat_at > BEAT_INTERVAL_S
        # the count alone misses a new one where Redis lost another one, in a failover or by a writer
        if is_beat or count(connection) != len(self._in_redis):
            fresh = self._read_redis(connection, vault) - self.tombstones
            self._append(vault, fresh)
            self.tombstones |= fresh
        if is_beat:
            self._begin_anew_after_a_gap(connection, now)
            self._renew_header(now)

    def _read_redis(self, connection: Connection, vault: Vault) -> set[Tombstone]:
        self._in_redis = read_all(connection, vault, self._in_redis)
        return set(self._in_redis.values())

    def _begin_anew_after_a_gap(self, connection: Connection, now: float) -> None:
        """Say so in the list where Redis was emptied after the last beat: then nobody knows who left in between."""
        if not self.complete_until or begin(connection, now) > self.complete_until + MAX_GAP_S:
            self.complete_from = int(now)

    def _append(self, vault: Vault, fresh: Iterable[Tombstone]) -> None:
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND), "ab") as file:
            _write_lines(file, vault, fresh)

    def _renew_header(self, now: float) -> None:
        handle = os.open(self._path, os.O_WRONLY)
        try:
            os.pwrite(handle, self._header(now), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._beat_at = now

    def _rewrite(self, vault: Vault, now: float) -> None:
        """Write the file whole, in the order of the sealed bytes, which is not the order of leaving."""
        self.tombstones = {(event, day) for event, day in self.tombstones if day >= oldest_day(now)}
        draft = self._path.with_name(f".{FILE}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._header(now))
            _write_lines(file, vault, self.tombstones)
        draft.replace(self._path)
        self._beat_at = self._sorted_at = now

    def _header(self, now: float) -> bytes:
        self.complete_until = int(now)
        return _HEADER.format(self.complete_from, self.complete_until, self._key_id).encode()


def _write_lines(file: IO[bytes], vault: Vault, tombstones: Iterable[Tombstone]) -> None:
    file.writelines(f"{sealed.hex()}\n".encode() for sealed in sorted(seal(vault, t, FILE_PLACE) for t in tombstones))
    file.flush()
    os.fsync(file.fileno())

"""The list of people who left: all tombstones in a file, and until when it is complete.

A list that is missing or old is no evidence that nobody left. So the file exists from the first sweep of the scheduler,
and its first line, which is renewed at every beat, says from when until when nobody is missing from it:

    complete from 001764500000 until 001764540000 key 1.16525103
    20422 0f1e...
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from gateway.errors import BadInput
from gateway.store.connection import Connection
from gateway.store.tombstones import Tombstone, begin, count_since, day_of, oldest_day, read_since, trim

FILE: Final = "left"
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

    def __init__(self, data_dir: Path, key_id: str):
        """`key_id` names the keys in use; empty: unknown. A list that was made with other keys says nothing.

        Raises BadInput for a damaged file.
        """
        self._path, self._key_id = data_dir / FILE, key_id
        self.complete_from = self.complete_until = 0
        """Unix seconds; 0 where there is no list"""
        self.tombstones: set[Tombstone] = set()
        self._beat_at = self._sorted_at = 0.0
        self._read()

    def _read(self) -> None:
        """Read the file; an incomplete last line is ignored. Raises BadInput for another kind of file."""
        try:
            header, *lines = self._path.read_text(encoding="ascii").split("\n")[:-1] or [""]
            found = _HEADER_PATTERN.fullmatch(header)
            if not found:
                raise ValueError(header)
            rows = (line.split(" ") for line in lines)
            listed = {(bytes.fromhex(event), int(day)) for day, event in rows}
        except FileNotFoundError:
            return
        except ValueError:
            raise BadInput(f"{self._path} is damaged: it does not say who left") from None
        if self._key_id in ("", found[3]):
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

    def copy_from_redis(self, connection: Connection) -> None:
        """Append the tombstones that are new in Redis. They are on the disk when this returns."""
        now = connection.now()
        if not self._path.exists():  # at first, and after a rotation or a restore without it
            self.complete_until, self.tombstones, self._sorted_at = 0, set(), 0.0
        if now - self._sorted_at > SORT_INTERVAL_S:
            trim(connection, now)
            self._begin_anew_after_a_gap(connection, now)
            self.tombstones |= read_since(connection)
            self._rewrite(now)
            return
        since = day_of(self.complete_until) - 1
        is_beat = now - self._beat_at > BEAT_INTERVAL_S
        # the count alone misses a new one where Redis lost another one, in a failover or by a writer
        if is_beat or count_since(connection, since) != sum(day >= since for _event, day in self.tombstones):
            fresh = read_since(connection, since) - self.tombstones
            self._append(fresh)
            self.tombstones |= fresh
        if is_beat:
            self._begin_anew_after_a_gap(connection, now)
            self._renew_header(now)

    def _begin_anew_after_a_gap(self, connection: Connection, now: float) -> None:
        """Say so in the list where Redis was emptied after the last beat: then nobody knows who left in between."""
        if not self.complete_until or begin(connection, now) > self.complete_until + MAX_GAP_S:
            self.complete_from = int(now)

    def _append(self, fresh: Iterable[Tombstone]) -> None:
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND), "ab") as file:
            _write_lines(file, fresh)

    def _renew_header(self, now: float) -> None:
        handle = os.open(self._path, os.O_WRONLY)
        try:
            os.pwrite(handle, self._header(now), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._beat_at = now

    def _rewrite(self, now: float) -> None:
        """Write the file whole, in the order of the random bytes, which is not the order of leaving."""
        self.tombstones = {(event, day) for event, day in self.tombstones if day >= oldest_day(now)}
        draft = self._path.with_name(f".{FILE}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._header(now))
            _write_lines(file, sorted(self.tombstones))
        draft.replace(self._path)
        self._beat_at = self._sorted_at = now

    def _header(self, now: float) -> bytes:
        self.complete_until = int(now)
        return _HEADER.format(self.complete_from, self.complete_until, self._key_id).encode()


def _write_lines(file: IO[bytes], tombstones: Iterable[Tombstone]) -> None:
    file.writelines(f"{day} {event.hex()}\n".encode() for event, day in tombstones)
    file.flush()
    os.fsync(file.fileno())

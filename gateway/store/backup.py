"""One file with all records that must survive the loss of Redis, sealed with the data key.

Records are read while the service runs, and each is complete in itself. `restore` rebuilds the records that follow
from others (the subscribers of an area, counts, a caller's codes). So records read at two moments cannot contradict
each other.
Alerts and texts that are being sent are left out, because they must not be sent hours later.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from gateway.crypto.secret_file import sync_folder
from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.os_errors import describe_os_error
from gateway.store import keys, schema
from gateway.store.records import KINDS
from gateway.store.records.kind import Backup, RecordKind, TableKind
from gateway.store.records.service import BACKUPS
from gateway.store.records.subscribers import SUBSCRIPTIONS
from gateway.store.store import Store

MAGIC: Final = b"mwavuli backup 1\n"
KEY: Final = BACKUPS.name
BUCKETS, BUCKETS_PER_BATCH = keys.BUCKETS, 64
SETTLE_S = 3
"""After this time, the records of all people whose tombstone the backup knows are deleted from Redis."""
MAX_FRAME_BYTES = 1 << 28
"""A longer frame is no backup of ours."""
Frame = tuple[str, Any]


def write(store: Store, path: Path, on_progress: Callable[[int], None]) -> int:
    """Write a new file, whole or not at all; return the number of people in it. Raises BadInput, StoreUnavailable.

    `on_progress` is called with the number of `BUCKETS` done since the last call. A killed command leaves a file
    `.NAME.part`, which the next backup of that name replaces, and which is no backup for `restore`.
    """
    people, now = 0, int(store.now())
    with _draft(path) as file:
        known_events = [event for event, _day in store.read_tombstones()]
        time.sleep(SETTLE_S)
        file.write(MAGIC)
        for number, (kind, content) in enumerate(_frames(store, now, known_events, on_progress)):
            people += len(content) if kind == SUBSCRIPTIONS.name else 0
            _write_frame(file, store.vault, number, (kind, content))
        store.access_state.check()  # the key may have changed meanwhile
    store.connection.execute("SET", KEY, now)
    return people


@contextmanager
def _draft(path: Path) -> Iterator[IO[bytes]]:
    """Yield the draft of a new file, which gets its name when the block ends without an error. Raises BadInput."""
    if path.exists():
        raise BadInput(f"{path} exists already: a backup overwrites nothing")
    draft = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with _deleted_at_the_end(draft):
                file.truncate()
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.link(draft, path)
        sync_folder(path.parent)
    except BlockingIOError:
        raise BadInput(f"another command is writing {path}") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {describe_os_error(error)}") from None


@contextmanager
def _deleted_at_the_end(file: Path) -> Iterator[None]:
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _frames(store: Store, now: int, known_events: list[bytes], on_progress: Callable[[int], None]) -> Iterator[Frame]:
    connection = store.connection
    yield "begin", {"at": now, "schema": schema.CURRENT_LAYOUT, "left": known_events}
    for start in range(0, BUCKETS, BUCKETS_PER_BATCH):
        buckets = map(SUBSCRIPTIONS.key, range(start, start + BUCKETS_PER_BATCH))
        answers = connection.batch([("HGETALL", key) for key in buckets])
        yield SUBSCRIPTIONS.name, [pair for people in answers for pair in people.items()]
        on_progress(BUCKETS_PER_BATCH)
    for kind in stored_kinds():
        yield kind.name, list(store.record_scan.read_all(kind))
    yield "end", None


def stored_kinds() -> Iterator[RecordKind]:
    """Return the kinds with a frame of their own, tables first: all that a backup stores except subscriptions."""
    kinds = [kind for kind in KINDS.values() if kind.backup is Backup.STORED and kind is not SUBSCRIPTIONS]
    return iter(sorted(kinds, key=lambda kind: not isinstance(kind, TableKind)))


def _write_frame(file: IO[bytes], vault: Vault, number: int, frame: Frame) -> None:
    """Write a frame sealed with its number, so that no frame can be removed, repeated or reordered."""
    sealed = vault.seal(msgspec.msgpack.encode(frame), b"backup:%d" % number)
    file.write(len(sealed).to_bytes(4, "big") + sealed)


def read(path: Path, vault: Vault) -> Iterator[Frame]:
    """Return the frames, ("begin", ...) first. Raises BadInput for any file except a whole backup of this keyring."""
    if not path.is_file():
        raise BadInput(f"there is no file {path}")
    with open(path, "rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BadInput(f"{path} is no backup of this service")
        number, kind = 0, ""
        while kind != "end":
            kind, content = _read_frame(file, vault, number, path)
            yield kind, content
            number += 1


def _read_frame(file: IO[bytes], vault: Vault, number: int, path: Path) -> Frame:
    length = int.from_bytes(file.read(4), "big")
    sealed = file.read(min(length, MAX_FRAME_BYTES))
    try:
        kind, content = msgspec.msgpack.decode(vault.open(sealed, b"backup:%d" % number))
    except (BadInput, msgspec.DecodeError):
        what = "damaged or cut off" if number else "of another keyring (keys change with `rotate-key`), or damaged"
        raise BadInput(f"{path} is {what}: nothing was restored") from None
    return kind, content

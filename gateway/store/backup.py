"""One file with everything that must survive the loss of Redis, sealed with the data key: it names nobody without it.

Records are read while the service runs. Each is whole in itself, and what follows from others (memberships, counts,
a caller's codes) is made anew from them by `restore`, so that nothing read at two moments can contradict itself. What
is on its way is left out: a warning or a text that is hours old must not be sent.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from gateway.crypto.vault import Vault
from gateway.errors import BadInput
from gateway.store import schema
from gateway.store.connection import Connection
from gateway.store.store import Store

MAGIC: Final = b"mwavuli backup 1\n"
KEY: Final = "backup"
TABLES: Final = ("areas", "clinics", "staff", "alerts", "words", "features", "clients", "enrolled")
BUCKETS, BUCKETS_PER_BATCH = 1 << 14, 64
SETTLE_S = 3
"""seconds; whoever left before the moment that a backup is dated by is out of Redis by then"""
MAX_FRAME_BYTES = 1 << 28
"""bytes of a frame: anything longer is no backup of ours"""
Frame = tuple[str, Any]


def write(store: Store, path: Path, on_progress: Callable[[int], None]) -> int:
    """Write a new file, whole or not at all; returns how many people are in it. Raises BadInput, StoreAway.

    `tell` hears how many of `BUCKETS` are done.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(f"{path} is there already: a backup overwrites nothing") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror})") from None
    people, now = 0, int(store.now())
    time.sleep(SETTLE_S)
    try:
        with open(handle, "wb") as file:
            file.write(MAGIC)
            for number, (kind, content) in enumerate(_frames(store, now, on_progress)):
                people += len(content) if kind == "people" else 0
                _write_frame(file, store.vault, number, (kind, content))
            file.flush()
            os.fsync(handle)
        store.access_state.check()  # else the key was changed meanwhile
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    store.connection.execute("SET", KEY, now)
    return people


def _frames(store: Store, now: int, on_progress: Callable[[int], None]) -> Iterator[Frame]:
    connection = store.connection
    yield "begin", {"at": now, "schema": schema.CURRENT_LAYOUT}
    for start in range(0, BUCKETS, BUCKETS_PER_BATCH):
        answers = connection.batch([("HGETALL", f"sub:{b}") for b in range(start, start + BUCKETS_PER_BATCH)])
        yield "people", [pair for people in answers for pair in people.items()]
        on_progress(BUCKETS_PER_BATCH)
    for name in TABLES:
        yield "shelf", (name, connection.hgetall(name))
    yield "visits", [raw for key in _scan_referrals(connection) if (raw := connection.execute("GET", key))]
    yield "care", [raw for key in connection.redis.scan_iter("care:*") if (raw := connection.execute("GET", key))]
    yield "rated", connection.hgetall("rated")
    yield "end", None


def _scan_referrals(connection: Connection) -> Iterator[bytes]:
    cursor: bytes | int = 0
    while True:
        cursor, found = connection.execute("SCAN", cursor, "MATCH", "ref:*", "COUNT", 1000)
        yield from set(found)
        if int(cursor) == 0:
            return


def _write_frame(file: IO[bytes], vault: Vault, number: int, frame: Frame) -> None:
    """Each frame is sealed with its number, so that none can be taken out, doubled or put elsewhere."""
    sealed = vault.seal(msgspec.msgpack.encode(frame), f"backup:{number}")
    file.write(len(sealed).to_bytes(4, "big") + sealed)


def read(path: Path, vault: Vault) -> Iterator[Frame]:
    """The frames, the first being ("begin", ...). Raises BadInput for what is no whole backup of this keyring."""
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
        kind, content = msgspec.msgpack.decode(vault.open(sealed, f"backup:{number}"))
    except (BadInput, msgspec.DecodeError):
        what = "damaged or cut off" if number else "of another keyring (keys change with `rotate-key`), or damaged"
        raise BadInput(f"{path} is {what}: nothing was restored") from None
    return kind, content

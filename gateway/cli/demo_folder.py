"""The demo's data folder: its secrets, its lock, and what other commands need to find its Redis."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gateway.cli import redis_server
from gateway.crypto.vault import new_key
from gateway.errors import BadInput

LOCK_FILE, REAPER_LOCK_FILE, SETTINGS_FILE, SOCKET_FILE = "demo.lock", "guard.lock", "demo.json", "redis.sock"
REAPER_TIMEOUT_S = 12
"""seconds that what a killed demo left behind has to go"""


def data_folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("MWAVULI_DATA_DIR") or "mwavuli-data").resolve()


@contextmanager
def lock_folder(folder: Path) -> Iterator[int]:
    """One demo a folder at a time. Yields the lock that its guard shares, as a file descriptor. Raises BadInput.

    There are two, so that a second demo is told at once, while the one after a killed demo waits for its remains.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ours, shared = (os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600) for name in (LOCK_FILE, REAPER_LOCK_FILE))
    except OSError as error:
        raise BadInput(f"MWAVULI_DATA_DIR: cannot write in {folder} ({error.strerror})") from None
    try:
        if not _try_lock(ours, 0):
            raise BadInput(
                f"a demo already runs with its data in {folder}: stop it, or set MWAVULI_DATA_DIR to another folder"
            )
        if not _try_lock(shared, REAPER_TIMEOUT_S):
            raise BadInput(f"processes of a demo that was killed do not end; they hold {folder / REAPER_LOCK_FILE}")
        yield shared
    finally:
        os.close(ours)
        os.close(shared)


def _try_lock(lock: int, timeout_s: float) -> bool:
    until = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True


def load_or_make_secrets(folder: Path) -> dict[str, str]:
    """Made at the first start. The key lies beside its data: fit for a demo, and for nothing else."""
    known = _read_settings(folder)
    fresh = {"MWAVULI_KEY": new_key(), "MWAVULI_WEBHOOK_TOKEN": secrets.token_urlsafe(32)}
    return {name: known.get(name, value) for name, value in fresh.items()}


def save_settings(folder: Path, environ: Mapping[str, str]) -> None:
    """Write the demo's settings down, whole or not at all."""
    draft = folder / f".{SETTINGS_FILE}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(environ, file, indent=1)
    draft.replace(folder / SETTINGS_FILE)


def add_demo_settings(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and where it names no Redis, that of the demo which runs in this folder."""
    folder = data_folder(environ)
    if any(name.startswith(("REDIS_URL", "MWAVULI_KEY")) for name in environ) or not (folder / SOCKET_FILE).exists():
        return environ
    return {**environ, **_read_settings(folder)}


def _read_settings(folder: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads((folder / SETTINGS_FILE).read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise BadInput(
            f"{folder / SETTINGS_FILE} is damaged: restore it, or start with another MWAVULI_DATA_DIR"
        ) from None
    return known


def socket_url(folder: Path) -> str:
    return redis_server.unix_url(folder / SOCKET_FILE)

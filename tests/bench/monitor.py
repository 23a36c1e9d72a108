"""The commands that clients send to Redis; the commands inside a script are not counted."""

import re
import socket
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

_LINE = re.compile(rb'^\+[\d.]+ \[\d+ ([^\]]*)\] "([^"]*)"', re.MULTILINE)
SETTLED = 0.5
"""seconds for the last lines to arrive"""


class Monitor:
    """MONITOR on a connection of its own. It slows Redis down, so never use it during a measurement."""

    def __init__(self, path: Path):
        self._path = path
        self._said: list[bytes] = []
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(self._path))
        self._socket.sendall(b"MONITOR\r\n")
        self._socket.recv(64)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def _read(self) -> None:
        while part := self._socket.recv(1 << 20):
            self._said.append(part)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        time.sleep(SETTLED)
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()
        for client, command in _LINE.findall(b"".join(self._said)):
            if client != b"lua":
                self.counts[command.decode().upper()] += 1

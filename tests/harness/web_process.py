"""`mwavuli web` as a process of its own, and clients that send it half of a request."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.harness.child import launch
from tests.harness.served import BEARER, STATUS_TOKEN
from tests.harness.stack import ROOT, free_ports
from tests.harness.waiting import until

WEB = (sys.executable, "-m", "gateway.cli", "web")


class WebProcess:
    """The process, its addresses and its log. `max_files`: how many files it may open."""

    def __init__(self, environ: Mapping[str, str], log: Path, *command: str, max_files: int = 0):
        self.port, self.status_port = free_ports(2)
        self.url, self._log = f"http://127.0.0.1:{self.port}", log
        own = {"PORT": str(self.port), "MWAVULI_STATUS_PORT": str(self.status_port),
               "MWAVULI_STATUS_TOKEN": STATUS_TOKEN}  # fmt: skip
        limit = f"ulimit -n {max_files}; " if max_files else ""
        shell = ["sh", "-c", f'{limit}exec "$@"', "sh", *(command or WEB)]
        with open(log, "wb") as out:
            self.process = launch(shell, env=os.environ | own | environ, cwd=ROOT, stdout=out, stderr=out,
                                  start_new_session=True)  # fmt: skip

    @property
    def pid(self) -> int:
        pid: int = self.process.pid
        return pid

    def said(self) -> str:
        return self._log.read_text()

    def log_bytes(self) -> int:
        return self._log.stat().st_size

    def is_healthy(self, seconds: float = 5) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health", timeout=seconds).text == "alive"
        return False

    def count(self, metric: str) -> float:
        """Return a counter of this process, `name{label="value"}`."""
        shown = httpx.get(f"http://127.0.0.1:{self.status_port}/metrics", headers=BEARER, timeout=30).text
        found = re.search(rf"^mwavuli_{re.escape(metric)} (\S+)$", shown, re.MULTILINE)
        assert found, shown
        return float(found[1])

    def resident_mb(self) -> float:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 20)

    def half_open(self, sent: bytes) -> socket.socket:
        """Return a connection that has sent this much and sends nothing more."""
        connection = self.connect()
        connection.sendall(sent)
        return connection

    def seconds_to_end(self) -> float:
        """Ask the process to end. Return how long that takes."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - began


@contextmanager
def running_web(environ: Mapping[str, str], log: Path, *command: str, max_files: int = 0) -> Iterator[WebProcess]:
    """Run the process while the block runs."""
    web = WebProcess(environ, log, *command, max_files=max_files)
    try:
        until(web.is_healthy, what=f"the start: {web.said()}")
        yield web
    finally:
        with suppress(ProcessLookupError):
            os.killpg(web.pid, signal.SIGKILL)
        web.process.wait()


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has closed; its last answer is read first."""
    connection.settimeout(0.01)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True

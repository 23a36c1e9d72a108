"""The production processes: the Procfile's commands, with a Redis of their own and a simulated network."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from gateway import settings
from gateway.cli import redis_server
from gateway.crypto.vault import new_key
from gateway.deployment import Deployment, open_deployment
from gateway.errors import StoreUnavailable
from gateway.store import Store
from tests.harness.cast import NUMBERS
from tests.harness.child import die_with_parent, launch
from tests.harness.network_phone import NetworkPhone
from tests.harness.served import BEARER, STATUS_TOKEN
from tests.harness.waiting import until

ROOT = Path(__file__).parents[2]
TOKEN = "stack-token-" + "0123456789abcdef" * 2
TUNING = "[times]\nlease = 4\nscheduler_interval = 0.5\n"
"""Short times, so that a test waits only briefly for the work of a killed worker."""
LOOK = 0.2
"""Seconds between two checks for dead processes."""


def procfile() -> dict[str, list[str]]:
    """Return the Procfile's commands by name, run by this Python."""
    lines = (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines() if line.strip())
    commands = {name: words.split() for name, _, words in lines}
    return {name: [sys.executable, "-m", "gateway.cli", *words[1:]] for name, words in commands.items()}


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Stack:
    """Everything that production runs, on free ports, in a folder of its own."""

    def __init__(self, folder: Path, tuning: str = TUNING, keep: int = 20_000):
        """`tuning`: the settings file; `keep`: texts that the network remembers."""
        self._folder = folder
        self._socket = folder / "redis.sock"
        self.port, self.page_port, self.status_port, self.desk_port = free_ports(4)
        self.page = f"http://127.0.0.1:{self.page_port}"
        self.environ = {
            "REDIS_URL": redis_server.unix_url(self._socket),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "MWAVULI_DATA_DIR": str(folder),
            "MWAVULI_KEY": new_key(),
            "MWAVULI_WEBHOOK_TOKEN": TOKEN,
            "MWAVULI_STATUS_PORT": str(self.status_port),
            "MWAVULI_STATUS_TOKEN": STATUS_TOKEN,
            "MWAVULI_DESK_PORT": str(self.desk_port),
            "MWAVULI_DESK_LABEL": "Notes",
            "MWAVULI_HOTLINE": "0711000099",
            "AT_USERNAME": "test",
            "AT_API_KEY": "simulator",
            "AT_SHORTCODE": "20240",
            "AT_API_URL": self.page,
            "MWAVULI_SETTINGS": str(folder / "settings.toml"),
        }
        self.tune(tuning)
        self.commands = {
            "redis": redis_server.build_command(folder, self._socket, folder / "redis.log"),
            **procfile(),
            "network": [
                sys.executable,
                "-m",
                "gateway.simulator",
                "--port",
                str(self.page_port),
                "--gateway",
                f"http://127.0.0.1:{self.port}",
                "--keep-messages",
                str(keep),
                "--phones",
                ",".join(f"{number}={name}" for name, number in NUMBERS.items()),
            ],
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.network = httpx.Client(base_url=f"{self.page}/api", timeout=30)
        self._phones: dict[str, NetworkPhone] = {}

    def tune(self, tuning: str) -> None:
        """Write settings for processes that start later."""
        (self._folder / "settings.toml").write_text(tuning)

    def start(self, *names: str) -> None:
        """Start these processes, or all of them in order with the demo's country and staff."""
        for name in names or self.commands:
            self._spawn(name)
            if name == "redis":
                redis_server.wait_until_ready(self._socket, self.running[name])
                if not names:
                    self.seed()
        for name, port in (("web", self.port), ("network", self.page_port)):
            until(lambda port=port: _open(port), what=f"{name} on its port:\n{self.said()}")

    def seed(self) -> None:
        """Write the demo's country and staff."""
        self.run("-c", "from gateway.cli.seed import seed; seed()")

    def _spawn(self, name: str) -> None:
        environ = os.environ | self.environ
        if name in ("redis", "network"):
            environ.pop("MWAVULI_KEY", None)
        with open(self._folder / f"{name}.out", "ab") as out:
            self.running[name] = launch(self.commands[name], env=environ, stdout=out, stderr=out, cwd=ROOT)

    def run(self, *arguments: str, typed: str = "") -> str:
        """Run Python to its end, as an operator runs a command. `typed` is on standard input."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=os.environ | self.environ,
            input=typed,
            capture_output=True,
            text=True,
            cwd=ROOT,
            preexec_fn=die_with_parent,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *arguments: str, typed: str = "") -> str:
        return self.run("-m", "gateway.cli", *arguments, typed=typed)

    def kill(self, *names: str) -> None:
        """Send SIGKILL to all of these processes, then wait for them."""
        processes = [self.running[name] for name in names]  # a supervisor may put others in their place
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    def pause(self, name: str) -> None:
        """Make a process hang with open connections, until `go_on`."""
        self.running[name].send_signal(signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGCONT)

    def restart_the_dead(self) -> None:
        """Restart dead processes, as systemd does with `Restart=always`."""
        for name in [name for name, process in self.running.items() if process.poll() is not None]:
            self._spawn(name)

    @contextmanager
    def supervised(self) -> Iterator[None]:
        """Restart at once any process that dies within the block."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK):
                self.restart_the_dead()

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def said(self) -> str:
        """Return what the processes wrote, for a failing test."""
        return "\n".join(f"{p.stem}: {p.read_text()}" for p in sorted(self._folder.glob("*.out")) if p.stat().st_size)

    def deployment(self) -> Deployment:
        return open_deployment(settings.load(self.environ))

    @cached_property
    def deployed(self) -> Deployment:
        """The deployment, opened once."""
        return self.deployment()

    @property
    def store(self) -> Store:
        """The store of these processes."""
        return self.deployed.store

    def __getitem__(self, name: str) -> NetworkPhone:
        if name not in self._phones:
            self._phones[name] = NetworkPhone(self.network, name)
        return self._phones[name]

    def read_status(self, page: str) -> httpx.Response:
        """Return `ready` or `metrics`, as a monitor reads it."""
        return httpx.get(f"http://127.0.0.1:{self.status_port}/{page}", headers=BEARER, timeout=30)

    def stats(self) -> dict[str, Any]:
        """Return the network's counters."""
        found: dict[str, Any] = self.network.get("/stats").json()
        return found

    def idle(self, lane: str) -> bool:
        """Whether this lane has no work, now or later; False while Redis is away."""
        with suppress(StoreUnavailable):
            return not self.store.work_queue.count_items(lane)
        return False

    def faults(self, **faults: object) -> None:
        assert self.network.put("/faults", json=faults).status_code == 200

    def stop(self) -> None:
        self.network.close()
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(tuning: str = TUNING, keep: int = 20_000) -> Iterator[Stack]:
    """Run a stack while the block runs."""
    with tempfile.TemporaryDirectory(prefix="mws") as folder:
        stack = Stack(Path(folder), tuning, keep)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()

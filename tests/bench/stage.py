"""What a benchmark runs on: its own Redis, and processes started as the Procfile starts them."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.cli import common, redis_server
from gateway.crypto.vault import new_key

ROOT = Path(__file__).parents[2]
PATIENCE = 20
"""seconds to wait for a process to be ready, or to stop"""
_TICK = os.sysconf("SC_CLK_TCK")


class Child:
    """A process that this benchmark started, and its use of CPU and memory."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path):
        self.name, self.log = name, log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env={**os.environ, **environ}, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu(self) -> float:
        """Return the CPU seconds so far, of all its threads and processes, to 10 ms."""
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                fields = path.read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == self.pid else 0
        return ticks / _TICK

    def rss(self) -> int:
        """Return the resident memory in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def check(self) -> None:
        """Raise RuntimeError with its last output if it has died."""
        if self.process.poll() is not None:
            words = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.name} died ({self.process.returncode}): {words}")

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Stage:
    """A folder, a Redis that writes every change to disk before it answers, and the children."""

    def __init__(self, settings_toml: str = ""):
        self._held = ExitStack()
        self.folder = Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="mwbench")))
        self.children: list[Child] = []
        self.port, self.network_port = free_port(), free_port()
        self.token = secrets.token_urlsafe(32)
        self.socket = self.folder / "redis.sock"
        tuning = self.folder / "settings.toml"
        tuning.write_text(settings_toml)
        self.environ = {
            "REDIS_URL": redis_server.unix_url(self.socket),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "MWAVULI_DATA_DIR": str(self.folder),
            "MWAVULI_KEY": new_key(),
            "MWAVULI_WEBHOOK_TOKEN": self.token,
            "MWAVULI_HOTLINE": "0711000099",
            "MWAVULI_LANGUAGES": "en,sw",
            "MWAVULI_SETTINGS": str(tuning),
            "AT_USERNAME": "bench",
            "AT_API_KEY": "simulator",
            "AT_SHORTCODE": "20240",
            "AT_API_URL": f"http://127.0.0.1:{self.network_port}",
        }

    def __enter__(self) -> Self:
        os.environ.update(self.environ)
        common.load_settings.cache_clear()
        common.load_deployment.cache_clear()  # the deployment of an earlier stage had another Redis and key
        self.redis = self.start("redis", redis_server.build_command(self.folder, self.socket))
        redis_server.wait_until_ready(self.socket, self.redis.process)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for child in reversed(self.children):
            child.stop()
        self._held.close()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str] | None = None) -> Child:
        child = Child(name, command, {**self.environ, **(environ or {})}, self.folder / f"{name.replace(' ', '-')}.log")
        self.children.append(child)
        return child

    def stop(self, child: Child) -> None:
        child.stop()
        self.children.remove(child)

    def python(self, name: str, module: str, *args: str, environ: Mapping[str, str] | None = None) -> Child:
        return self.start(name, [sys.executable, "-m", module, *args], environ)

    def mwavuli(self, *args: str) -> Child:
        """Start a process of the Procfile."""
        return self.python(" ".join(args), "gateway.cli", *args)

    def check(self) -> None:
        for child in self.children:
            child.check()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(child: Child, port: int) -> None:
    """Wait until it accepts connections."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        child.check()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{child.name} did not open its port")

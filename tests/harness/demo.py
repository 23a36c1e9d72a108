"""The demo as a process, and its child processes."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from gateway.cli import redis_server
from tests.harness.child import launch
from tests.harness.network_phone import NetworkPhone
from tests.harness.stack import free_ports
from tests.harness.waiting import SOON, until

SERVER = Path(redis_server.find_executable()).name
CHILDREN = (SERVER, "cli web", "worker alerts", "worker messages", "worker bulk", "cli clock", "cli desk", "simulator")


class Demo:
    """One demo in a folder, on free ports."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port, self.page_port, self.desk_port = free_ports(3)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._network = httpx.Client(base_url=f"http://127.0.0.1:{self.page_port}/api", timeout=30)

    def launch(self, *options: str) -> "subprocess.Popen[bytes]":
        """Start it and do not wait."""
        ports = {"--port": self.port, "--page-port": self.page_port, "--desk-port": self.desk_port}
        own = [*(str(word) for pair in ports.items() for word in pair), *options]
        with open(self.folder / "out", "wb") as out:
            process = launch(
                [sys.executable, "-m", "gateway.cli", "demo", *own],
                env=clean_environ() | {"MWAVULI_DATA_DIR": str(self.folder / "data")},
                stdout=out,
                stderr=out,
            )
        self._processes.append(process)
        return process

    def start(self) -> "subprocess.Popen[bytes]":
        process = self.launch()
        until(lambda: "Ctrl-C" in self.said() or process.poll() is not None, what="the start")
        assert process.poll() is None, self.said()
        return process

    def refused(self, *options: str) -> str:
        """Start it with options that it refuses. Return what it says."""
        process = self.launch(*options)
        assert process.wait(SOON) == 2, self.said()
        return self.said()

    def command(self, *words: str) -> str:
        """Run another command, as in another terminal, with only the folder set."""
        own = clean_environ() | {"MWAVULI_DATA_DIR": str(self.folder / "data")}
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *words], env=own, capture_output=True, text=True, check=True
        ).stdout

    def said(self) -> str:
        return (self.folder / "out").read_text()

    def phone(self, name: str) -> NetworkPhone:
        return NetworkPhone(self._network, name)

    def hang_calls(self) -> None:
        """Make the network take every text and never answer."""
        assert self._network.put("/faults", json={"timeout": True}).status_code == 200

    def calls(self) -> int:
        """Return the number of requests that the network got."""
        calls: int = self._network.get("/stats").json()["calls"]
        return calls

    def close(self) -> None:
        self._network.close()
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


def clean_environ() -> dict[str, str]:
    """Return this process's environment without our settings."""
    ours = ("MWAVULI", "AT_", "REDIS")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours) or k == "MWAVULI_REDIS_SERVER"}


def children(pid: int) -> dict[str, int]:
    """Return the ids of the demo's child processes, by the end of their commands."""
    rows = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True).stdout
    found = [row.split(None, 3) for row in rows.splitlines()]
    mine = {args: int(own) for own, parent, stat, args in found if int(parent) == pid and not stat.startswith("Z")}
    return {name: id_ for name in CHILDREN for args, id_ in mine.items() if name in args}


def gone(pids: list[int]) -> bool:
    rows = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True)
    return all(stat.startswith("Z") for stat in rows.stdout.split())


def joins(phone: NetworkPhone) -> None:
    phone.dial()
    phone.choose("English", "Alerts near me", "Get alerts")
    phone.press("soko")
    phone.choose("Yes, join")

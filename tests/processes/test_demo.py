"""`mwavuli demo` as a newcomer runs it: started, hurt, stopped, started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.cli import redis_server
from tests.harness.stack import SOON, Phone, free_ports, until

SERVER = Path(redis_server.find_executable()).name
CHILDREN = (SERVER, "cli web", "worker alerts", "worker messages", "worker bulk", "cli clock", "simulator")


class Demo:
    """One demo in a folder, on free ports."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port, self.page_port = free_ports(2)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._network = httpx.Client(base_url=f"http://127.0.0.1:{self.page_port}/api", timeout=30)

    def launch(self, *options: str) -> "subprocess.Popen[bytes]":
        """Start it and do not wait."""
        own = ["--port", str(self.port), "--page-port", str(self.page_port), *options]
        with open(self.folder / "out", "wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", "demo", *own],
                env=_without_ours() | {"MWAVULI_DATA_DIR": str(self.folder / "data")}, stdout=out, stderr=out,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def start(self) -> "subprocess.Popen[bytes]":
        process = self.launch()
        until(lambda: "Ctrl-C" in self.said() or process.poll() is not None, what="the start")
        assert process.poll() is None, self.said()
        return process

    def refused(self, *options: str) -> str:
        """What it says when it does not start."""
        process = self.launch(*options)
        assert process.wait(SOON) == 2, self.said()
        return self.said()

    def command(self, *words: str) -> str:
        """Another command, in another terminal, with nothing set but the folder."""
        own = _without_ours() | {"MWAVULI_DATA_DIR": str(self.folder / "data")}
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *words], env=own, capture_output=True, text=True, check=True
        ).stdout

    def said(self) -> str:
        return (self.folder / "out").read_text()

    def phone(self, name: str) -> Phone:
        return Phone(self._network, name)

    def hang_calls(self) -> None:
        """From now on the network takes every text and never says so."""
        assert self._network.put("/faults", json={"timeout": True}).status_code == 200

    def calls(self) -> int:
        """How often texts were handed to the network."""
        calls: int = self._network.get("/stats").json()["calls"]
        return calls

    def close(self) -> None:
        self._network.close()
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


def _without_ours() -> dict[str, str]:
    ours = ("MWAVULI", "AT_", "REDIS")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours) or k == "MWAVULI_REDIS_SERVER"}


def children(pid: int) -> dict[str, int]:
    """The demo's children by the end of their command, from `ps`."""
    rows = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True).stdout
    found = [row.split(None, 3) for row in rows.splitlines()]
    mine = {args: int(own) for own, parent, stat, args in found if int(parent) == pid and not stat.startswith("Z")}
    return {name: id_ for name in CHILDREN for args, id_ in mine.items() if name in args}


def gone(pids: list[int]) -> bool:
    rows = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True)
    return all(stat.startswith("Z") for stat in rows.stdout.split())


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("d"))
    yield made
    made.close()


def joins(phone: Phone) -> None:
    phone.dial()
    phone.pick("English", "Alerts near me", "Get alerts")
    phone.type("soko")
    phone.pick("Soko Mwezi", "Yes, join")


def test_it_starts_survives_and_stops_and_loses_nothing(demo: Demo) -> None:
    process = demo.start()
    assert "PIN 2468" in demo.said() and "press 7" in demo.said()
    assert "overcommit" not in demo.said(), "Redis' own words are in its log"
    joins(demo.phone("Amina"))
    assert "Vera" in demo.command("staff", "list"), "other commands find the demo by its folder"

    before = children(process.pid)
    assert set(before) == set(CHILDREN), demo.said()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: set(now := children(process.pid)) == set(before) and not set(now.values()) & set(before.values()))
    assert time.monotonic() - killed < 5, "on a busy machine; about a quarter of a second on a quiet one"
    until(lambda: has_areas(demo, "Amina"), what="everything at work again")

    running = children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert gone(list(running.values())), "nothing is left of it"


def has_areas(demo: Demo, name: str) -> bool:
    """Is she still a member? Asked on the phone, which may apologise while something starts."""
    try:
        phone = demo.phone(name)
        phone.dial()
        phone.pick("English", "Alerts near me")
        return "Leave an area" in phone.screen
    except (AssertionError, httpx.HTTPError):
        return False


def test_killed_itself_it_leaves_nothing_that_blocks_the_next_start(demo: Demo) -> None:
    process = demo.start()
    joins(demo.phone("Amina"))
    running = children(process.pid)
    process.kill()
    process.wait()
    again = demo.start()
    assert gone(list(running.values()))
    assert has_areas(demo, "Amina")

    other = Demo(demo.folder / "..")
    other.folder = demo.folder
    (demo.folder / "out").rename(demo.folder / "first")
    assert re.search("a demo already runs with its data in .*data", other.refused())
    again.terminate()
    assert again.wait(20) == 0


def test_a_port_in_use_is_told_before_anything_starts(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.page_port))
        taken.listen()
        said = demo.refused()
    assert f"port {demo.page_port} is not free" in said and "--page-port" in said
    assert not (demo.folder / "data" / "redis.sock").exists()
    assert "must differ" in demo.refused("--page-port", str(demo.port))


def test_a_bad_value_is_told_before_anything_starts(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--port" in demo.refused("--port", "http")
    monkeypatch.setattr(f"{__name__}._without_ours", lambda: os.environ | {"MWAVULI_LANGUAGES": "xx"})
    assert "xx" in demo.refused()
    assert not (demo.folder / "data" / "redis.sock").exists()

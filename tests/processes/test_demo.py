"""`mwavuli demo` as a newcomer runs it: started, killed, stopped, started again."""

import json
import os
import re
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from gateway.settings import SECRETS
from tests.harness.demo import CHILDREN, SERVER, Demo, children, gone, joins
from tests.harness.waiting import until


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("d"))
    yield made
    made.close()


def test_it_starts_survives_and_stops_and_loses_nothing(demo: Demo) -> None:
    process = demo.start()
    assert "PIN 2468" in demo.said() and "press 1 and 7" in demo.said()
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
    """Whether the subscription is there, asked on the phone, which may apologise while something starts."""
    try:
        phone = demo.phone(name)
        phone.dial()
        phone.choose("English", "Alerts near me")
        return "Stop area texts" in phone.screen
    except (AssertionError, httpx.HTTPError):
        return False


def test_a_killed_demo_does_not_block_the_next_start(demo: Demo) -> None:
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


def test_another_account_finds_no_secret_in_the_list_of_processes(demo: Demo) -> None:
    """Fault row 57. The simulated network has no key at all."""
    process = demo.start()
    settings = json.loads((demo.folder / "data" / "demo.json").read_text())
    secrets = [value.encode() for name, value in settings.items() if name in SECRETS and name.startswith("MWAVULI")]
    assert len(secrets) == 2
    running = children(process.pid)
    for name, pid in running.items():
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert not any(secret in line for secret in secrets), name
    assert settings["MWAVULI_KEY"].encode() not in Path(f"/proc/{running['simulator']}/environ").read_bytes()


def test_a_port_in_use_is_reported_before_anything_starts(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.page_port))
        taken.listen()
        said = demo.refused()
    assert f"port {demo.page_port} is not free" in said and "--page-port" in said
    assert not (demo.folder / "data" / "redis.sock").exists()
    assert "must differ" in demo.refused("--page-port", str(demo.port))


def test_a_bad_value_is_reported_before_anything_starts(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--port" in demo.refused("--port", "http")
    monkeypatch.setattr("tests.harness.demo.clean_environ", lambda: os.environ | {"MWAVULI_LANGUAGES": "xx"})
    assert "xx" in demo.refused()
    assert not (demo.folder / "data" / "redis.sock").exists()


def test_no_child_shows_or_inherits_a_secret_that_it_does_not_need(demo: Demo) -> None:
    """Another account reads command lines and files; the network of a trial is another party (row 45 of FAULTS)."""
    process = demo.start()
    folder = demo.folder / "data"
    saved = json.loads((folder / "demo.json").read_text())
    secrets = {saved[name] for name in ("MWAVULI_KEY", "MWAVULI_WEBHOOK_TOKEN")}
    secrets.add(saved["REDIS_URL"].split("@")[0].rpartition(":")[2])
    pids = children(process.pid)
    for pid in (process.pid, *pids.values()):
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert not [secret for secret in secrets if secret.encode() in line]
    for name in (SERVER, "simulator"):
        environ = Path(f"/proc/{pids[name]}/environ").read_bytes()
        assert saved["MWAVULI_KEY"].encode() not in environ
        assert b"REDIS_URL" not in environ and b"AT_API_KEY" not in environ
    joins(demo.phone("Amina"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) & 0o077 for file in folder.rglob("*") if file.is_file()}
    assert {name for name, mode in modes.items() if mode} == set()
    assert any("aof" in name for name in modes)


def test_the_demo_of_an_adversary_without_its_password_is_closed(demo: Demo) -> None:
    demo.start()
    socket = str(demo.folder / "data" / "redis.sock")
    with Redis(unix_socket_path=socket) as client, pytest.raises(AuthenticationError):
        client.ping()

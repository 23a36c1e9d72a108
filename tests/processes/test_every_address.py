"""The web on `::` with two processes: both families of addresses, the lock on addresses, the status (row 149)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from gateway.cli import redis_server
from gateway.crypto.vault import new_key
from tests.harness.cast import NUMBERS
from tests.harness.child import child_process
from tests.harness.served import BEARER, OwnRedis, turn_form
from tests.harness.stack import ROOT, TOKEN, free_ports
from tests.harness.waiting import until
from tests.harness.web_process import WebProcess, running_web

NETWORK, NETWORK_6 = "198.51.100.7", "2001:db8::5"
WEB = f"""[web]
behind_proxy = true
proxies = ["127.0.0.1", "::1"]
[web.addresses]
at = ["{NETWORK}", "2001:db8::/32"]
"""
HOSTS = ("127.0.0.1", "[::1]")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    folder = tmp_path_factory.mktemp("web")
    redis = OwnRedis(folder)
    (folder / "settings.toml").write_text(WEB)
    environ = {
        "REDIS_URL": redis_server.unix_url(redis.socket), "MWAVULI_DATA_DIR": str(folder), "MWAVULI_KEY": new_key(),
        "MWAVULI_WEBHOOK_TOKEN": TOKEN, "AT_USERNAME": "test", "AT_API_KEY": "simulator",
        "AT_API_URL": "http://127.0.0.1:1", "MWAVULI_SETTINGS": str(folder / "settings.toml"),
        "HOST": "::", "MWAVULI_STATUS_HOST": "::", "WEB_CONCURRENCY": "2",
    }  # fmt: skip
    try:
        with running_web(environ, folder / "web.log") as running:
            yield running
    finally:
        redis.stop()


def dial(web: WebProcess, host: str, sender: str = NETWORK) -> httpx.Response:
    """Dial as the network does through a proxy on this machine, which names the network's address."""
    url = f"http://{host}:{web.port}/at/{TOKEN}/ussd"
    return httpx.post(url, data=turn_form(NUMBERS["Amina"]), headers={"X-Forwarded-For": sender}, timeout=30)


def read_status(web: WebProcess, host: str, page: str, header: dict[str, str]) -> httpx.Response:
    return httpx.get(f"http://{host}:{web.status_port}/{page}", headers=header, timeout=30)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("sender", [NETWORK, f"::ffff:{NETWORK}", NETWORK_6, f"{NETWORK_6}, ::1"])
def test_a_caller_is_served_over_both_families(web: WebProcess, host: str, sender: str) -> None:
    answer = dial(web, host, sender)
    assert answer.status_code == 200 and answer.text.startswith("CON 1. English")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("sender", ["203.0.113.9", "2001:db9::1", f"{NETWORK}, 203.0.113.9", "", "::ffff:203.0.113.9"])
def test_a_thief_of_the_token_elsewhere_finds_nothing(web: WebProcess, host: str, sender: str) -> None:
    """The adversary has the secret of the path, and writes the network's address before its own."""
    assert dial(web, host, sender).status_code == 404


def test_a_monitor_reads_all_processes_over_both_families_and_a_stranger_none(web: WebProcess) -> None:
    shown = [read_status(web, host, "metrics", BEARER).text for host in HOSTS]
    for name in ("mwavuli_refused_address_total", 'mwavuli_ussd_turn_seconds_count{result="answered"}'):
        found = {line for text in shown for line in text.splitlines() if line.startswith(name)}
        assert len(found) == 1 and not found.pop().endswith(" 0.0")
    for host in HOSTS:
        assert read_status(web, host, "ready", BEARER).json()["unlocked"]
        assert read_status(web, host, "ready", {}).status_code != 200
        assert httpx.get(f"http://{host}:{web.port}/metrics", headers=BEARER).status_code == 404


def test_replaced_processes_keep_both_families(web: WebProcess) -> None:
    """An operator sends SIGHUP, and later SIGTERM ends the whole within its time."""
    web.process.send_signal(signal.SIGHUP)
    for _ in range(20):
        assert {dial(web, host).status_code for host in HOSTS} == {200}
    assert web.seconds_to_end() < 12


def test_the_simulated_network_starts_beside_several_web_processes(tmp_path: Path) -> None:
    """An operator in a trial has WEB_CONCURRENCY in the environment of all processes."""
    [port] = free_ports(1)
    command = [sys.executable, "-m", "gateway.simulator", "--port", str(port)]
    environ = os.environ | {"WEB_CONCURRENCY": "2", "MWAVULI_WEBHOOK_TOKEN": TOKEN}
    with child_process(command, env=environ, cwd=ROOT, stderr=subprocess.DEVNULL):
        until(lambda: _answers(f"http://127.0.0.1:{port}/"), what="the page of the simulated network")


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(url).status_code == 200
    return False

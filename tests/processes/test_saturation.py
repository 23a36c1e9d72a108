"""More callers than one web process can serve get an apology at once; and several processes serve one port."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from gateway import settings
from gateway.deployment import Deployment
from gateway.settings import Settings
from gateway.web.server import listen
from tests.conftest import TOKEN, free_port
from tests.harness.cast import NUMBERS
from tests.harness.child import launch
from tests.harness.served import BEARER, STATUS_TOKEN, Served, served, turn_form
from tests.harness.stack import ROOT
from tests.harness.waiting import until

MOST = 3
APOLOGY = "END Sorry, this does not work now. Please dial again later or call 0711000099."
NAMES = ("Bahati", "Chiku", "Dafina")


@pytest.fixture
def web(deployment: Deployment, environ: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "settings.toml").write_text(f"[web]\nmax_turns = {MOST}\n")
    with served(settings.load(environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")})) as running:
        yield running


class Slow:
    """A request of which only half has come."""

    def __init__(self, web: Served, name: str):
        body = urlencode(turn_form(NUMBERS[name])).encode()
        head = (
            f"POST {web.path('ussd')} HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        ).encode()
        host, _, port = web.url.removeprefix("http://").partition(":")
        self._rest = body[20:]
        self._socket = socket.create_connection((host, int(port)), 20)
        self._socket.sendall(head + body[:20])

    def finish(self) -> str:
        self._socket.sendall(self._rest)
        with self._socket, self._socket.makefile("rb") as answer:
            return answer.read().decode()

    def leave(self) -> None:
        self._socket.close()


def dials(web: Served, name: str = "Amina") -> str:
    answer = web.post("ussd", turn_form(NUMBERS[name]))
    assert answer.status_code == 200
    return answer.text


def busy(web: Served) -> int:
    found = re.search(r'mwavuli_ussd_turn_seconds_count{result="busy"} (\d+)', web.status.get("/metrics").text)
    return int(found[1]) if found else 0


def test_requests_above_the_limit_get_an_apology_and_others_are_served(web: Served) -> None:
    before = busy(web)
    slow = [Slow(web, name) for name in NAMES]
    until(lambda: dials(web) == APOLOGY, what="an apology while all places are taken")
    assert busy(web) > before
    assert all("\r\n\r\nCON " in each.finish() for each in slow)
    assert dials(web).startswith("CON ")


def test_an_apology_is_for_this_turn_only(web: Served) -> None:
    """The next key of a session that got an apology is answered as usual."""
    call = turn_form(NUMBERS["Amina"], call="call-1")
    assert web.post("ussd", call).text.startswith("CON ")
    slow = [Slow(web, name) for name in NAMES]
    until(lambda: dials(web, "Bahati") == APOLOGY)
    assert web.post("ussd", call | {"text": "1"}).text == APOLOGY
    for each in slow:
        each.finish()
    assert "1. Alerts near me" in web.post("ussd", call | {"text": "1"}).text


def test_a_client_that_hangs_up_frees_its_slot(web: Served) -> None:
    slow = [Slow(web, name) for name in NAMES]
    until(lambda: dials(web) == APOLOGY)
    for each in slow:
        each.leave()
    until(lambda: dials(web).startswith("CON "), what="a free place")


def test_a_forger_learns_nothing_from_a_saturated_server(web: Served) -> None:
    slow = [Slow(web, name) for name in NAMES]
    until(lambda: dials(web) == APOLOGY)
    answer = web.http.post("/at/wrong/ussd", data=turn_form(NUMBERS["Amina"]))
    assert (answer.status_code, answer.text) == (404, "Not Found")
    for each in slow:
        each.finish()


# Several processes on one port


def test_answers_on_a_shared_port_are_sent_at_once(values: Settings) -> None:
    """Otherwise each answer waits 40 ms for an acknowledgement of the other side."""
    (port,) = listen(values.model_copy(update={"port": 0}))
    with port:
        port.listen()
        with socket.create_connection(port.getsockname()), port.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.fixture
def two(deployment: Deployment, environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    port, status_port = free_port(), free_port()
    status = {"MWAVULI_STATUS_PORT": str(status_port), "MWAVULI_STATUS_TOKEN": STATUS_TOKEN}
    command = [sys.executable, "-m", "gateway.cli", "web", "--processes", "2"]
    process = launch(
        command, env={**os.environ, **environ, **status, "PORT": str(port)}, cwd=ROOT, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"
    until(lambda: _alive(url) and len(servers(process)) == 2, what="both processes")
    yield process, url, f"http://127.0.0.1:{status_port}"
    process.terminate()
    process.wait(20)
    assert not _alive(url)


def _alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).text == "alive"
    except httpx.HTTPError:
        return False


def servers(process: "subprocess.Popen[bytes]") -> list[int]:
    """Return the processes that serve: children of the one we started, but for Python's own resource tracker."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_call_goes_on_in_whichever_process_answers(
    two: tuple["subprocess.Popen[bytes]", str, str], values: Settings
) -> None:
    process, url, status_url = two
    calls = [turn_form(NUMBERS[name], call=f"call-{name}") for name in NAMES]
    with ExitStack() as connections:
        clients = [connections.enter_context(httpx.Client(base_url=url, timeout=20)) for _ in range(12)]
        for text, shown in (("", "English"), ("1", "1. Alerts near me"), ("1*3", "rights"), ("1*3*0", "1. Alerts")):
            for call in calls:
                for client in clients:  # each on a connection of its own: either process may have accepted it
                    answer = client.post(f"/at/{TOKEN}/ussd", data=call | {"text": text})
                    assert shown in answer.text, answer.text
    turns = r'mwavuli_ussd_turn_seconds_count{result="answered"} (\d+)'
    for _ in range(8):
        found = re.search(turns, httpx.get(f"{status_url}/metrics", headers=BEARER).text)
        assert found and int(found[1].partition(".")[0]) == 4 * len(NAMES) * 12, "counted together, at any process"
    killed = servers(process)[0]
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(servers(process)) == 2 and killed not in servers(process), what="another in its place")
    assert httpx.post(f"{url}/at/{TOKEN}/ussd", data=turn_form(NUMBERS["Amina"]), timeout=20).text[:4] == "CON "

"""Fault rows 52 to 54: clients that open, begin and flood connections, and never end a request.

The adversary wants callers to reach nobody, memory or the disk to fill, or the port to stay dead at a restart.
"""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from gateway.deployment import Deployment
from tests.conftest import TOKEN
from tests.harness.cast import NUMBERS
from tests.harness.served import turn_form
from tests.harness.waiting import until
from tests.harness.web_process import WEB, WebProcess, is_closed, running_web

MAX_FILES = 256
MAX_LOG_BYTES = 100_000
HALF_HEAD = b"POST /at/x/ussd HTTP/1.1\r\nHost: h\r\n"
HALF_BODY = f"POST /at/{TOKEN}/ussd HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nses".encode()
QUICK = "[web]\nrequest_timeout = 3\nshutdown_timeout = 2\n"


@pytest.fixture
def quick(deployment: Deployment, environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Return an environment with short time limits."""
    (tmp_path / "settings.toml").write_text(QUICK)
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


@pytest.fixture
def web(quick: dict[str, str], tmp_path: Path) -> Iterator[WebProcess]:
    with running_web(quick, tmp_path / "out", max_files=MAX_FILES) as running:
        yield running


def dial(web: WebProcess) -> str:
    return httpx.post(f"{web.url}/at/{TOKEN}/ussd", data=turn_form(NUMBERS["Amina"]), timeout=5).text


@pytest.mark.parametrize("sent", [b"", b"P", HALF_HEAD, HALF_BODY], ids=["silent", "a letter", "head", "body"])
def test_more_half_open_requests_than_files_keep_no_caller_out(web: WebProcess, sent: bytes) -> None:
    """Row 52: 300 connections at 256 files. Callers are answered meanwhile, and the log does not grow."""
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(web.half_open(sent))
        for _ in range(20):
            began = time.monotonic()
            assert dial(web).startswith("CON ")
            assert web.is_healthy()
            assert time.monotonic() - began < 4
    assert web.log_bytes() < MAX_LOG_BYTES, web.said()[:2000]
    assert web.count('cut_connection_total{result="full"}') >= 100


def test_a_burst_of_connections_at_once_exhausts_no_files(web: WebProcess) -> None:
    """Row 52: thousands of connections as fast as the kernel takes them, from many at once."""
    with ExitStack() as stack:
        for _ in range(1500):
            attempt = stack.enter_context(socket.socket())
            attempt.setblocking(False)
            attempt.connect_ex(("127.0.0.1", web.port))
        until(lambda: web.is_healthy(2), 10, "an answer during the burst")
        assert dial(web).startswith("CON ")
    assert "EMFILE" not in web.said()
    assert web.log_bytes() < MAX_LOG_BYTES


@pytest.mark.parametrize(
    ("sent", "drop"), [(b"", b""), (HALF_HEAD, b"X: y\r\n"), (HALF_BODY, b"x")], ids=["silent", "head", "body"]
)
def test_a_request_that_never_ends_is_cut(web: WebProcess, sent: bytes, drop: bytes) -> None:
    """Row 52: also where a little comes now and then, which gives no more time."""
    connection = web.half_open(sent)
    began = time.monotonic()
    while time.monotonic() - began < 8 and not is_closed(connection):
        with suppress(OSError):
            connection.sendall(drop)
        time.sleep(0.3)
    assert 2 < time.monotonic() - began < 6
    assert web.count('cut_connection_total{result="slow"}') >= 1


def test_a_client_that_reads_no_answer_keeps_no_connection(web: WebProcess) -> None:
    """Row 52: requests without end on one connection, whose answers pile up unread."""
    with web.connect() as connection:
        connection.settimeout(0.5)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 20:
                with suppress(TimeoutError):
                    connection.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n" * 2000)
        assert time.monotonic() - began < 15
    assert web.resident_mb() < 200
    assert web.is_healthy()


def flood(web: WebProcess, begun: bytes, block: bytes, megabytes: int) -> float:
    """Send a beginning and then blocks, until the server closes. Return how many megabytes it took."""
    sent = 0
    with web.connect() as connection, suppress(OSError):
        connection.sendall(begun)
        while sent < megabytes * 1_000_000:
            connection.sendall(block)
            sent += len(block)
    return sent / 1_000_000


@pytest.mark.parametrize(
    ("begun", "block"),
    [
        (b"GET /health HTTP/1.1\r\nHost: h\r\nX: ", b"x" * 100_000),
        (b"GET /health HTTP/1.1\r\nHost: h\r\n", b"X-A: b\r\n" * 10_000),
        (b"GET /", b"x" * 100_000),
        (b"", b"\r\n" * 50_000),
        (b"POST /at/x/ussd HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
         b"8000\r\n" + b"x" * 0x8000 + b"\r\n"),
        (f"POST /at/{TOKEN}/ussd HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n".encode(), b"x" * 100_000),
        (f"POST /at/{TOKEN}/ussd HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".encode(),
         b"8000;" + b"e" * 1000 + b"\r\n" + b"x" * 0x8000 + b"\r\n"),
    ],
    ids=["one header", "many headers", "path", "empty lines", "body", "a caller's body", "chunks"],
)  # fmt: skip
def test_a_request_without_end_is_cut_and_fills_no_memory(web: WebProcess, begun: bytes, block: bytes) -> None:
    """Row 53: 200 MB are on offer; the server reads a few."""
    assert dial(web).startswith("CON ")
    before = web.resident_mb()
    for _ in range(3):
        assert flood(web, begun, block, 200) < 20
    assert web.resident_mb() - before < 30
    assert dial(web).startswith("CON ")


def test_nonsense_is_counted_and_fills_no_log(web: WebProcess) -> None:
    """Row 53: a thousand requests that are no HTTP, and offers of other protocols."""
    before = web.count("malformed_request_total")
    for i in range(1000):
        with web.half_open((b"\x16\x03\x01\x02\0", b"SSH-2.0-x\r\n", b"GET nowhere\r\n\r\n")[i % 3]) as connection:
            connection.recv(1000)
    assert web.count("malformed_request_total") - before == 1000
    for upgrade in ("websocket", "h2c"):
        asked = {"Connection": "Upgrade", "Upgrade": upgrade, "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
        assert httpx.get(f"{web.url}/health", headers=asked).text == "alive"
        assert httpx.get(f"{web.url}/no-such-page", headers=asked).status_code == 404
    assert web.log_bytes() < 2000, web.said()


@pytest.mark.parametrize("options", [(), ("--processes", "2")], ids=["one process", "two processes"])
@pytest.mark.parametrize("sent", [b"", HALF_HEAD, HALF_BODY], ids=["silent", "head", "body"])
def test_a_half_sent_request_does_not_keep_a_process_from_ending(
    quick: dict[str, str], tmp_path: Path, options: tuple[str, ...], sent: bytes
) -> None:
    """Row 54: at a restart the port is dead until the old process has ended."""
    with running_web(quick, tmp_path / "out", *WEB, *options) as web, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(web.half_open(sent))
        time.sleep(0.3)
        assert web.seconds_to_end() < 4


def test_an_unread_answer_does_not_keep_a_process_from_ending(quick: dict[str, str], tmp_path: Path) -> None:
    """Row 54: the client sends requests and reads nothing."""
    with running_web(quick, tmp_path / "out") as web, web.connect() as connection:
        connection.settimeout(0.2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(OSError):
            for _ in range(50):
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n" * 200)
        assert web.seconds_to_end() < 5


def test_a_restart_by_sighup_costs_no_caller_an_answer(quick: dict[str, str], tmp_path: Path) -> None:
    """Row 54: half-sent requests are there as well. Each caller comes on a new connection."""
    with running_web(quick, tmp_path / "out", *WEB, "--processes", "2") as web, ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(web.half_open(HALF_BODY))
        before = serving(web)
        web.process.send_signal(signal.SIGHUP)
        until(lambda: dial(web).startswith("CON ") and not before & serving(web), what="two others")
        assert len(serving(web)) == 2


def serving(web: WebProcess) -> set[int]:
    """Return the ids of the processes that serve."""
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    return {int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_a_turn_under_way_is_answered_before_the_process_ends(quick: dict[str, str], tmp_path: Path) -> None:
    """Row 54: the limit costs no caller an answer. The rest of this request comes after the signal."""
    body = urlencode(turn_form(NUMBERS["Amina"])).encode()
    head = f"POST /at/{TOKEN}/ussd HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with running_web(quick, tmp_path / "out") as web, web.half_open(head + body[:10]) as connection:
        time.sleep(0.3)
        web.process.terminate()
        time.sleep(0.3)
        connection.sendall(body[10:])
        with connection.makefile("rb") as answer:
            assert b"\r\n\r\nCON " in answer.read()
        web.process.wait(5)

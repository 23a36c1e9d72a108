"""Fault rows 50 and 51: an outsider who reads the status pages, and a stranger who has the webhooks' token."""

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from gateway import settings
from gateway.deployment import Deployment
from gateway.errors import BadInput
from gateway.settings import Settings
from tests.conftest import TOKEN, free_port
from tests.harness.cast import NUMBERS
from tests.harness.child import child_process
from tests.harness.served import BEARER, STATUS_TOKEN, Served, served, turn_form
from tests.harness.waiting import until

PAGES = ("/ready", "/metrics", "/ready/", "/metrics/", "//metrics", "/%6detrics", "/ready?x=1", "/METRICS")
PRETENCES: tuple[dict[str, str], ...] = (
    {},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-For": ""},
    {"Forwarded": "for=127.0.0.1;host=localhost"},
    {"X-Real-IP": "127.0.0.1"},
    {"X-Client-IP": "127.0.0.1", "True-Client-IP": "127.0.0.1"},
    {"Via": "1.1 localhost"},
    {"Host": "127.0.0.1"},
    {"Host": "localhost:8001"},
    {"Host": "[::1]"},
    {"X-Forwarded-Host": "localhost", "X-Forwarded-Port": "8001", "X-Forwarded-Proto": "https"},
    {"X-Original-URL": "/metrics", "X-Rewrite-URL": "/metrics"},
    {"Authorization": f"Bearer {TOKEN}"},
    BEARER,
)


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


def is_unknown(answer: httpx.Response, unknown: httpx.Response) -> bool:
    """Whether the answer is that of a path that does not exist, header by header."""
    return (answer.status_code, answer.content, answer.headers.raw) == (404, b"Not Found", unknown.headers.raw)


def test_an_outsider_at_the_public_port_reads_no_status_with_any_header(web: Served) -> None:
    """Row 50: not from this machine, not with either token, not with a header that a proxy would set."""
    unknown = web.http.get("/no-such-page")
    for page in PAGES:
        for pretence in PRETENCES:
            assert is_unknown(web.http.get(page, headers=pretence), unknown), (page, pretence)
    for method in ("POST", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert web.http.request(method, "/metrics", headers=BEARER).status_code == 404, method
    assert web.http.get("/health").text == "alive"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:8001/metrics", "http://localhost/ready", "//localhost/metrics", "*"]
)
def test_an_outsider_who_names_another_host_in_the_request_line_reads_no_status(web: Served, target: str) -> None:
    """Row 50: the form of a request to a proxy."""
    host, _, port = web.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 20) as connection:
        lines = (
            f"GET {target} HTTP/1.1",
            "Host: 127.0.0.1:8001",
            f"Authorization: Bearer {STATUS_TOKEN}",
            "Connection: close",
        )
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        with connection.makefile("rb") as answer:
            assert re.match(rb"HTTP/1.1 40[04] ", answer.read())


NGINX = """
daemon off; pid {folder}/pid; error_log /dev/null crit; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {url}; }} }}
}}
"""


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_an_outsider_behind_a_proxy_that_adds_no_header_reads_no_status(web: Served, tmp_path: Path) -> None:
    """Row 50: nginx as it is shipped forwards to this machine, and says nothing of the outsider."""
    port = free_port()
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, port=port, url=web.url))
    command = ["nginx", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", "/dev/null"]
    outside = f"http://127.0.0.1:{port}"
    with child_process(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        until(lambda: _answers(outside), what="nginx")
        assert httpx.get(f"{outside}/health").text == "alive"
        for page in ("/metrics", "/ready"):
            for pretence in PRETENCES:
                answer = httpx.get(outside + page, headers=pretence)
                assert (answer.status_code, answer.content) == (404, b"Not Found"), (page, pretence)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


def test_an_outsider_behind_a_proxy_that_copies_bytes_reads_no_status(web: Served) -> None:
    """Row 50: a proxy on this machine that knows no HTTP, as a tunnel or a container's port."""
    host, _, port = web.url.removeprefix("http://").partition(":")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_forward, args=(listening, (host, int(port))), daemon=True).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=20) as outside:
            for page in ("/metrics", "/ready"):
                assert outside.get(page, headers={"Host": "127.0.0.1"}).status_code == 404


def _forward(listening: socket.socket, target: tuple[str, int]) -> None:
    client, _address = listening.accept()
    with client, socket.create_connection(target) as server:
        threading.Thread(target=_copy, args=(server, client), daemon=True).start()
        _copy(client, server)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while found := source.recv(65536):
            target.sendall(found)


def test_a_stranger_at_the_status_port_reads_nothing_without_its_token(web: Served) -> None:
    """Row 51: a local account, or a page in a browser of the operator. The webhooks' token is no key either."""
    unknown = web.status.get("/no-such-page")
    wrong = ("", "Bearer", f"Bearer {TOKEN}", f"Bearer {STATUS_TOKEN}x", f"Bearer {STATUS_TOKEN[:-1]}",
             STATUS_TOKEN, f"bearer {STATUS_TOKEN}", f"Basic {STATUS_TOKEN}", "Bearer  " + STATUS_TOKEN)  # fmt: skip
    for page in ("/ready", "/metrics"):
        for given in wrong:
            assert is_unknown(web.status.get(page, headers={"Authorization": given}), unknown), given
        assert web.status.get(f"{page}?token={STATUS_TOKEN}", headers={"Authorization": ""}).status_code == 404
    assert web.status.get("/metrics").status_code == 200
    assert web.status.get("/ready").status_code == 503, "no worker is at work here"


def test_a_monitor_can_forge_no_caller(web: Served) -> None:
    """Row 51: the token of a monitor's configuration opens no webhook, and its port has none."""
    form = turn_form(NUMBERS["Amina"])
    assert web.http.post(f"/at/{STATUS_TOKEN}/ussd", data=form).status_code == 404
    assert web.status.post(web.path("ussd"), data=form).status_code == 404
    assert web.status.get("/health").status_code == 404


def test_without_a_status_token_no_port_shows_the_status(deployment: Deployment, environ: dict[str, str]) -> None:
    """Row 51: an operator who set nothing has nothing open."""
    values = settings.load(environ)
    assert values.status_token == ""
    with served(values, status_token="") as web:
        for http in (web.http, web.status):
            for page in ("/ready", "/metrics"):
                assert http.get(page, headers={"Authorization": "Bearer"}).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"MWAVULI_STATUS_TOKEN": TOKEN},
        {"MWAVULI_STATUS_TOKEN": "a" * 31},
        {"MWAVULI_STATUS_TOKEN": STATUS_TOKEN, "PORT": "8001"},
        {"MWAVULI_STATUS_TOKEN": STATUS_TOKEN, "PORT": "9000", "MWAVULI_STATUS_PORT": "9000"},
    ],
)
def test_settings_that_would_open_the_status_are_refused(environ: dict[str, str], changed: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="MWAVULI_STATUS") as caught:
        settings.load({**environ, **changed})
    assert TOKEN not in str(caught.value) and STATUS_TOKEN not in str(caught.value)

"""The real web application over HTTP, in a thread, and the network's requests to it."""

import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

from gateway.cli import redis_server
from gateway.settings import Settings
from gateway.web import create_app
from gateway.web.server import ServerConfig, listen
from tests.harness.cast import NUMBERS
from tests.harness.child import launch
from tests.harness.phone import Phone

Form = Mapping[str, str]


class Served:
    """Posts forms as the network does: under the secret, each kind to its own path."""

    def __init__(self, url: str, token: str, status_url: str = ""):
        self.url, self.token = url, token
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        self.http = httpx.Client(base_url=url, timeout=30, limits=limits)
        self.status = httpx.Client(base_url=status_url, timeout=30, headers=BEARER)
        """a monitor's connection to the status pages"""

    def path(self, hook: str) -> str:
        return f"/at/{self.token}/{hook}"

    def post(self, hook: str, form: Form) -> httpx.Response:
        return self.http.post(self.path(hook), data=dict(form))

    def raw(self, hook: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> httpx.Response:
        return self.http.post(self.path(hook), content=body, headers={"Content-Type": kind} if kind else {})

    def text(self, name: str, words: str, id_: str = "") -> httpx.Response:
        return self.post("sms", text_form(NUMBERS[name], words, id_))


class WebPhone(Phone):
    """A phone whose network posts to the web application under test. It gets no texts."""

    def __init__(self, web: Served, name: str):
        super().__init__(name)
        self._web = web
        self.form: dict[str, str] = {}

    def _begin(self) -> None:
        self.form = turn_form(NUMBERS[self.name])
        self._turn()

    def _answer(self, key: str) -> None:
        self.form["text"] = f"{self.form['text']}*{key}" if self.form["text"] else key
        self._turn()

    def _turn(self) -> None:
        answer = self._web.post("ussd", self.form)
        assert answer.status_code == 200
        assert answer.text[:4] in ("CON ", "END "), answer.text
        self.screen, self.open = answer.text[4:], answer.text.startswith("CON ")

    def text(self, words: str) -> None:
        assert self._web.text(self.name, words).status_code == 200

    def texts(self) -> list[str]:
        return []


def turn_form(number: str, text: str = "", call: str = "") -> dict[str, str]:
    return {
        "sessionId": call or secrets.token_hex(8),
        "phoneNumber": number,
        "networkCode": "63902",
        "serviceCode": "*384*2024#",
        "text": text,
    }


def text_form(number: str, words: str, id_: str = "") -> dict[str, str]:
    return {
        "id": id_ or secrets.token_hex(8),
        "from": number,
        "to": "20240",
        "text": words,
        "linkId": "",
        "date": "2026-11-22 00:00:00",
        "networkCode": "63902",
    }


STATUS_TOKEN = "status-token-" + "0123456789abcdef" * 2
BEARER = {"Authorization": f"Bearer {STATUS_TOKEN}"}


@contextmanager
def served(values: Settings, status_token: str = STATUS_TOKEN, host: str = "127.0.0.1") -> Iterator[Served]:
    """Serve as `mwavuli web` does, the status pages included, on free ports."""
    [bound] = listen(values.model_copy(update={"host": host, "port": 0}))
    with bind_free() as for_monitors:
        status_port = for_monitors.getsockname()[1]
        token = values.webhook_tokens[0] if values.webhook_tokens else "none"
        values = values.model_copy(update={"status_port": status_port, "status_token": status_token})
        web = Served(f"http://127.0.0.1:{bound.getsockname()[1]}", token, f"http://127.0.0.1:{status_port}")
        with serve_app(create_app(values), values, bound, for_monitors):
            try:
                yield web
            finally:
                web.http.close()
                web.status.close()


@contextmanager
def serve_app(app: ASGIApp, values: Settings, *ports: socket.socket) -> Iterator[None]:
    """Serve an application on bound ports, within the limits of every server of ours."""
    server = uvicorn.Server(ServerConfig(app, values))
    thread = threading.Thread(target=server.run, kwargs={"sockets": list(ports)}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        for port in ports:
            port.close()


def bind_free() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


class OwnRedis:
    """A Redis for one test, which may stop it and read its files."""

    def __init__(self, folder: Path):
        self.socket = folder / "r.sock"
        self._command = redis_server.build_command(folder, self.socket)
        self.start()

    def start(self) -> None:
        self.process = launch(self._command, stdout=subprocess.DEVNULL)
        redis_server.wait_until_ready(self.socket, self.process)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()

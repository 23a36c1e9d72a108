"""`mwavuli demo`: everything on this machine, with no account and no configuration."""

import os
import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import click

from gateway.cli import folder as data
from gateway.cli import redis_server, seed
from gateway.cli.common import configured
from gateway.cli.supervisor import Child, Supervisor
from gateway.errors import BadInput
from jobs.ring import LANES

SHORTCODE = "20240"
OWN = [sys.executable, "-P", "-m"]
"""-P: the folder one stands in must not take the place of what is installed"""
READY = 30
"""seconds that a child has to open its port"""
PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--port", default=8000, show_default=True, type=PORT, help="of the webhooks")
@click.option("--page-port", default=8765, show_default=True, type=PORT, help="of the page with the phones")
def demo(port: int, page_port: int) -> None:
    """Redis, web, workers, clock and a simulated network with phones in the browser. Ctrl-C stops all of it.

    Data stay in MWAVULI_DATA_DIR (./mwavuli-data) and are there at the next start.
    """
    if find_spec("httpx") is None:
        raise BadInput("the demo needs its extra: pip install 'mwavuli[demo]'")
    folder = data.data_folder(os.environ)
    with data.claimed(folder) as lock:
        _ports_are_free(port, page_port)
        environ = environment(folder, port, page_port)
        os.environ.update(environ)
        configured()  # a bad value in the environment is told before anything starts
        data.keep(folder, environ)
        supervisor = Supervisor(lock)
        try:
            _start(supervisor, folder, environ, port, page_port)
            supervisor.watch()
        finally:
            supervisor.stop()


def _ports_are_free(port: int, page_port: int) -> None:
    if port == page_port:
        raise BadInput("--port and --page-port must differ")
    for option, wanted in (("--port", port), ("--page-port", page_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError as error:
                raise BadInput(f"port {wanted} is not free ({error.strerror}): choose another with {option}") from None


def environment(folder: Path, port: int, page_port: int) -> dict[str, str]:
    """The demo's settings, over whatever else is set."""
    return data.kept_secrets(folder) | {
        "REDIS_URL": data.socket_url(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MWAVULI_DATA_DIR": str(folder),
        "MWAVULI_HOTLINE": os.environ.get("MWAVULI_HOTLINE", "0711000099"),
        "AT_USERNAME": "demo",
        "AT_API_KEY": "simulator",
        "AT_SHORTCODE": SHORTCODE,
        "AT_API_URL": f"http://127.0.0.1:{page_port}",
    }


def _start(supervisor: Supervisor, folder: Path, environ: dict[str, str], port: int, page_port: int) -> None:
    path = folder / data.SOCKET
    redis_server.end_orphan(path)
    redis = supervisor.start("redis", redis_server.command(folder, path, folder / "redis.log"), {})
    redis_server.wait_for(path, redis.process, said_in=str(folder / "redis.log"))
    seed.seed()
    web = supervisor.start("web", [*OWN, "gateway.cli", "web"], environ)
    for lane in LANES:
        supervisor.start(f"worker {lane}", [*OWN, "gateway.cli", "worker", lane], environ)
    supervisor.start("clock", [*OWN, "gateway.cli", "clock"], environ)
    code = configured().service_code
    network = supervisor.start("network", network_command(environ, port, page_port, code), {})
    _until_open(supervisor, web, port, "web")
    _until_open(supervisor, network, page_port, "network")
    if not supervisor.asked_to_stop:
        click.echo(told(folder, page_port, code))


def network_command(environ: dict[str, str], port: int, page_port: int, service_code: str) -> list[str]:
    return [
        *OWN, "gateway.simulator", "--port", str(page_port), "--gateway", f"http://127.0.0.1:{port}",
        f"--token={environ['MWAVULI_WEBHOOK_TOKEN']}", "--service-code", service_code, "--shortcode", SHORTCODE,
        "--phones", ",".join(f"{number}={label}" for number, label in seed.PHONES),
    ]  # fmt: skip


def _until_open(supervisor: Supervisor, child: Child, port: int, name: str) -> None:
    until = time.monotonic() + READY
    while not supervisor.asked_to_stop:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not child.alive or time.monotonic() > until:
            raise BadInput(f"the {name} did not start; its own words stand above")
        time.sleep(0.05)


def told(folder: Path, page_port: int, service_code: str) -> str:
    """What a person at the terminal needs to know."""
    return f"""
Everything runs, on this machine only.

  Open   http://127.0.0.1:{page_port}
  Dial   {service_code} on any phone there: press Call
  Text   JOIN SOKO, RIGHTS, STOP ... to {SHORTCODE}

  Join an area as Amina, report something as Chiku, confirm it as Vera, and read Amina's messages.

  Staff dial the same code, press 7, and type their PIN:
{seed.table()}

  Data stay in {folder} (Redis' log: redis.log).
  Ctrl-C stops everything; start again and all of it is still there.
"""

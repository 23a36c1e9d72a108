"""`mwavuli demo`: everything on this machine, with no account and no configuration."""

import os
import socket
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import click

from gateway.cli import demo_folder as data, redis_server, seed
from gateway.cli.common import load_settings
from gateway.cli.redis_acl import ACL_FILE, login_url, make_passwords, write_secret
from gateway.cli.supervisor import Child, Supervisor
from gateway.crypto import environment_key
from gateway.errors import BadInput
from gateway.settings.environment import SECRETS
from gateway.store.acl import RedisUser, acl_file
from jobs.notify import LANES

SHORTCODE = "20240"
RUN_MODULE = [sys.executable, "-P", "-m"]
"""-P: modules in the current folder must not replace the installed ones"""
START_TIMEOUT_S = 30
"""seconds that a child has to open its port"""
PORT_TYPE = click.IntRange(1, 65535)


@click.command()
@click.option("--port", default=8000, show_default=True, type=PORT_TYPE, help="of the webhooks")
@click.option("--page-port", default=8765, show_default=True, type=PORT_TYPE, help="of the page with the phones")
def demo(port: int, page_port: int) -> None:
    """Run Redis, web, workers, clock and a simulated network with phones in the browser. Ctrl-C stops all of it.

    Data stay in MWAVULI_DATA_DIR (./mwavuli-data) for the next start.
    """
    if find_spec("httpx") is None:
        raise BadInput("the demo needs its extra: pip install 'mwavuli[demo]'")
    folder = data.data_folder(os.environ)
    with data.lock_folder(folder):
        _check_ports_free(port, page_port)
        orphan_url = data.saved_redis_url(folder)
        passwords = make_passwords()
        environ = demo_environment(folder, port, page_port) | {
            "REDIS_URL": demo_url(folder, RedisUser.ADMIN, passwords)
        }
        os.environ.update(environ)
        environment_key.take()  # Redis and the simulated network are started without it
        load_settings()  # a bad value in the environment is reported before anything starts
        data.save_settings(folder, environ)
        supervisor = Supervisor()
        try:
            _start_redis(supervisor, folder, orphan_url, passwords)
            _start_processes(supervisor, folder, environ, port, page_port, passwords)
            supervisor.supervise()
        finally:
            supervisor.stop()


def _check_ports_free(port: int, page_port: int) -> None:
    if port == page_port:
        raise BadInput("--port and --page-port must differ")
    for option, wanted in (("--port", port), ("--page-port", page_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                raise BadInput(f"port {wanted} is not free: choose another with {option}") from None


def demo_environment(folder: Path, port: int, page_port: int) -> dict[str, str]:
    """Return the demo's settings, which win over the environment."""
    return data.load_or_make_secrets(folder) | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MWAVULI_DATA_DIR": str(folder),
        "MWAVULI_HOTLINE": os.environ.get("MWAVULI_HOTLINE", "0711000099"),
        "AT_USERNAME": "demo",
        "AT_API_KEY": "simulator",
        "AT_SHORTCODE": SHORTCODE,
        "AT_API_URL": f"http://127.0.0.1:{page_port}",
    }


def demo_url(folder: Path, user: RedisUser, passwords: Mapping[RedisUser, str]) -> str:
    return login_url(data.socket_url(folder), user, passwords[user])


def _start_redis(supervisor: Supervisor, folder: Path, orphan_url: str, passwords: Mapping[RedisUser, str]) -> None:
    """Start Redis with a user for each process, as `mwavuli redis-acl` has them."""
    path, log = folder / data.SOCKET_FILE, folder / "redis.log"
    redis_server.stop_orphan(path, orphan_url)
    write_secret(folder / ACL_FILE, acl_file(passwords))
    redis = supervisor.start("redis", redis_server.build_command(folder, path, log, folder / ACL_FILE), {})
    redis_server.wait_until_ready(path, redis.process, log_path=str(log))


def _start_processes(
    supervisor: Supervisor,
    folder: Path,
    environ: dict[str, str],
    port: int,
    page_port: int,
    passwords: Mapping[RedisUser, str],
) -> None:
    seed.seed()
    inherited = {name: value for name, value in os.environ.items() if name.startswith(SECRETS)}

    def start(user: RedisUser, *words: str) -> Child:
        own = inherited | environ | {"REDIS_URL": demo_url(folder, user, passwords)}
        return supervisor.start(" ".join(words), [*RUN_MODULE, "gateway.cli", *words], own)

    web = start(RedisUser.WEB, "web")
    for lane in LANES:
        start(RedisUser(f"worker-{lane}"), "worker", lane)
    start(RedisUser.CLOCK, "clock")
    code, token = load_settings().service_code, {"MWAVULI_WEBHOOK_TOKEN": environ["MWAVULI_WEBHOOK_TOKEN"]}
    network = supervisor.start("network", simulator_command(port, page_port, code), token)
    _wait_for_port(supervisor, web, port, "web")
    _wait_for_port(supervisor, network, page_port, "network")
    if not supervisor.is_stopping:
        click.echo(welcome_text(folder, page_port, code))


def simulator_command(port: int, page_port: int, service_code: str) -> list[str]:
    return [
        *RUN_MODULE, "gateway.simulator", "--port", str(page_port), "--gateway", f"http://127.0.0.1:{port}",
        "--service-code", service_code, "--shortcode", SHORTCODE,
        "--phones", ",".join(f"{number}={label}" for number, label in seed.PHONES),
    ]  # fmt: skip


def _wait_for_port(supervisor: Supervisor, child: Child, port: int, name: str) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while not supervisor.is_stopping:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not child.is_alive or time.monotonic() > until:
            raise BadInput(f"the {name} did not start: see its output above")
        time.sleep(0.05)


def welcome_text(folder: Path, page_port: int, service_code: str) -> str:
    """Return what a person at the terminal needs to know."""
    return f"""
Everything runs, on this machine only.

  Open   http://127.0.0.1:{page_port}
  Dial   {service_code} on any phone there: press Call
  Text   JOIN SOKO to {SHORTCODE}, then the number that comes back; RIGHTS, STOP ...

  Join an area as Amina, report something as Chiku, confirm it as Vera, and read Amina's messages.

  Staff dial the same code, press 1 and 7, type their PIN, and press 8:
{seed.staff_table()}

  Data stay in {folder} (Redis' log: redis.log).
  Ctrl-C stops everything; all data are there at the next start.
"""

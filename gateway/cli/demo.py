"""`mwavuli demo`: everything on this machine, with no account and no configuration."""

import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from gateway.cli import redis_server
from gateway.cli.supervisor import Supervisor
from gateway.errors import BadInput
from gateway.vault import new_key

PHONES = "+254711000001=Amina,+254711000002=Bahati,+254711000003=Chiku,+254711000011=Vera (team),+254711000201=Nurse"


@click.command()
@click.option("--port", default=8000, show_default=True, help="of the webhooks")
@click.option("--page-port", default=8765, show_default=True, help="of the page with the phones")
def demo(port: int, page_port: int) -> None:
    """Redis, web, workers, clock and a simulated network with phones in the browser. Ctrl-C stops all of it.

    Data stay in MWAVULI_DATA_DIR (./mwavuli-data) and are there at the next start.
    """
    if find_spec("httpx") is None:
        raise BadInput("the demo needs its extra: pip install 'mwavuli[demo]'")
    folder = Path(os.environ.get("MWAVULI_DATA_DIR", "mwavuli-data")).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    environ = environment(folder, port, page_port)
    os.environ.update(environ)
    supervisor = Supervisor()
    try:
        _start(supervisor, folder, environ, port, page_port)
        supervisor.watch()
    finally:
        supervisor.stop()


def environment(folder: Path, port: int, page_port: int) -> dict[str, str]:
    """The demo's settings. Its key lies beside its data: fit for a demo, and for nothing else."""
    key, token = _kept(folder / "demo-key", new_key()), _kept(folder / "demo-token", secrets.token_urlsafe(32))
    return {
        "REDIS_URL": redis_server.url(folder / "redis.sock"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MWAVULI_DATA_DIR": str(folder),
        "MWAVULI_KEY": key,
        "MWAVULI_WEBHOOK_TOKEN": token,
        "MWAVULI_LANGUAGES": os.environ.get("MWAVULI_LANGUAGES", "en,sw"),
        "MWAVULI_HOTLINE": os.environ.get("MWAVULI_HOTLINE", "0711000099"),
        "AT_USERNAME": "demo",
        "AT_API_KEY": "simulator",
        "AT_SHORTCODE": "20240",
        "AT_API_URL": f"http://127.0.0.1:{page_port}",
        "PYTHONUNBUFFERED": "1",
    }


def _kept(file: Path, fresh: str) -> str:
    """A secret that survives restarts."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(fresh)
    return file.read_text()


def _start(supervisor: Supervisor, folder: Path, environ: dict[str, str], port: int, page_port: int) -> None:
    socket = folder / "redis.sock"
    redis = supervisor.start("redis", redis_server.command(folder, socket), {})
    redis_server.wait_for(socket, redis)
    from gateway.cli.seed import seed

    told = seed()
    own = [sys.executable, "-m", "gateway.cli"]
    supervisor.start("web", [*own, "web"], environ)
    for lane in ("alerts", "messages", "bulk"):
        supervisor.start(f"worker {lane}", [*own, "worker", lane], environ)
    supervisor.start("clock", [*own, "clock"], environ)
    network = [sys.executable, "-m", "gateway.simulator", "--port", str(page_port)]
    network += [
        "--gateway",
        f"http://127.0.0.1:{port}",
        "--token",
        environ["MWAVULI_WEBHOOK_TOKEN"],
        "--phones",
        PHONES,
    ]
    supervisor.start("network", network, {})
    click.echo(told)
    click.echo(f"\nOpen http://127.0.0.1:{page_port} and dial *384*2024# on any phone. Ctrl-C stops everything.")

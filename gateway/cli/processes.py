"""`mwavuli web`, `worker` and `clock`: the processes of the Procfile."""

import logging
import os
import socket
import tempfile
from contextlib import suppress
from multiprocessing import resource_tracker

import click
import uvicorn
from uvicorn.supervisors import Multiprocess

import jobs.scheduler
import jobs.worker
from gateway import logs, settings
from gateway.crypto import environment_key
from gateway.errors import BadInput, StoreUnavailable
from gateway.os_errors import describe_os_error
from gateway.store.admin import RedisAdmin
from gateway.web.connections import raise_max_open_files
from gateway.web.counters import MULTIPROCESS_DIR_VARIABLE
from gateway.web.server import ServerConfig, listen, listen_for_monitors
from jobs.notify import LANES

log = logging.getLogger("mwavuli.web")


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), default=1, envvar="WEB_CONCURRENCY", show_default=True,
              help="Number of processes that share the port; one that dies is started again.")  # fmt: skip
def web(processes: int) -> None:
    """Serve the webhooks on HOST and PORT. There is no access log: its paths would contain the secret."""
    logs.set_up("web")
    values = settings.load(os.environ)
    with suppress(StoreUnavailable):  # Redis may start later; callers get an apology until then
        RedisAdmin(values.redis_url).initialise_or_check_layout()
    raise_max_open_files(values.tuning.web.max_connections)
    if processes == 1:
        serve("gateway.app:app", values)
        return
    with _make_temporary_folder() as counts:
        resource_tracker.ensure_running()  # started later, this helper of multiprocessing would inherit the key
        environment_key.give_to_children()
        os.environ[MULTIPROCESS_DIR_VARIABLE] = counts
        serve("gateway.app:app", values, processes)


def _make_temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for the counts of several processes. Raises BadInput where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="mwavuli")
    except OSError:
        raise BadInput(
            "no folder for temporary files can be written: set TMPDIR to one that can, or start one process alone "
            "(--processes 1), which needs none"
        ) from None


def serve(app: str, values: settings.Settings, processes: int = 1) -> None:
    """Serve the application of this import path until a signal ends it."""
    config = ServerConfig(app, values, processes)
    ports = [*listen(values), *_listen_for_monitors(values)]
    if processes == 1:
        uvicorn.Server(config).run(ports)
    else:
        Multiprocess(config, ports).run()


def _listen_for_monitors(values: settings.Settings) -> list[socket.socket]:
    """Bind the status port. Callers are served without it."""
    try:
        return listen_for_monitors(values)
    except OSError as error:
        log.error("MWAVULI_STATUS_HOST, MWAVULI_STATUS_PORT: no status pages: %s", describe_os_error(error))
        return []


@click.command()
@click.argument("lane", type=click.Choice(LANES))
def worker(lane: str) -> None:
    """Run a worker for one lane: alerts, messages or bulk. Each lane needs at least one."""
    logs.set_up("worker", lane)
    jobs.worker.serve_lane(lane)


@click.command()
def clock() -> None:
    """Run the scheduler, which wakes workers for due work. One is needed; two are harmless."""
    logs.set_up("clock")
    jobs.scheduler.run_scheduler()

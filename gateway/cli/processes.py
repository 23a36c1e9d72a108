"""`mwavuli web`, `worker` and `clock`: the processes of the Procfile."""

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
from gateway.errors import StoreUnavailable
from gateway.store.admin import RedisAdmin
from gateway.web.counters import MULTIPROCESS_DIR_VARIABLE
from jobs.notify import LANES

EVENT_LOOP = "asyncio"
"""uvloop accepts one connection a loop round (libuv since 1.45): with hundreds of open turns, new callers hung"""


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), default=1, envvar="WEB_CONCURRENCY", show_default=True,
              help="Number of processes that share the port; one that dies is started again.")  # fmt: skip
def web(processes: int) -> None:
    """Serve the webhooks on HOST and PORT. There is no access log: its paths would contain the secret."""
    logs.set_up("web")
    values = settings.load(os.environ)
    with suppress(StoreUnavailable):  # Redis may start later; callers get an apology until then
        RedisAdmin(values.redis_url).initialise_or_check_layout()
    with tempfile.TemporaryDirectory(prefix="mwavuli") as counts:
        if processes > 1:
            resource_tracker.ensure_running()  # started later, this helper of multiprocessing would inherit the key
            environment_key.give_to_children()
            os.environ[MULTIPROCESS_DIR_VARIABLE] = counts
        config = uvicorn.Config(
            "gateway.app:app", host=values.host, port=values.port, access_log=False, log_config=None,
            server_header=False, date_header=False, proxy_headers=False, workers=processes, loop=EVENT_LOOP,
        )  # fmt: skip
        if processes == 1:
            uvicorn.Server(config).run()
        else:
            Multiprocess(config, [bind_shared_port(config)]).run()


def bind_shared_port(config: uvicorn.Config) -> socket.socket:
    """Bind a port for several processes, without delay of small packets.

    asyncio sets TCP_NODELAY only on ports that it opened; connections inherit it from the port.
    """
    port = config.bind_socket()
    port.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return port


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

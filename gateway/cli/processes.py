"""`mwavuli web`, `worker` and `clock`: the processes of the Procfile."""

import os
from contextlib import suppress

import click
import uvicorn

import jobs.clock
import jobs.worker
from gateway import logs, settings
from gateway.errors import StoreAway
from gateway.store import Connection, schema
from jobs.ring import LANES


@click.command()
def web() -> None:
    """Serve the webhooks on HOST and PORT. No access log: its paths hold the secret."""
    logs.set_up("web")
    values = settings.load(os.environ)
    with suppress(StoreAway):  # it may come later; callers read an apology until then
        schema.fit(Connection(values.redis_url))
    uvicorn.run(
        "gateway.app:app", host=values.host, port=values.port, access_log=False, log_config=None,
        server_header=False, date_header=False, proxy_headers=False,
    )  # fmt: skip


@click.command()
@click.argument("lane", type=click.Choice(LANES))
def worker(lane: str) -> None:
    """Work on one lane: alerts, messages or bulk. Start at least one for each."""
    logs.set_up("worker", lane)
    jobs.worker.work(lane)


@click.command()
def clock() -> None:
    """Ring for what is due. One is needed; two are harmless."""
    logs.set_up("clock")
    jobs.clock.run()

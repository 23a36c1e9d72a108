"""The processes: a worker for each lane, and a clock; and whether anybody looks."""

from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should
from gateway.settings import Settings
from gateway.store import Connection, health
from jobs.monitoring import heartbeats


def check(values: Settings, connection: Connection) -> Findings:
    yield from or_ok(_check_workers(connection), "every lane has a worker")
    yield from or_ok(_check_clock(connection), "the clock is running")
    yield from or_ok(
        _check_monitoring(values, connection), "somebody asks how the service is, and the network tells a balance"
    )


def _check_workers(connection: Connection) -> Findings:
    lanes = heartbeats.unserved_lanes(connection)
    if lanes:
        yield must(f"lanes without a worker: {abbreviate(lanes)}: start `mwavuli worker LANE` for each")


def _check_clock(connection: Connection) -> Findings:
    if not heartbeats.is_scheduler_alive(connection):
        yield must("no clock is running: what is late, or what a crash left, is not found; start `mwavuli clock`")


def _check_monitoring(values: Settings, connection: Connection) -> Findings:
    """What goes wrong, or runs out, without anybody seeing it."""
    if not heartbeats.is_monitored(connection):
        yield should("nobody asks /ready or /metrics: an alarm reaches admins' phones only, and none if nothing runs")
    if values.times.balance_interval and values.at_api_key and not connection.execute("EXISTS", health.BALANCE_KEY):
        yield should("the network tells no balance: an empty account is seen when texts are refused")

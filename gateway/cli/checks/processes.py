"""The processes: a worker for each lane, a scheduler (`mwavuli clock`), and a monitor."""

from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should
from gateway.settings import Settings
from gateway.store import Connection, health
from jobs.monitoring import heartbeats


def check(values: Settings, connection: Connection) -> Findings:
    yield from or_ok(_check_workers(connection), "every lane has a worker")
    yield from or_ok(_check_clock(connection), "the scheduler is running")
    yield from or_ok(
        _check_monitoring(values, connection), "a monitor polls /ready or /metrics, and the provider reports a balance"
    )


def _check_workers(connection: Connection) -> Findings:
    lanes = heartbeats.unserved_lanes(connection)
    if lanes:
        yield must(f"lanes without a worker: {abbreviate(lanes)}: start `mwavuli worker LANE` for each")


def _check_clock(connection: Connection) -> Findings:
    if not heartbeats.is_scheduler_alive(connection):
        yield must(
            "no scheduler is running: overdue work and work that a crash left stay undone; start `mwavuli clock`"
        )


def _check_monitoring(values: Settings, connection: Connection) -> Findings:
    """Check that somebody notices failures and an empty account."""
    if not heartbeats.is_monitored(connection):
        yield should(
            "no monitor polls /ready or /metrics: alarms go to admins' phones only, and to nobody if no process runs"
        )
    if values.times.balance_interval and values.at_api_key and not connection.execute("EXISTS", health.BALANCE_KEY):
        yield should("the provider reports no balance: an empty account shows only when texts are refused")

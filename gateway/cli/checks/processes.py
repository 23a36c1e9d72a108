"""The processes: a worker for each lane, a scheduler (`mwavuli clock`), and a monitor."""

from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should
from gateway.settings import Settings
from gateway.store.admin import RedisAdmin
from jobs.monitoring import heartbeats


def check(values: Settings, admin: RedisAdmin) -> Findings:
    yield from or_ok(_check_workers(admin), "every lane has a worker")
    yield from or_ok(_check_clock(admin), "the scheduler is running")
    yield from or_ok(
        _check_monitoring(values, admin), "a monitor polls /ready or /metrics, and the provider reports a balance"
    )


def _check_workers(admin: RedisAdmin) -> Findings:
    lanes = heartbeats.unserved_lanes(admin.create_rq_client())
    if lanes:
        yield must(f"lanes without a worker: {abbreviate(lanes)}: start `mwavuli worker LANE` for each")


def _check_clock(admin: RedisAdmin) -> Findings:
    if not admin.heartbeats.is_scheduler_alive():
        yield must(
            "no scheduler is running: overdue work and work that a crash left stay undone; start `mwavuli clock`"
        )


def _check_monitoring(values: Settings, admin: RedisAdmin) -> Findings:
    """Check that somebody notices failures and an empty account."""
    if not admin.heartbeats.is_monitored():
        yield should(
            "no monitor polls /ready or /metrics: alarms go to admins' phones only, and to nobody if no process runs"
        )
    if values.times.balance_interval and values.at_api_key and not admin.has_balance():
        yield should("the provider reports no balance: an empty account shows only when texts are refused")

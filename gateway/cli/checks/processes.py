"""The processes: a worker for each lane, and a clock; and whether anybody looks."""

from gateway.cli.checks.finding import Findings, abbreviate, must, or_ok, should
from gateway.settings import Settings
from gateway.store.admin import RedisAdmin
from jobs.monitoring import heartbeats


def check(values: Settings, admin: RedisAdmin) -> Findings:
    yield from or_ok(_check_workers(admin), "every lane has a worker")
    yield from or_ok(_check_clock(admin), "the clock is running")
    yield from or_ok(
        _check_monitoring(values, admin), "somebody asks how the service is, and the network tells a balance"
    )


def _check_workers(admin: RedisAdmin) -> Findings:
    lanes = heartbeats.unserved_lanes(admin.create_rq_client())
    if lanes:
        yield must(f"lanes without a worker: {abbreviate(lanes)}: start `mwavuli worker LANE` for each")


def _check_clock(admin: RedisAdmin) -> Findings:
    if not admin.heartbeats.is_scheduler_alive():
        yield must("no clock is running: what is late, or what a crash left, is not found; start `mwavuli clock`")


def _check_monitoring(values: Settings, admin: RedisAdmin) -> Findings:
    """What goes wrong, or runs out, without anybody seeing it."""
    if not admin.heartbeats.is_monitored():
        yield should("nobody asks /ready or /metrics: an alarm reaches admins' phones only, and none if nothing runs")
    if values.times.balance_interval and values.at_api_key and not admin.has_balance():
        yield should("the network tells no balance: an empty account is seen when texts are refused")

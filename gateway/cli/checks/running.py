"""The processes: a worker for each lane, and a clock; and whether anybody looks."""

from gateway.cli.checks.finding import Findings, must, or_fine, should, some
from gateway.settings import Settings
from gateway.store import Connection, vitals
from jobs import attendance


def look(values: Settings, connection: Connection) -> Findings:
    yield from or_fine(_workers(connection), "every lane has a worker")
    yield from or_fine(_clock(connection), "the clock is running")
    yield from or_fine(
        _observed(values, connection), "somebody asks how the service is, and the network tells a balance"
    )


def _workers(connection: Connection) -> Findings:
    lanes = attendance.unserved_lanes(connection)
    if lanes:
        yield must(f"lanes without a worker: {some(lanes)}: start `mwavuli worker LANE` for each")


def _clock(connection: Connection) -> Findings:
    if not attendance.clock_seen(connection):
        yield must("no clock is running: what is late, or what a crash left, is not found; start `mwavuli clock`")


def _observed(values: Settings, connection: Connection) -> Findings:
    """What goes wrong, or runs out, without anybody seeing it."""
    if not attendance.watched(connection):
        yield should("nobody asks /ready or /metrics: an alarm reaches admins' phones only, and none if nothing runs")
    if values.times.balance and values.at_api_key and not connection.call("EXISTS", vitals.BALANCE):
        yield should("the network tells no balance: an empty account is seen when texts are refused")

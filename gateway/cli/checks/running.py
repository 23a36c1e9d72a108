"""The processes: a worker for each lane, and a clock."""

from gateway.cli.checks.finding import Findings, must, or_fine, some
from gateway.store import Connection
from jobs import attendance


def look(connection: Connection) -> Findings:
    yield from or_fine(_workers(connection), "every lane has a worker")
    yield from or_fine(_clock(connection), "the clock is running")


def _workers(connection: Connection) -> Findings:
    lanes = attendance.unserved_lanes(connection)
    if lanes:
        yield must(f"lanes without a worker: {some(lanes)}: start `mwavuli worker LANE` for each")


def _clock(connection: Connection) -> Findings:
    if not attendance.clock_seen(connection):
        yield must("no clock is running: what is late, or what a crash left, is not found; start `mwavuli clock`")

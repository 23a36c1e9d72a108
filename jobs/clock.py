"""The clock: rings every lane where something is due. Two clocks are harmless, and so is none for a while."""

import logging
import signal
import threading

from gateway.errors import StoreAway
from jobs import balance
from jobs.attendance import clock_was_here
from jobs.context import Context
from jobs.jump import Clocks
from jobs.ring import LANES

log = logging.getLogger("mwavuli.clock")


def run(context: Context) -> None:
    """Until told to stop."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    clocks = Clocks()
    while not stop.wait(context.times.sweep):
        sweep(context, clocks)


def sweep(context: Context, clocks: Clocks) -> None:
    """Ring for what is due: bells that were lost, leases that ran out, hours that have come."""
    try:
        clock_was_here(context.store.connection)
        context.bell.ring(lane for lane in LANES if context.store.due.waiting(lane))
        clocks.look(context)
        balance.ask(context)
    except StoreAway:
        log.error("Redis is away")

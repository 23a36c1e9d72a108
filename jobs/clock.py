"""The clock: rings every lane where something is due. Two clocks are harmless, and so is none for a while."""

import logging
import signal
import threading
from collections.abc import Callable
from functools import cache

from gateway.errors import MwavuliError
from gateway.store.left import Ledger
from jobs import balance, memory, still, watch
from jobs.attendance import clock_was_here
from jobs.context import Context, opened
from jobs.jump import Clocks
from jobs.ring import LANES

log = logging.getLogger("mwavuli.clock")


def run() -> None:
    """Until told to stop; waits while there is no key."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    clocks = Clocks()
    while (context := opened(lambda: not stop.is_set())) and not stop.wait(context.times.sweep):
        sweep(context, clocks.look, balance.ask)


ledger = cache(Ledger)
"""one for each folder: it knows what stands in its file"""


def sweep(context: Context, *looks: Callable[[Context], None]) -> None:
    """Ring for what is due: bells that were lost, leases that ran out, hours that have come. Note who left, and look
    what is stuck."""
    try:
        context.store.door.look()
        memory.look(context)  # first: where memory is full, what follows fails
        ledger(context.deployment.settings.data_dir).copy(context.store.connection)
        clock_was_here(context.store.connection)
        context.store.due.ensure("bulk", "walk", still.PAUSE)
        context.bell.ring(lane for lane in LANES if context.store.due.waiting(lane))
        for look in (watch.look, *looks):
            look(context)
    except MwavuliError as why:
        log.error("the clock rests: %s", why)
    except OSError as error:
        log.error("who left cannot be noted in the data folder: %s", error.strerror)

"""The clock: rings every lane where something is due. Two clocks are harmless, and so is none for a while."""

import logging
import signal
import threading
from collections.abc import Callable
from functools import cache

from gateway.errors import MwavuliError
from gateway.store.tombstones import TombstoneLog
from jobs.context import JobContext, wait_for_context
from jobs.handlers import inactivity
from jobs.monitoring import balance, memory, stalled
from jobs.monitoring.clock_skew import ClockSkewMonitor
from jobs.notify import LANES

log = logging.getLogger("mwavuli.clock")


def run_scheduler() -> None:
    """Until told to stop; waits while there is no key."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    clocks = ClockSkewMonitor()
    while (context := wait_for_context(lambda: not stop.is_set())) and not stop.wait(context.times.scheduler_interval):
        sweep(context, clocks.check, balance.request_balance)


tombstone_log = cache(TombstoneLog)
"""one for each folder: it knows what stands in its file"""


def sweep(context: JobContext, *checks: Callable[[JobContext], None]) -> None:
    """Ring for what is due: bells that were lost, leases that ran out, hours that have come. Note who left, and look
    what is stuck."""
    try:
        context.store.access_state.check()
        memory.check_memory(context)  # first: where memory is full, what follows fails
        context.store.copy_tombstones(tombstone_log(context.deployment.settings.data_dir))
        context.store.heartbeats.record_scheduler_beat()
        context.store.work_queue.schedule_if_absent("bulk", "walk", inactivity.SCAN_PAUSE_S)
        context.notifier.notify(lane for lane in LANES if context.store.work_queue.has_due_items(lane))
        for look in (stalled.check_stalled, *checks):
            look(context)
    except MwavuliError as why:
        log.error("the clock rests: %s", why)
    except OSError as error:
        log.error("who left cannot be noted in the data folder: %s", error.strerror)

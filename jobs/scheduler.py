"""The scheduler notifies every lane with due items. Two schedulers do no harm, and neither does none for a while."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import cache

from gateway import settings
from gateway.errors import MwavuliError
from gateway.logs import describe_error
from gateway.model.clinic_state import ClinicTask
from gateway.model.message import Lane
from gateway.model.subscription import SubscriptionTask
from gateway.model.task import ServiceTask
from gateway.os_errors import describe_os_error
from gateway.store import keys
from gateway.store.tombstone_log import TombstoneLog
from gateway.watchdog import Watchdog
from jobs.context import JobContext, wait_for_context
from jobs.handlers import clinics, inactivity
from jobs.monitoring import balance, foreign_entries, memory, sos_flood, stalled
from jobs.monitoring.clock_skew import ClockSkewMonitor
from jobs.monitoring.floods import check_floods
from jobs.monitoring.staffing import check_staffing
from jobs.notify import LANES

log = logging.getLogger("mwavuli.clock")


def run_scheduler() -> None:
    """Run until SIGINT or SIGTERM. Wait while there is no key."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    clock_skew, watchdog = ClockSkewMonitor(), Watchdog(settings.load(os.environ).times.stall_limit)
    while (context := wait_for_context(lambda: not stop.is_set())) and not stop.wait(context.times.scheduler_interval):
        with watchdog:
            sweep(context, clock_skew.check, balance.request_balance)


tombstone_log = cache(TombstoneLog)
"""one log for each folder and keyring, because it remembers what its file holds"""


def sweep(context: JobContext, *checks: Callable[[JobContext], None]) -> None:
    """Notify lanes with due items: lost wake-ups, leases that ran out, hours that have come.

    Copy tombstones to the data folder, and run the checks of the monitoring.
    """
    try:
        context.store.load_missing_scripts()
        context.store.access_state.check()
        memory.check_memory(context)  # first, because the following lines fail where memory is full
        context.store.heartbeats.record_scheduler_beat()
        context.store.work_queue.schedule_if_absent(
            Lane.BULK, SubscriptionTask.SCAN_INACTIVE.item(), inactivity.SCAN_PAUSE_S
        )
        context.store.work_queue.schedule_if_absent(Lane.BULK, ClinicTask.REVIEW_CLINICS.item(), clinics.FIRST_REVIEW_S)
        context.store.work_queue.schedule_if_absent(
            Lane.BULK, ServiceTask.REWRITE_APPEND_ONLY_FILE.item(), keys.REWRITE_INTERVAL_S
        )
        context.notifier.notify(lane for lane in LANES if context.store.work_queue.has_due_items(lane))
        people = (check_staffing, check_floods, sos_flood.check_sos_flood)
        for check in (stalled.check_stalled, foreign_entries.check_foreign_entries, *people, *checks):
            _run_check(context, check)
        vault = context.store.vault
        log_of_tombstones = tombstone_log(context.deployment.settings.data_dir, vault.key_id, vault)
        context.store.copy_tombstones(log_of_tombstones)  # last: a damaged list must not keep a lane from waking
    except MwavuliError as error:
        log.error("the scheduler pauses: %s", error)
    except OSError as error:
        log.error("tombstones cannot be written to the data folder: %s", describe_os_error(error))
    except Exception as error:  # noqa: BLE001  a value that another program wrote must not end the only clock
        log.error("a sweep failed: %s", describe_error(error))


def _run_check(context: JobContext, check: Callable[[JobContext], None]) -> None:
    """Run one check of the monitoring. Whatever it meets, the other checks and the list of people who left go on."""
    try:
        check(context)
    except MwavuliError:
        raise
    except Exception as error:  # noqa: BLE001
        log.error("a check failed: %s", describe_error(error))

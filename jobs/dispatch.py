"""The one RQ job: handle the due items of a lane for a while, then enqueue the job again.

The job may run twice, and its worker may die: items stay in the store under a lease until `finish` removes them.
"""

import logging
import re
import time
from functools import cache

from gateway.discovery import import_modules
from gateway.errors import (
    BadInput,
    KeyLocked,
    NoFreeCode,
    RecordContended,
    StoreClosed,
    StoreUnavailable,
    WrongType,
)
from gateway.logs import alert_context, describe_error
from gateway.model.alert import AlertTask
from gateway.model.message import MessageTask
from gateway.model.sos_task import SosTask
from gateway.store import WorkItem
from gateway.watchdog import Watchdog
from jobs import handlers, monitoring
from jobs.context import JobContext, current_context
from jobs.handler import HANDLERS
from jobs.handlers import sos
from jobs.sending import counters, messages as sending_messages

import_modules(handlers)
import_modules(monitoring)

log = logging.getLogger("mwavuli.jobs")


ALERT_ID_PATTERN = re.compile(rb"(\d{4,7}(?:\.\d+)?)(?=:|$)")
MAX_JOB_S = 120
"""seconds after which RQ ends a job; the watchdog ends the worker if that does not help"""
_watchdog = cache(Watchdog)
ERRORS_OF_ONE_ITEM = (RecordContended, WrongType, NoFreeCode)
"""errors of the store that concern the records of one item: the other items of the lane go on"""


def work_lane(lane: str) -> None:
    """Run as RQ's job. The name of the lane is all that a job carries."""
    try:
        context = current_context()
        context.notifier.clear(lane)
        with _watchdog(MAX_JOB_S + context.times.stall_limit):
            more = run_lane(context, lane, context.times.chunk_budget)
    except (KeyLocked, StoreClosed):  # the items stay due; the access monitor has logged the reason
        return
    except StoreUnavailable as error:
        log.error("lane %s waits for the scheduler: %s", lane, error)
        return
    if more:
        context.notifier.enqueue(lane)


def run_lane(context: JobContext, lane: str, budget_s: float) -> bool:
    """Handle due items until `budget_s` seconds have passed. Return whether more are due."""
    try:
        return _run_lane(context, lane, budget_s)
    finally:
        counters.flush_counters(context)


def _run_lane(context: JobContext, lane: str, budget_s: float) -> bool:
    until = time.monotonic() + budget_s
    while time.monotonic() < until:
        items = context.store.work_queue.claim(lane, context.deployment.settings.tuning.sending.in_flight)
        if not items:
            return False
        _handle_items(context, items)
    return context.store.work_queue.has_due_items(lane)


def _handle_items(context: JobContext, items: list[WorkItem]) -> None:
    sending_messages.send_messages(context, [item for item in items if item.task is MessageTask.SEND_MESSAGE])
    calls = [item for item in items if item.task is SosTask.ADVANCE_SOS]
    if len(calls) > 1 and advance_sos_together(context, calls):
        return
    for item in items:
        if item.task is not MessageTask.SEND_MESSAGE:
            handle_item(context, item)


def advance_sos_together(context: JobContext, items: list[WorkItem]) -> bool:
    """Advance several calls for help in one commit. Return False where one of them fails: then each needs its own."""
    try:
        sos.advance_sos(context, *items)
    except Exception as error:
        if _concerns_all_items(error):
            raise
        log.error("several calls at once failed: %s", describe_error(error))
        return False
    return True


def handle_item(context: JobContext, item: WorkItem) -> None:
    """Handle one item. An unforeseen failure is logged without its text, and tried again after growing pauses."""
    with alert_context(_alert_id(item)):
        try:
            _dispatch(context, item)
        except Exception as error:
            if _concerns_all_items(error):
                raise
            log.error("%s failed: %s", item.task or "an unknown task", describe_error(error))
            context.store.work_queue.retry_after_failure(item)


def _concerns_all_items(error: Exception) -> bool:
    return isinstance(error, StoreUnavailable | KeyLocked) and not isinstance(error, ERRORS_OF_ONE_ITEM)


def _dispatch(context: JobContext, item: WorkItem) -> None:
    handler = HANDLERS.get(item.task) if item.task else None
    if handler is None:
        raise BadInput("no handler for the task")
    handler(context, item)


def _alert_id(item: WorkItem) -> str:
    """Return the alert that an item is about, or its broadcast (`1234`, `1234.1`). No other item is named in a log."""
    found = ALERT_ID_PATTERN.match(item.payload) if isinstance(item.task, AlertTask) else None
    return found[1].decode() if found else ""

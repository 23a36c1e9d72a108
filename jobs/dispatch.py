"""The one RQ job: do what is due on a lane, for a while, then ring again.

Safe to run twice, or to die in: what is due lies in the store under a lease, and only `done` takes it away.
"""

import logging
import re
import time
from collections.abc import Callable

from gateway.errors import BadInput, KeyLocked, StoreClosed, StoreUnavailable
from gateway.logs import alert_context, describe_error
from gateway.store import WorkItem
from jobs.context import JobContext, current_context
from jobs.handlers import (
    broadcast,
    cleanup,
    contacts,
    inactivity,
    members,
    redelivery,
    referrals,
    safe_call,
    sos,
    staff_notices,
    verification,
)
from jobs.monitoring import sender_hours
from jobs.sending import counters
from jobs.sending import messages as sending_messages

log = logging.getLogger("mwavuli.jobs")

Handler = Callable[[JobContext, WorkItem], None]
HANDLERS: dict[str, Handler] = {
    "bc": broadcast.send_broadcast,
    "again": redelivery.resend_unknown,
    "late": broadcast.send_to_new_subscriber,
    "end": broadcast.expire_alert,
    "closed": sender_hours.watch_sender_hours,
    "drill": staff_notices.send_drill,
    "locked": staff_notices.notify_staff_locked,
    "left": staff_notices.notify_staff_stopped,
    "propose": verification.request_confirmation,
    "verify": verification.request_verification,
    "news": verification.send_report_details,
    "outcome": verification.notify_reporters,
    "refer": referrals.send_referral,
    "answer": referrals.notify_caller_of_answer,
    "words": referrals.notify_clinic_of_text,
    "ask": referrals.ask_referral_rating,
    "forget": cleanup.purge_alert,
    "unsay": cleanup.delete_feedback,
    "tonight": cleanup.end_tonight,
    "erase": cleanup.erase_recipient,
    "rewrite": cleanup.rewrite_append_only_file,
    "newly": members.notify_members,
    "unlist": members.expire_client_entries,
    "walk": inactivity.scan_inactive,
    "invite": contacts.invite_contacts,
    "agreed": contacts.accept_by_text,
    "accepted": contacts.accept_by_ussd,
    "gone": contacts.remove_departed_contact,
    "parted": contacts.delete_contact_request,
    "leave": contacts.delete_safety_records,
    "held": contacts.send_arrest_message,
    "back": safe_call.advance_safe_call,
    "isback": safe_call.notify_safe_return,
    "sos": sos.advance_sos,
    "soscoming": sos.notify_responder_coming,
    "sosover": sos.notify_responder_sos_ended,
    "sosended": sos.notify_contacts_sos_ended,
}

ALERT_ID_PATTERN = re.compile(rb"(\d{4}(?:\.\d+)?)(?=:|$)")


def work_lane(lane: str) -> None:
    """RQ's entry: `lane` is all a job ever carries."""
    try:
        context = current_context()
        context.notifier.clear(lane)
        more = run_lane(context, lane, context.times.chunk_budget)
    except (KeyLocked, StoreClosed):  # what is due stays so; the watch has said why
        return
    except StoreUnavailable as away:
        log.error("lane %s rests until the clock rings: %s", lane, away)
        return
    if more:
        context.notifier.enqueue(lane)


def run_lane(context: JobContext, lane: str, budget_s: float) -> bool:
    """Do what is due, for at most so many seconds; True where more is due."""
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
        messages = [item for item in items if item.task == "msg"]
        sending_messages.send_messages(context, messages)
        calls = [item for item in items if item.task == "sos"]
        if len(calls) > 1 and advance_sos_together(context, calls):
            continue
        for item in items:
            if item.task != "msg":
                handle_item(context, item)
    return context.store.work_queue.has_due_items(lane)


def advance_sos_together(context: JobContext, items: list[WorkItem]) -> bool:
    """Calls for help that came at once; False where one of them is in the way of the others: each by itself."""
    try:
        sos.advance_sos(context, *items)
    except (StoreUnavailable, KeyLocked):
        raise
    except Exception as error:  # noqa: BLE001  as in `handle`
        log.error("several calls at once failed: %s", describe_error(error))
        return False
    return True


def handle_item(context: JobContext, item: WorkItem) -> None:
    """One item. An unforeseen failure is logged without its words and tried again later, with growing pauses."""
    with alert_context(_alert_id(item)):
        try:
            _dispatch(context, item)
        except (StoreUnavailable, KeyLocked):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the others on this lane need not wait for it
            log.error("%s failed: %s", item.task, describe_error(error))
            context.store.work_queue.retry_after_failure(item)


def _dispatch(context: JobContext, item: WorkItem) -> None:
    handler = HANDLERS.get(item.task)
    if handler is None:
        raise BadInput(f"nothing handles {item.task}")
    handler(context, item)


def _alert_id(item: WorkItem) -> str:
    """The case an item is about: `1234`, or an edition of it, `1234.1`. Everything else is nobody's to know."""
    found = ALERT_ID_PATTERN.match(item.payload)
    return found[1].decode() if found else ""

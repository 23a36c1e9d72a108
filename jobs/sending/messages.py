"""Single texts: answers, referrals, requests to staff. Each is claimed before it leaves, so that none is sent twice."""

import logging
from concurrent.futures import wait
from contextlib import suppress

from msgspec.structs import replace

from gateway.crypto.vault import Purpose
from gateway.errors import StoreUnavailable
from gateway.logs import describe_error
from gateway.model.client_report import CLIENTS_FEATURE
from gateway.model.message import LegalBasis, OutboundText
from gateway.model.world import World
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, SendOutcome, SendStatus
from gateway.store import Transaction, WorkItem
from gateway.store.recipients import message_hash
from jobs.context import JobContext
from jobs.handlers import inactivity
from jobs.handlers.cleanup import handle_number_status
from jobs.sending import counters, defer, quiet_hours, send
from jobs.sending.backoff import CircuitOpen

log = logging.getLogger("mwavuli.jobs")


def send_messages(context: JobContext, items: list[WorkItem]) -> None:
    """Send several texts at once, each in a call of its own. Those to one phone leave in the order of `items`."""
    by_phone: dict[int | bytes, list[WorkItem]] = {}
    for item in items:
        by_phone.setdefault(_phone_of(context, item) if len(items) > 1 else item.name, []).append(item)
    wait([context.pool.submit(_send_in_order, context, texts) for texts in by_phone.values()])


def _phone_of(context: JobContext, item: WorkItem) -> int | bytes:
    """Return the number to which a text goes, or the item's name where the text cannot be read now."""
    try:
        message = context.store.read_message(item.payload.decode())
    except Exception:  # noqa: BLE001  the same error comes again when the text is sent, and is logged then
        return item.name
    return message.to if message else item.name


def _send_in_order(context: JobContext, items: list[WorkItem]) -> None:
    for item in items:
        _send_or_log(context, item)


def _send_or_log(context: JobContext, item: WorkItem) -> None:
    try:
        _send_message(context, item)
    except StoreUnavailable as error:  # the item is due again after its lease
        log.error("a text was not handled: %s", describe_error(error))
    except Exception as error:  # noqa: BLE001  a text that always fails waits longer each time
        log.error("a text was not handled: %s", describe_error(error))
        with suppress(StoreUnavailable):
            context.store.work_queue.retry_after_failure(item)


def _send_message(context: JobContext, item: WorkItem) -> None:
    store = context.store
    message = store.read_message(item.payload.decode())
    late = message is not None and store.now() > message.until
    if message is None or late or not _may_send(context, message):
        if message and late:
            log.warning("a text on lane %s expired before it could be sent", item.lane)
            inactivity.undo_question(context, message)
        _delete_message(context, item)
        return
    if seconds := defer.delay_s(context, item, message):
        store.work_queue.reschedule(item, seconds)
        return
    number = Number.from_int(message.to)
    try:
        send.acquire_send_slot(context, message.text, [number], message.lane)
    except CircuitOpen:
        store.work_queue.reschedule(item, 0)
        return
    _send_once(context, item, message, number)


def _send_once(context: JobContext, item: WorkItem, message: OutboundText, number: Number) -> None:
    """Send a text that may leave now, unless a worker died while it sent this text."""
    store = context.store
    if not store.work_queue.mark_started(item):  # it may have left
        log.warning("a text on lane %s is unknown: a worker died sending it", item.lane)
        counters.count_unknown(context, item.lane, 1)
        _finish_message(context, item, message)
        return
    try:
        sent = send.send_text(context, message.text, [number], message.lane, message.until, item.name)
        outcome = sent[number]
    except ProviderError as error:
        if error.kind is ProviderErrorKind.BUSY:
            store.work_queue.back_off(item)  # other texts first: perhaps the network takes only this one not
        else:
            store.work_queue.reschedule(item, 0)
        return
    _record_outcome(context, item, message, number, outcome)


def _record_outcome(
    context: JobContext, item: WorkItem, message: OutboundText, number: Number, outcome: SendOutcome
) -> None:
    store = context.store
    if outcome.status is SendStatus.RETRY:
        store.work_queue.back_off(item)
        return
    if outcome.status in (SendStatus.REFUSED, SendStatus.OPTED_OUT):
        inactivity.undo_question(context, message)  # it was not asked
    if outcome.status is SendStatus.UNKNOWN:
        _finish_message(context, item, message)
        return
    if outcome.status is SendStatus.ACCEPTED:
        is_asked_for = message.legal_basis is LegalBasis.ANSWER
        store.recipients.mark_single_text(message_hash(store.vault, outcome.message_id), is_asked_for)
    handle_number_status(context, {store.vault.token(number, Purpose.SUBSCRIBER): outcome.status})
    _finish_message(context, item, message)


def _may_send(context: JobContext, message: OutboundText) -> bool:
    """Whether the text may leave. This is asked at the last moment, because STOP counts at once."""
    number = Number.from_int(message.to)
    if message.legal_basis in (LegalBasis.ACTIVATION, LegalBasis.FINAL):
        return True
    if message.legal_basis is LegalBasis.STAFF:
        person = context.store.read_world().roster.by_token.get(context.store.vault.token(number, Purpose.STAFF))
        return person is not None and person.gets_texts
    if message.legal_basis is LegalBasis.CONTACT_REQUEST:
        return bool(context.store.safety_records.read_contact_requests(number)[1].pending.owners)
    if message.legal_basis is LegalBasis.SAFE_CALL:
        return context.store.safety_records.has_running_safe_call(number)
    if message.legal_basis is LegalBasis.CONTACT:
        return context.store.safety_records.has_agreed_contact(number)
    if not quiet_hours.accepts(context, message):
        return False
    if message.legal_basis is LegalBasis.MEMBER_NEWS:
        return CLIENTS_FEATURE in context.store.read_world().features and context.store.wants_news(number)
    return message.legal_basis is LegalBasis.RECONSENT or context.store.may_be_answered(number)


def _finish_message(context: JobContext, item: WorkItem, message: OutboundText) -> None:
    """Delete a text that was handled. Its next part is queued in the same commit, and so not before it has left."""
    if not message.following:
        _delete_message(context, item)
        return
    text, *following = message.following
    next_part = replace(message, text=text, following=tuple(following))

    def queue(world: World, transaction: Transaction, now: int) -> None:
        context.store.queue_message(transaction, next_part, now)

    context.store.transact_and_finish(item, queue)
    context.store.delete_message(item.payload.decode())


def _delete_message(context: JobContext, item: WorkItem) -> None:
    context.store.delete_message(item.payload.decode())
    context.store.work_queue.finish(item)

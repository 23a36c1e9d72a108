"""The tasks that the work queue holds. An item of the queue is a task and what it is about, as one name."""

from enum import StrEnum


class Task(StrEnum):
    """A kind of work. The value begins the item's name in Redis; `claim_items.lua` reads `msg`, `bc` and `sos`."""

    SEND_MESSAGE = "msg"
    SEND_BROADCAST = "bc"
    RESEND_UNKNOWN = "resend-unknown"
    SEND_TO_NEW_SUBSCRIBER = "send-to-new-subscriber"
    EXPIRE_ALERT = "expire-alert"
    WATCH_SENDER_HOURS = "watch-sender-hours"
    SEND_DRILL = "send-drill"
    NOTIFY_STAFF_LOCKED = "notify-staff-locked"
    NOTIFY_STAFF_STOPPED = "notify-staff-stopped"
    REQUEST_CONFIRMATION = "request-confirmation"
    REQUEST_VERIFICATION = "request-verification"
    SEND_REPORT_DETAILS = "send-report-details"
    NOTIFY_REPORTERS = "notify-reporters"
    SEND_REFERRAL = "send-referral"
    NOTIFY_CALLER_OF_ANSWER = "notify-caller-of-answer"
    NOTIFY_CLINIC_OF_TEXT = "notify-clinic-of-text"
    ASK_REFERRAL_RATING = "ask-referral-rating"
    PURGE_ALERT = "purge-alert"
    DELETE_FEEDBACK = "delete-feedback"
    END_TONIGHT = "end-tonight"
    ERASE_RECIPIENT = "erase-recipient"
    REWRITE_APPEND_ONLY_FILE = "rewrite-append-only-file"
    NOTIFY_MEMBERS = "notify-members"
    EXPIRE_CLIENT_ENTRIES = "expire-client-entries"
    SCAN_INACTIVE = "scan-inactive"
    INVITE_CONTACTS = "invite-contacts"
    ACCEPT_BY_TEXT = "accept-by-text"
    ACCEPT_BY_USSD = "accept-by-ussd"
    REMOVE_DEPARTED_CONTACT = "remove-departed-contact"
    DELETE_CONTACT_REQUEST = "delete-contact-request"
    DELETE_SAFETY_RECORDS = "delete-safety-records"
    SEND_ARREST_MESSAGE = "send-arrest-message"
    ADVANCE_SAFE_CALL = "advance-safe-call"
    NOTIFY_SAFE_RETURN = "notify-safe-return"
    ADVANCE_SOS = "sos"
    NOTIFY_RESPONDER_COMING = "notify-responder-coming"
    NOTIFY_RESPONDER_SOS_ENDED = "notify-responder-sos-ended"
    NOTIFY_CONTACTS_SOS_ENDED = "notify-contacts-sos-ended"

    def item(self, *parts: bytes | str | int) -> bytes:
        """Return the name of the item for this task and what it is about."""
        return b":".join([self.encode(), *(part if isinstance(part, bytes) else str(part).encode() for part in parts)])


_TASKS_BY_VERB = {task.encode(): task for task in Task}


def task_of(item: bytes) -> Task | None:
    """Return the task of an item's name, or None where no task begins so."""
    return _TASKS_BY_VERB.get(item.partition(b":")[0])

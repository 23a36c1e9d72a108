"""The tasks of calls for help."""

from gateway.model.task import Task


class SosTask(Task):
    """What is done for a call after the reply to its caller."""

    ADVANCE_SOS = "sos"
    NOTIFY_RESPONDER_COMING = "notify-responder-coming"
    NOTIFY_RESPONDER_OF_WORDS = "notify-responder-of-words"
    NOTIFY_CALLER_OF_READER = "notify-caller-of-reader"
    ASK_CALLER = "ask-sos-caller"
    NOTIFY_RESPONDER_SOS_DOUBTED = "notify-responder-sos-doubted"
    NOTIFY_RESPONDER_SOS_ENDED = "notify-responder-sos-ended"
    NOTIFY_RESPONDER_NEW_SOS = "notify-responder-new-sos"
    NOTIFY_CONTACTS_SOS_ENDED = "notify-contacts-sos-ended"
    NOTIFY_CALLER_OF_ARRIVAL = "notify-caller-of-arrival"
    NOTIFY_CALLER_OF_DECLINE = "notify-caller-of-decline"
    NOTIFY_RESPONDER_OF_DECLINE = "notify-responder-of-decline"

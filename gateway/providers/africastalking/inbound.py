"""Africa's Talking's webhooks. Facts: developers.africastalking.com (USSD, SMS callbacks, voice). Forms by POST."""

from contextlib import suppress
from functools import partial
from xml.sax.saxutils import escape

from gateway.providers.events import (
    CallAnswer,
    DeliveryReport,
    DeliveryStatus,
    FailureReason,
    InboundText,
    MissedCall,
    OptOut,
    UssdGone,
    UssdTurn,
)
from gateway.providers.fields import parse_number, read_form
from gateway.providers.inbound import FormattedReply, Hook, HookKind, InboundNetwork, InboundRequest, UnreadableRequest
from gateway.settings import Settings

PATH = "at"
PROVIDER_NAME = "africastalking"
STATUS_BY_WORD = {
    "success": DeliveryStatus.DELIVERED,
    "failed": DeliveryStatus.FAILED,
    "rejected": DeliveryStatus.FAILED,
    "absentsubscriber": DeliveryStatus.EXPIRED,
    "expired": DeliveryStatus.EXPIRED,
    "sent": DeliveryStatus.PENDING,
    "submitted": DeliveryStatus.PENDING,
    "buffered": DeliveryStatus.PENDING,
    "queued": DeliveryStatus.PENDING,
}
REASON_BY_WORD = {
    "userdoesnotexist": FailureReason.DEAD_NUMBER,
    "useraccountsuspended": FailureReason.DEAD_NUMBER,
    "userinblacklist": FailureReason.OPTED_OUT,
}
"""absent, out of reach and `UserIsInactive` are not among the dead numbers: the phone may only be off"""
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
XML_TYPE = "application/xml"
REJECT_XML = f"{XML_HEAD}<Response><Reject/></Response>"
"""the call ends unanswered, at no cost"""
CALL_ENDED = "0"
"""`isActive` of the final event of a call; a call that waits for an answer has 1"""
SESSION_ENDED_FIELDS = ("lastAppResponse", "durationInMillis")
"""fields that only the event at the end of a session has"""


def build_inbound(settings: Settings) -> InboundNetwork:
    """Return the hooks of Africa's Talking."""
    say_xml = f"{XML_HEAD}<Response><Say>{escape(settings.tuning.voice.neutral_message)}</Say></Response>"

    def format_call(answer: CallAnswer) -> FormattedReply:
        xml = REJECT_XML if answer is CallAnswer.REJECT else say_xml
        return FormattedReply(xml.encode(), XML_TYPE)

    return InboundNetwork(
        PATH,
        (
            Hook("ussd", HookKind.USSD, read_ussd),
            Hook("ussd/ended", HookKind.USSD_END, read_ussd_end),
            Hook("sms", HookKind.TEXT, partial(read_text, region=settings.region)),
            Hook("delivery", HookKind.REPORT, read_report),
            Hook("opt-out", HookKind.OPT_OUT, read_opt_out),
            Hook("voice", HookKind.CALL, partial(read_call, region=settings.region)),
        ),
        format_call=format_call,
    )


def read_ussd(request: InboundRequest) -> UssdTurn | UssdGone:
    """Read a turn. `text` is cumulative, and no field distinguishes a repeat from a new request.

    The event at the end of a session is no turn, also where both have one URL.
    """
    form = read_form(request, ("sessionId", "phoneNumber"), ("text", *SESSION_ENDED_FIELDS))
    if any(name in form for name in SESSION_ENDED_FIELDS):
        return UssdGone()
    return UssdTurn(form["sessionId"], parse_number(form["phoneNumber"]), form.get("text", ""), is_cumulative=True)


def read_ussd_end(request: InboundRequest) -> UssdGone:
    """Report the end of a session. No field is read, because the request repeats what the caller typed and read."""
    return UssdGone()


def read_text(request: InboundRequest, region: str) -> InboundText:
    """Read a text. `region` is an ISO 3166 code."""
    form = read_form(request, ("from", "text"), ("id", "linkId", "date"), words_field="text")
    identity = form.get("id") or "\0".join(form.get(name, "") for name in ("linkId", "date", "from", "text"))
    return InboundText(identity, parse_number(form["from"], region), form["text"])


def read_report(request: InboundRequest) -> DeliveryReport:
    form = read_form(request, ("id", "status", "phoneNumber"), ("failureReason",))
    return DeliveryReport(
        form["id"],
        STATUS_BY_WORD.get(form["status"].strip().casefold(), DeliveryStatus.UNKNOWN),
        parse_number(form["phoneNumber"]),
        REASON_BY_WORD.get(form.get("failureReason", "").strip().casefold(), FailureReason.OTHER),
        PROVIDER_NAME,
    )


def read_opt_out(request: InboundRequest) -> OptOut:
    return OptOut(parse_number(read_form(request, ("phoneNumber",))["phoneNumber"]))


def read_call(request: InboundRequest, region: str) -> MissedCall | None:
    """Read an incoming call; None for the final event of a call, which may come twice. `region` is an ISO 3166 code."""
    form = read_form(request, ("sessionId", "callerNumber"), ("isActive", "destinationNumber"))
    number, dialled = parse_number(form["callerNumber"], region), form.get("destinationNumber", "")
    if form.get("isActive", "").strip() == CALL_ENDED:
        return None
    with suppress(UnreadableRequest):  # a short code stays as it came
        dialled = parse_number(dialled, region).e164
    return MissedCall(form["sessionId"], number, dialled)

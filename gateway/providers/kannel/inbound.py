"""What Kannel calls: its `get-url` for a text that came in, and the `dlr-url` that each text of ours carries.

Kannel asks by GET, repeats a request until it gets a 2xx (`http-request-retry`), and would text our answer to the
sender: it only ever gets an empty 200.
"""

from urllib.parse import parse_qsl

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.events import DeliveryReport, DeliveryStatus, InboundText
from gateway.providers.fields import MAX_FIELDS, parse_number, read_query
from gateway.providers.inbound import Hook, HookKind, InboundNetwork, InboundRequest, UnreadableRequest
from gateway.settings import Settings

PATH = "kannel"
DELIVERY_HOOK = "delivery"
STATUS_BY_CODE = {
    "1": DeliveryStatus.DELIVERED,
    "2": DeliveryStatus.EXPIRED,
    "4": DeliveryStatus.PENDING,
    "8": DeliveryStatus.PENDING,
    "16": DeliveryStatus.FAILED,
}
"""`%d` of a delivery report. 2 means failed or expired: the text may have arrived later than its report."""
UCS2_CHARSET = "UTF-16BE"
"""the charset (`%C`) of a text that is not GSM-7, unless Kannel is set to recode it"""
TEXT_FIELDS = ("from", "text")
OPTIONAL_TEXT_FIELDS = ("id", "charset")


def build_inbound(settings: Settings) -> InboundNetwork | None:
    """Return the hooks of Kannel; None where the settings have no [kannel]."""
    if settings.tuning.kannel is None:
        return None

    def read_text(request: InboundRequest) -> InboundText:
        return read_inbound_text(request, settings.region)

    return InboundNetwork(
        PATH,
        (
            Hook("sms", HookKind.TEXT, read_text, method="GET"),
            Hook(DELIVERY_HOOK, HookKind.REPORT, read_report, method="GET"),
        ),
    )


def read_inbound_text(request: InboundRequest, region: str) -> InboundText:
    """Read `from`, `text`, `id` and `charset`, as the `get-url` names them. `region` is an ISO 3166 code."""
    fields = _read_text_fields(request.query)
    sender = _to_international(fields["from"], region)
    identity = fields.get("id") or "\0".join((sender, fields["text"]))
    return InboundText(identity, parse_number(sender), fields["text"])


def read_report(request: InboundRequest) -> DeliveryReport:
    """Read `id`, which is our reference, and `status`. The URL holds no number, because logs hold URLs."""
    fields = read_query(request.query, ("id", "status"))
    return DeliveryReport(fields["id"], STATUS_BY_CODE.get(fields["status"], DeliveryStatus.UNKNOWN))


def _read_text_fields(query: bytes) -> dict[str, str]:
    """Return the named fields. Bytes of the text that do not fit its charset are replaced, and the text is read."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, encoding="latin-1")
    except ValueError:
        raise UnreadableRequest("not a query") from None
    raw = {name: value.encode("latin-1") for name, value in pairs}
    if len(raw) != len(pairs) or any(name not in raw for name in TEXT_FIELDS):
        raise UnreadableRequest("a field is missing or given twice")
    is_ucs2 = raw.get("charset", b"").upper() == UCS2_CHARSET.encode()
    charsets = {"text": UCS2_CHARSET if is_ucs2 else "utf-8"}
    return {
        name: raw[name].decode(charsets.get(name, "utf-8"), "replace").replace("\0", "")
        for name in (*TEXT_FIELDS, *OPTIONAL_TEXT_FIELDS)
        if name in raw
    }


def _to_international(sender: str, region: str) -> str:
    """Return the sender with its country's code, which a modem or a national operator may leave out."""
    if not sender.startswith("0"):
        return sender
    try:
        return Number.parse_typed(sender, region).e164
    except BadInput:
        return sender

"""What Kannel calls: its `get-url` for a text that came in, and the `dlr-url` that each text of ours carries.

Kannel asks by GET, repeats a request until it gets a 2xx (`http-request-retry`), and would text our answer to the
sender: it only ever gets an empty 200.
"""

from functools import partial

from gateway.providers.events import DeliveryReport, DeliveryStatus, InboundText
from gateway.providers.fields import parse_number, read_form
from gateway.providers.inbound import Hook, HookKind, InboundNetwork, InboundRequest
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
TEXT_FIELDS = ("from", "text")
OPTIONAL_TEXT_FIELDS = ("id", "charset")


def build_inbound(settings: Settings) -> InboundNetwork | None:
    """Return the hooks of Kannel; None where the settings have no [kannel]."""
    if settings.tuning.kannel is None:
        return None

    return InboundNetwork(
        PATH,
        (
            Hook("sms", HookKind.TEXT, partial(read_text, region=settings.region), method="GET"),
            Hook(DELIVERY_HOOK, HookKind.REPORT, read_report, method="GET"),
        ),
    )


def read_text(request: InboundRequest, region: str) -> InboundText:
    """Read `from`, `text`, `id` and `charset`, as the `get-url` names them. `region` is an ISO 3166 code.

    A text that is not GSM-7 comes in UTF-16BE, unless Kannel is set to recode it.
    """
    fields = read_form(request, TEXT_FIELDS, OPTIONAL_TEXT_FIELDS, charset_field="charset", words_field="text")
    number = parse_number(fields["from"], region)
    return InboundText(fields.get("id") or "\0".join((number.e164, fields["text"])), number, fields["text"])


def read_report(request: InboundRequest) -> DeliveryReport:
    """Read `id`, which is our reference, and `status`. The URL holds no number, because logs hold URLs."""
    fields = read_form(request, ("id", "status"))
    return DeliveryReport(fields["id"], STATUS_BY_CODE.get(fields["status"].strip(), DeliveryStatus.UNKNOWN))

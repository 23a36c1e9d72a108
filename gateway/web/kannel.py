"""What Kannel calls: a text that came in (its `get-url`), a delivery report (the `dlr-url` each of ours carries).

It asks by GET, repeats anything but a 2xx (`http-request-retry`), and would text whatever we answer to the sender: an
empty 200 is all it ever gets. What is then done is the same as for any network.
"""

from urllib.parse import parse_qsl

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.web import counters
from gateway.web.form import MAX_FIELDS, MAX_FORM_BYTES
from gateway.web.webhooks import Webhooks, not_found

DELIVERY_STATUSES = {"1": "Success", "2": "Failed", "4": "Buffered", "8": "Sent", "16": "Rejected"}
"""of a delivery report, in the words of `turns.reports`"""
UCS2_CHARSET = "UTF-16BE"
"""the charset (`%C`) of a text that is not GSM-7, unless Kannel is set to recode it"""


class KannelWebhooks(Webhooks):
    """`from`, `text`, `id`, `charset`: as the `get-url` in the README names them."""

    async def sms(self, request: Request) -> Response:
        if not self._has_valid_token(request):
            return not_found()
        form = read_query(request, ("from", "text"))
        if form:
            form["from"] = self._to_international(form["from"])
        result, bells = await self._run_in_thread(lambda: self._receive_text(form))
        counters.INBOUND_TEXTS.labels(result).inc()
        if result == "closed":
            return Response(status_code=503)
        ring = (
            BackgroundTask(self._run_in_thread, lambda: self._loader.load().notifier.notify(bells)) if bells else None
        )
        return Response(background=ring)

    async def delivery_report(self, request: Request) -> Response:
        if not self._has_valid_token(request):
            return not_found()
        form = read_query(request, ("id", "status", "phoneNumber"))
        if form:
            form["status"] = DELIVERY_STATUSES.get(form["status"], form["status"])
        result = await self._run_in_thread(lambda: self._record_delivery_report(form))
        counters.DELIVERY_REPORTS.labels(result).inc()
        return Response(status_code=503 if result == "closed" else 200)

    def _to_international(self, sender: str) -> str:
        """A modem or a national operator may leave the country's code out."""
        if not sender.startswith("0"):
            return sender
        try:
            return Number.parse_typed(sender, self._loader.settings.region).e164
        except BadInput:
            return sender


def read_query(request: Request, required: tuple[str, ...]) -> dict[str, str] | None:
    """The query's fields, each given once; None when it is too large, not readable, or lacks a needed one.

    A text's bytes are as the phone sent them: what does not fit their charset is replaced, and the rest read.
    """
    raw: bytes = request.scope["query_string"]
    if len(raw) > MAX_FORM_BYTES:
        return None
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, encoding="latin-1")
    except ValueError:
        return None
    fields = {name: value.encode("latin-1") for name, value in pairs}
    wide = fields.get("charset", b"").upper() == UCS2_CHARSET.encode()
    form = {
        name: value.decode(UCS2_CHARSET if wide and name == "text" else "utf-8", "replace").replace("\0", "")
        for name, value in fields.items()
    }
    return form if len(form) == len(pairs) and all(name in form for name in required) else None

"""Read an HTTP request within limits."""

import re

from starlette.requests import ClientDisconnect, Request

from gateway.providers.events import InboundEvent
from gateway.providers.inbound import CutOffRequest, Hook, InboundRequest

MAX_REQUEST_BYTES = 16 * 1024
"""bytes of a body or a query; the largest that a network sends is far smaller"""

WORDS_FIELD = b"text="
"""what the words of a person stand behind, at every network with forms"""


async def read_event(request: Request, hook: Hook) -> InboundEvent | None:
    """Return what the request reports; None where there is nothing to act on. Raises UnreadableRequest."""
    return hook.read(await _read_request(request, hook))


async def _read_request(request: Request, hook: Hook) -> InboundRequest:
    """Return the query of a GET, or the body of a POST, of which no more is read than networks send.

    Raises CutOffRequest.
    """
    if hook.method == "GET":
        query: bytes = request.scope["query_string"]
        return InboundRequest(query=_whole_fields(query))
    return InboundRequest(body=_whole_fields(await _read_body(request)), charset=_declared_charset(request))


async def _read_body(request: Request) -> bytes:
    """Return the body, or a little more than the largest that is read."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_REQUEST_BYTES:
                break
    except ClientDisconnect:
        raise CutOffRequest("a body that was cut off") from None
    return bytes(body)


def _whole_fields(form: bytes) -> bytes:
    """Return what of a form stands within the limit. Of the words the beginning is enough.

    Any other field that ends behind the limit is left out: half a phone number is another person's.
    """
    if len(form) <= MAX_REQUEST_BYTES:
        return form
    whole, _separator, cut = form[:MAX_REQUEST_BYTES].rpartition(b"&")
    return form[:MAX_REQUEST_BYTES] if cut.startswith(WORDS_FIELD) else whole


def _declared_charset(request: Request) -> str:
    """Return the charset that the content type names, or an empty string."""
    found = re.search(r"charset\s*=\s*\"?([\w.:-]+)", request.headers.get("content-type", ""), re.IGNORECASE)
    return found[1] if found else ""

"""Read an HTTP request within limits."""

from starlette.requests import ClientDisconnect, Request

from gateway.providers.events import InboundEvent
from gateway.providers.inbound import Hook, InboundRequest, UnreadableRequest

MAX_REQUEST_BYTES = 16 * 1024
"""bytes of a body or a query; the largest that a network sends is far smaller"""


async def read_event(request: Request, hook: Hook) -> InboundEvent | None:
    """Return what the request reports; None where there is nothing to act on. Raises UnreadableRequest."""
    return hook.read(await _read_request(request, hook))


async def _read_request(request: Request, hook: Hook) -> InboundRequest:
    """Return the query of a GET, or the body of a POST. Raises UnreadableRequest where it is too large or cut off."""
    if hook.method == "GET":
        query: bytes = request.scope["query_string"]
        if len(query) > MAX_REQUEST_BYTES:
            raise UnreadableRequest("a query that is too large")
        return InboundRequest(query=query)
    return InboundRequest(body=await _read_body(request))


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_REQUEST_BYTES:
                raise UnreadableRequest("a body that is too large")
    except ClientDisconnect:
        raise UnreadableRequest("a body that was cut off") from None
    return bytes(body)

"""A webhook's form, read with limits: whatever is sent, the answer is a dictionary or None."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MAX_FORM_BYTES = 16 * 1024
"""bytes; the provider's largest form is far smaller"""
MAX_FIELDS = 40


async def read_form(request: Request, required: Sequence[str]) -> dict[str, str] | None:
    """The form's fields, each given once; None when it is too large, not readable, or lacks a needed one."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return None
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ClientDisconnect:
        return None
    except ValueError:
        return None
    form = dict(pairs)
    repeated = len(form) != len(pairs)
    if repeated or any(name not in form for name in required) or any("\0" in value for value in form.values()):
        return None
    return form

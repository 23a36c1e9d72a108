"""A webhook's form, read with limits: whatever is sent, the answer is a dictionary or None."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

LARGEST = 16 * 1024
"""bytes; the provider's largest form is far smaller"""
MOST_FIELDS = 40


async def read_form(request: Request, needed: Sequence[str]) -> dict[str, str] | None:
    """The form's fields, each given once; None when it is too large, not readable, or lacks a needed one."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ClientDisconnect:
        return None
    except ValueError:
        return None
    form = dict(pairs)
    repeated = len(form) != len(pairs)
    if repeated or any(name not in form for name in needed) or any("\0" in value for value in form.values()):
        return None
    return form

"""Which requests the desk answers: from its own pages, under its own name, with the token of the form."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

MAX_FORM_BYTES: Final = 65536
MAX_FIELDS: Final = 60
TOKEN_BYTES: Final = 16
COOKIE: Final = "__Host-d"
"""Browsers keep a cookie of this name only with Secure, without a domain, for all paths."""


class FormTooLarge(Exception):
    """The body is longer than any form of ours."""


def is_own_host(request: Request, names: Collection[str]) -> bool:
    """Whether the request names one of the desk's hosts, on any port."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    return host in names


def is_from_own_page(request: Request) -> bool:
    """Whether a form comes from one of our pages, as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; of a repeated field the last. Raises FormTooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise FormTooLarge
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise FormTooLarge from None


def form_token(key: bytes, path: str) -> str:
    """Return a token for the form of this path. It differs each time: of an equal one, compressed pages would tell."""
    mask, token = secrets.token_bytes(TOKEN_BYTES), _token(key, path)
    return base64.urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, token, strict=True))).decode()


def is_form_token(given: str, key: bytes, path: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(given.encode())
    except ValueError:
        return False
    mask, masked = raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]
    if len(masked) != TOKEN_BYTES:
        return False
    return hmac.compare_digest(bytes(a ^ b for a, b in zip(mask, masked, strict=True)), _token(key, path))


def _token(key: bytes, path: str) -> bytes:
    return hmac.new(key, path.encode(), hashlib.sha256).digest()[:TOKEN_BYTES]

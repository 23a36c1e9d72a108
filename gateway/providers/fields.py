"""Read the named fields of a request; every other field ends here.

Every reader is as lenient as the most lenient. Bytes that are no text of the charset are replaced, NUL and halves of
surrogate pairs are dropped, and the rest is read: an odd byte never costs a person a STOP or a call for help.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from gateway.errors import BadInput
from gateway.numbers import Number, without_unseen
from gateway.providers.inbound import InboundRequest, NoPhoneNumber, UnreadableRequest

FIELD_SEPARATOR = "."
"""between the names of nested JSON objects: `payload.response`"""
UCS2_CHARSETS: Final = frozenset({"utf16", "utf16be", "ucs2", "ucs2be", "iso10646ucs2"})
"""charsets of texts that are not GSM-7, in which ASCII takes two bytes; without `-`, `_` and capitals"""
_NAME_OR_SHORT_CODE: Final = re.compile(r"(?!.*\d{7}).*[^\W\d_].*|\d{3,6}")
_HALF_PAIRS: Final = dict.fromkeys((0, *range(0xD800, 0xE000)))
_GIVEN_TWICE: Final = object()


def read_form(
    request: InboundRequest,
    required: Sequence[str],
    optional: Sequence[str] = (),
    charset_field: str = "",
    words_field: str = "",
) -> dict[str, str]:
    """Return the named fields of a URL-encoded form or query. A missing optional field is left out.

    `charset_field` names the charset of `words_field`; otherwise it is that of the request, or UTF-8. Of a field given
    twice with two values nothing is known, but both values of `words_field` are read.
    Raises UnreadableRequest for a missing field, and for a field given twice.
    """
    form = (request.body or request.query).decode("latin-1")
    given: dict[str, list[bytes]] = {}
    for name, value in parse_qsl(form, keep_blank_values=True, encoding="latin-1"):
        given.setdefault(name, []).append(value.encode("latin-1", "ignore"))
    declared = given.get(charset_field, [b""])[0].decode("latin-1")
    by_bytes = "" if _is_two_byte(request.charset) else request.charset  # a form itself is ASCII
    found: dict[str, str] = {}
    for name in (*required, *optional):
        charset = declared or by_bytes if name == words_field else ""
        values = list(dict.fromkeys(decode_text(value, charset) for value in given.get(name, ())))
        said = [value for value in values if value] or values[:1]
        if len(said) == 1 or (said and name == words_field):
            found[name] = "\n".join(said)
    return _require(found, required)


def read_json(body: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the named fields of a JSON object, numbers as text; `a.b` names field b of the object in field a.

    Raises UnreadableRequest for a missing field, a field given twice, or a value that is no text or integer.
    """
    try:
        text = body.decode(json.detect_encoding(body), "replace")
        data = json.loads(text, object_pairs_hook=_object_of_pairs, strict=False)
    except (ValueError, RecursionError):
        raise UnreadableRequest("not JSON") from None
    found = {name: _scalar(_look_up(data, name)) for name in (*required, *optional)}
    return _require({name: value for name, value in found.items() if value is not None}, required)


def decode_text(raw: bytes, charset: str = "") -> str:
    """Return the text of these bytes. UTF-8 is read as UTF-8 whatever was declared, but for charsets of two bytes."""
    if _is_two_byte(charset):
        return _drop_half_pairs(raw.decode("utf-16-be", "replace").removeprefix("\ufeff"))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = _decode_declared(raw, charset)
    return _drop_half_pairs(text)


def parse_number(text: str, region: str = "") -> Number:
    """Return the phone number in a field. A national number is read as of `region` (ISO 3166), if one is given.

    Raises NoPhoneNumber for a name or a short code, UnreadableRequest for anything else that is no number.
    """
    bare = without_unseen(text)
    try:
        if region and bare.startswith("0"):  # a modem or a national operator may leave the country's code out
            return Number.parse_typed(bare, region)
        return Number.parse(bare)
    except BadInput:
        if _NAME_OR_SHORT_CODE.fullmatch(bare):
            raise NoPhoneNumber("the sender is no phone number") from None
        raise UnreadableRequest("the sender cannot be read") from None


def _is_two_byte(charset: str) -> bool:
    return re.sub(r"[-_ ]", "", charset).casefold() in UCS2_CHARSETS


def _decode_declared(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that we do not know
        return raw.decode("utf-8", "replace")


def _drop_half_pairs(text: str) -> str:
    """Return the text without NUL and without halves of surrogate pairs, which UTF-8 cannot write."""
    return text if text.isascii() and "\0" not in text else text.translate(_HALF_PAIRS)


def _require(found: dict[str, str], required: Sequence[str]) -> dict[str, str]:
    if any(name not in found for name in required):
        raise UnreadableRequest("a needed field is missing, or given twice")
    return found


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object. A field given twice with two values has none."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = value if name not in found or found[name] == value else _GIVEN_TWICE
    return found


def _look_up(data: Any, name: str) -> Any:
    for part in name.split(FIELD_SEPARATOR):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _scalar(value: Any) -> str | None:
    """Return text or an integer as text; None for every other value."""
    if isinstance(value, str):
        return _drop_half_pairs(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None

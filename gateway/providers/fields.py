"""Read the named fields of a request; every other field ends here."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.inbound import NoPhoneNumber, UnreadableRequest

MAX_FIELDS = 40
"""fields of a form, a query or one JSON object"""
FIELD_SEPARATOR = "."
"""between the names of nested JSON objects: `payload.response`"""


def read_form(body: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the named fields of a URL-encoded form. A missing optional field is left out.

    Raises UnreadableRequest for a missing field, a field given twice, NUL, or bytes that are not UTF-8.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise UnreadableRequest("not a form in UTF-8") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnreadableRequest("a form with a field given twice")
    return _select(fields, required, optional)


def read_query(query: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the named fields of a query string, by the rules of `read_form`."""
    return read_form(query, required, optional)


def read_json(body: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the named fields of a JSON object, numbers as text; `a.b` names field b of the object in field a.

    Raises UnreadableRequest for a missing field, a field given twice, NUL, or a value that is no text or integer.
    """
    try:
        data = json.loads(body, object_pairs_hook=_object_without_repeats)
    except (ValueError, RecursionError):
        raise UnreadableRequest("not JSON in UTF-8") from None
    found = {name: _scalar(_look_up(data, name)) for name in (*required, *optional)}
    return _select({name: value for name, value in found.items() if value is not None}, required, optional)


def parse_number(text: str) -> Number:
    """Return the phone number in a field. Raises NoPhoneNumber."""
    try:
        return Number.parse(text)
    except BadInput:
        raise NoPhoneNumber("the sender is no phone number") from None


def _select(fields: Mapping[str, str], required: Sequence[str], optional: Sequence[str]) -> dict[str, str]:
    if any(name not in fields for name in required):
        raise UnreadableRequest("a needed field is missing")
    if any("\0" in value for value in fields.values()):
        raise UnreadableRequest("a field with NUL")
    return {name: fields[name] for name in (*required, *optional) if name in fields}


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs) or len(pairs) > MAX_FIELDS:
        raise ValueError("a field given twice, or too many fields")
    return found


def _look_up(data: Any, name: str) -> Any:
    for part in name.split(FIELD_SEPARATOR):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _scalar(value: Any) -> str | None:
    """Return text or an integer as text; None for every other value."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can write and UTF-8 cannot
            return None
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None

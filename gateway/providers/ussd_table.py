"""USSD networks that send the last input only: one row a network, one reader and one writer for all of them.

A row names the fields that are read and the form of the reply. No other field of a request is looked at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.providers.events import UssdGone, UssdReply, UssdTurn
from gateway.providers.fields import parse_number, read_form, read_json
from gateway.providers.inbound import (
    FormattedReply,
    Hook,
    HookKind,
    InboundNetwork,
    InboundRequest,
    UnreadableRequest,
)
from gateway.settings import Settings

HOOK_PATH = "ussd"
JSON_TYPE = "application/json"
MAX_SEQUENCE_DIGITS = 9


@dataclass(frozen=True)
class Switch:
    """A value of the reply that depends on whether the session goes on."""

    when_open: str | int
    when_final: str | int


@dataclass(frozen=True)
class Echo:
    """A value of the request that the reply repeats; empty where the request could not be read."""

    field: str


class ScreenText:
    """Stands for the screen in the form of a reply."""


class NextSequence:
    """Stands for the number of the request plus one while the session goes on, and for 0 at its end."""


ReplyForm = Mapping[str, Any]
"""constants, the marks above, and forms within"""


@dataclass(frozen=True)
class UssdRow:
    """How one network writes its requests and reads our replies. `a.b` names field b of the JSON object in field a."""

    name: str
    """of the path and of the section [ussd.NAME]"""
    session_field: str
    number_field: str
    text_field: str
    stage_field: str
    first: str
    """the stage of a session's first request, in lower case; the text is what was dialled then"""
    more: str
    """the stage of a request with an input"""
    gone: frozenset[str]
    """the stages that say that the session ended at the network"""
    reply: ReplyForm
    sequence_field: str = ""
    """a count of the session's requests, which makes a repeat harmless; empty where the network has none"""
    echoed_fields: tuple[str, ...] = ()
    method: str = "POST"
    """POST with a JSON body, or GET with a query"""


HUBTEL = UssdRow(
    name="hubtel",
    session_field="SessionId",
    number_field="Mobile",
    text_field="Message",
    stage_field="Type",
    first="initiation",
    more="response",
    gone=frozenset({"release", "timeout"}),
    sequence_field="Sequence",
    reply={
        "Type": Switch("response", "release"),
        "Message": ScreenText(),
        "Label": "",
        "ClientState": "",  # it would come back to us by way of others: nothing is put into it
        "DataType": Switch("input", "display"),
        "FieldType": "text",
    },
)
BEEM = UssdRow(
    name="beem",
    session_field="session_id",
    number_field="msisdn",
    text_field="payload.response",
    stage_field="command",
    first="initiate",
    more="continue",
    gone=frozenset({"terminate"}),
    sequence_field="payload.request_id",
    echoed_fields=("msisdn", "operator", "session_id"),
    reply={
        "msisdn": Echo("msisdn"),
        "operator": Echo("operator"),
        "session_id": Echo("session_id"),
        "command": Switch("continue", "terminate"),
        "payload": {"request_id": NextSequence(), "request": ScreenText()},
    },
)
HOLLATAGS = UssdRow(
    name="hollatags",
    session_field="session_id",
    number_field="session_msisdn",
    text_field="session_msg",
    stage_field="session_operation",
    first="begin",
    more="continue",
    gone=frozenset({"end"}),
    echoed_fields=("session_id",),
    reply={
        "session_operation": Switch("continue", "end"),
        "session_type": Switch(1, 4),
        "session_id": Echo("session_id"),
        "session_msg": ScreenText(),
    },
    method="GET",
)


def build_inbound(row: UssdRow, settings: Settings) -> InboundNetwork | None:
    """Return the one hook of a network of this table; None where the settings have no section for it."""
    section = settings.tuning.ussd.get(row.name)
    if section is None:
        return None
    read = partial(read_request, row, section.service_code)
    return InboundNetwork(
        row.name,
        (Hook(HOOK_PATH, HookKind.USSD, read, method=row.method),),
        format_ussd=partial(format_reply, row),
    )


def read_request(row: UssdRow, service_code: str, request: InboundRequest) -> UssdTurn | UssdGone:
    """Read one request by the row. Raises UnreadableRequest, also for a stage that the row does not know."""
    fields = _read_fields(row, request)
    stage = fields[row.stage_field].strip().casefold()
    if stage in row.gone:
        return UssdGone()
    if stage not in (row.first, row.more):
        raise UnreadableRequest("a stage of a session that is not known")
    typed, is_first = fields.get(row.text_field, ""), stage == row.first
    return UssdTurn(
        session_id=f"{row.name}:{fields[row.session_field]}",
        number=parse_number(fields[row.number_field]),
        text=inputs_behind_code(typed, service_code) if is_first else typed,
        is_cumulative=False,
        is_first=is_first,
        sequence=_parse_sequence(fields.get(row.sequence_field, "")),
        echo={name: fields[name] for name in row.echoed_fields if name in fields},
    )


def inputs_behind_code(dialled: str, service_code: str) -> str:
    """Return what was dialled behind the service code: `1*2` of `*711*22*1*2#`, for the code `*711*22#`."""
    start = service_code.rstrip("#")
    behind = dialled.removeprefix(start).rstrip("#")
    return behind[1:] if start and dialled.startswith(start) and behind.startswith("*") else ""


def format_reply(row: UssdRow, reply: UssdReply, turn: UssdTurn | None) -> FormattedReply:
    """Write a screen in the network's JSON."""
    return FormattedReply(json.dumps(_fill(row.reply, reply, turn)).encode(), JSON_TYPE)


def _read_fields(row: UssdRow, request: InboundRequest) -> dict[str, str]:
    required = (row.session_field, row.number_field, row.stage_field)
    optional = (row.text_field, *filter(None, (row.sequence_field,)), *row.echoed_fields)
    if row.method == "GET":
        return read_form(request, required, optional)
    return read_json(request.body, required, optional)


def _parse_sequence(text: str) -> int | None:
    is_count = text.isascii() and text.isdigit() and len(text) <= MAX_SEQUENCE_DIGITS
    return int(text) if is_count else None


def _fill(form: Any, reply: UssdReply, turn: UssdTurn | None) -> Any:
    """Return a part of the reply's form with each mark replaced by its value."""
    match form:
        case ScreenText():
            return reply.text
        case Switch():
            return form.when_final if reply.is_final else form.when_open
        case Echo():
            return turn.echo.get(form.field, "") if turn else ""
        case NextSequence():
            return 0 if reply.is_final or turn is None else (turn.sequence or 0) + 1
        case Mapping():
            return {name: _fill(part, reply, turn) for name, part in form.items()}
    return form

"""What each network posts, read by its adapter: samples of its documents, hostile bodies, and unnamed fields."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.errors import BadInput
from gateway.numbers import Number
from gateway.providers.events import (
    CallAnswer,
    DeliveryReport,
    DeliveryStatus,
    FailureReason,
    InboundEvent,
    InboundText,
    MissedCall,
    OptOut,
    UssdGone,
    UssdReply,
    UssdTurn,
)
from gateway.providers.inbound import HookKind, InboundNetwork, InboundRequest, NoPhoneNumber, UnreadableRequest
from gateway.providers.registry import NETWORKS, build_inbound_networks, ussd_network_names
from gateway.providers.ussd_table import inputs_behind_code
from gateway.settings import Settings, Tuning

CODES = {"hubtel": "*711*22#", "beem": "*149*99#", "hollatags": "*7006#"}
SENTINEL = "SENTINEL-6391007"
UNNAMED = {"cellId": SENTINEL, "imsi": SENTINEL, "IMSI": SENTINEL, "location": SENTINEL, "name": SENTINEL}
GHANA, TANZANIA, NIGERIA, KENYA = (
    Number.parse(digits) for digits in ("233200000001", "255700000001", "2347000000001", "254711000001")
)


def all_networks(**tuning: Any) -> dict[str, InboundNetwork]:
    sections = {
        "ussd": {name: {"service_code": code} for name, code in CODES.items()},
        "kannel": {"url": "http://127.0.0.1:1/x", "username": "x"},
    }
    values = Settings(tuning=Tuning.model_validate(sections | tuning))
    return {network.path: network for network in build_inbound_networks(values)}


NETWORK = all_networks()


def read(network: str, hook: str, sent: dict[str, Any] | str) -> InboundEvent | None:
    """Read a request to a hook: text is a query, a form for Africa's Talking, and JSON for the table."""
    [found] = [h for h in NETWORK[network].hooks if h.path == hook]
    if found.method == "GET":
        return found.read(InboundRequest(query=(sent if isinstance(sent, str) else urlencode(sent)).encode()))
    if isinstance(sent, str):
        return found.read(InboundRequest(body=sent.encode()))
    return found.read(InboundRequest(body=(urlencode(sent) if network == "at" else json.dumps(sent)).encode()))


HUBTEL_FIRST = {
    "Type": "Initiation", "Mobile": "233200000001", "SessionId": "3c796dac", "ServiceCode": "711*22",
    "Message": "*711*22#", "Operator": "vodafone", "Sequence": 1, "ClientState": "", "Platform": "USSD",
}  # fmt: skip
HUBTEL_GONE = {
    "Type": "Timeout", "Mobile": "233200000001", "SessionId": "3c796dac", "ServiceCode": "711*22", "Message": "",
    "Sequence": 3,
}  # fmt: skip
BEEM_MORE = {
    "command": "continue", "msisdn": "255700000001", "session_id": "4574", "operator": "vodacom",
    "payload": {"request_id": 1, "response": "2"},
}  # fmt: skip
HOLLATAGS_FIRST = (
    "session_msisdn=2347000000001&session_operation=begin&session_msg=*7006%23&session_id=5456657676"
    "&session_from=*7006%23&session_type=1&session_mno=MTN"
)
HOLLATAGS_MORE = HOLLATAGS_FIRST.replace("begin", "continue").replace("session_msg=*7006%23", "session_msg=1")
AT_TURN = {
    "sessionId": "ATUid_0a1b", "serviceCode": "*384*2024#", "phoneNumber": "+254711000001", "networkCode": "63902",
    "text": "",
}  # fmt: skip
AT_TEXT = {"from": "+254711000001", "to": "20240", "text": "STOP", "id": "x1", "linkId": "", "date": "2026-11-22"}
AT_REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": "+254711000001", "networkCode": "63902"}
AT_CALL = {
    "isActive": "1", "sessionId": "ATVId_1", "direction": "Inbound", "callerNumber": "+254711000001",
    "destinationNumber": "+254711000099",
}  # fmt: skip


def turn(**fields: Any) -> UssdTurn:
    return UssdTurn(**({"is_cumulative": False, "text": ""} | fields))


SAMPLES: dict[str, tuple[str, str, dict[str, Any] | str, InboundEvent | None]] = {
    "hubtel, first": (
        "hubtel", "ussd", HUBTEL_FIRST,
        turn(session_id="hubtel:3c796dac", number=GHANA, is_first=True, sequence=1),
    ),
    "hubtel, dial-through": (
        "hubtel", "ussd", HUBTEL_FIRST | {"Message": "*711*22*1*2#"},
        turn(session_id="hubtel:3c796dac", number=GHANA, is_first=True, sequence=1, text="1*2"),
    ),
    "hubtel, more, in lower case": (
        "hubtel", "ussd", HUBTEL_FIRST | {"Type": "response", "Message": "3", "Sequence": 2},
        turn(session_id="hubtel:3c796dac", number=GHANA, sequence=2, text="3"),
    ),
    "hubtel, gone": ("hubtel", "ussd", HUBTEL_GONE, UssdGone()),
    "hubtel, released": ("hubtel", "ussd", HUBTEL_GONE | {"Type": "Release", "Message": "User abort"}, UssdGone()),
    "beem, first": (
        "beem", "ussd", BEEM_MORE | {"command": "initiate", "payload": {"request_id": 0, "response": 0}},
        turn(
            session_id="beem:4574", number=TANZANIA, is_first=True, sequence=0,
            echo={"msisdn": "255700000001", "operator": "vodacom", "session_id": "4574"},
        ),
    ),
    "beem, more": (
        "beem", "ussd", BEEM_MORE,
        turn(
            session_id="beem:4574", number=TANZANIA, sequence=1, text="2",
            echo={"msisdn": "255700000001", "operator": "vodacom", "session_id": "4574"},
        ),
    ),
    "beem, gone": ("beem", "ussd", BEEM_MORE | {"command": "terminate"}, UssdGone()),
    "hollatags, first": (
        "hollatags", "ussd", HOLLATAGS_FIRST,
        turn(
            session_id="hollatags:5456657676", number=NIGERIA, is_first=True, echo={"session_id": "5456657676"}
        ),
    ),
    "hollatags, more": (
        "hollatags", "ussd", HOLLATAGS_MORE,
        turn(session_id="hollatags:5456657676", number=NIGERIA, text="1", echo={"session_id": "5456657676"}),
    ),
    "hollatags, gone": ("hollatags", "ussd", HOLLATAGS_FIRST.replace("begin", "end"), UssdGone()),
    "at, turn": (
        "at", "ussd", AT_TURN | {"text": "1*2"},
        turn(session_id="ATUid_0a1b", number=KENYA, text="1*2", is_cumulative=True),
    ),
    "at, ended": ("at", "ussd/ended", AT_TURN | {"input": "1*2", "lastAppResponse": "CON x"}, UssdGone()),
    "at, text": ("at", "sms", AT_TEXT, InboundText("x1", KENYA, "STOP")),
    "at, text without an id": (
        "at", "sms", AT_TEXT | {"id": ""},
        InboundText("\0".join(("", "2026-11-22", "+254711000001", "STOP")), KENYA, "STOP"),
    ),
    "at, report": ("at", "delivery", AT_REPORT, DeliveryReport("ATXid_1", DeliveryStatus.DELIVERED, KENYA)),
    "at, dead number": (
        "at", "delivery", AT_REPORT | {"status": "Failed", "failureReason": "UserDoesNotExist"},
        DeliveryReport("ATXid_1", DeliveryStatus.FAILED, KENYA, FailureReason.DEAD_NUMBER),
    ),
    "at, a new status": (
        "at", "delivery", AT_REPORT | {"status": "Lost"}, DeliveryReport("ATXid_1", DeliveryStatus.UNKNOWN, KENYA),
    ),
    "at, opt-out": ("at", "opt-out", {"senderId": "20240", "phoneNumber": "+254711000001"}, OptOut(KENYA)),
    "at, call": ("at", "voice", AT_CALL, MissedCall("ATVId_1", KENYA, "+254711000099")),
    "at, end of a call": ("at", "voice", AT_CALL | {"isActive": "0"}, None),
    "kannel, text": (
        "kannel", "sms", "from=0711000001&to=20240&id=7&charset=UTF-16BE&text=%04%21%00%20",
        InboundText("7", KENYA, "\u0421 "),
    ),
    "kannel, report by our reference": (
        "kannel", "delivery", "id=ab12&status=16", DeliveryReport("ab12", DeliveryStatus.FAILED),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("network", "hook", "sent", "event"), SAMPLES.values(), ids=SAMPLES)
def test_each_sample_becomes_its_event(
    network: str, hook: str, sent: dict[str, Any] | str, event: InboundEvent | None
) -> None:
    assert read(network, hook, sent) == event


def test_every_hook_of_every_network_has_a_sample() -> None:
    paths = {(network.path, hook.path) for network in NETWORK.values() for hook in network.hooks}
    assert {sample[:2] for sample in SAMPLES.values()} == paths
    assert len(NETWORK) == len(NETWORKS)


@pytest.mark.parametrize(("network", "hook", "sent", "event"), SAMPLES.values(), ids=SAMPLES)
def test_an_unnamed_field_reaches_no_event_and_no_reply(
    network: str, hook: str, sent: dict[str, Any] | str, event: InboundEvent | None
) -> None:
    """Some networks post location, IMSI and name with every turn."""
    more = f"{sent}&{urlencode(UNNAMED)}" if isinstance(sent, str) else sent | UNNAMED
    found = read(network, hook, more)
    assert found == event, "equal in every field"
    reply = NETWORK[network].format_ussd(UssdReply("Hello", False), found if isinstance(found, UssdTurn) else None)
    assert SENTINEL not in f"{found!r} {vars(found) if found else ''} {reply.body!r}"


@pytest.mark.parametrize("event", [sample[3] for sample in SAMPLES.values()], ids=SAMPLES)
def test_an_event_shows_nothing_of_a_caller(event: InboundEvent | None) -> None:
    shown = repr(event)
    for secret in ("711000001", "233200000001", "255700000001", "2347000000001", "STOP", "1*2", "3c796dac", "ATXid"):
        assert secret not in shown


HOSTILE: dict[str, str | Callable[[], dict[str, Any]]] = {
    "nothing": "",
    "a list": "[]",
    "a word": '"x"',
    "an empty object": "{}",
    "deep": "[" * 15_000,
    "a number that is a name": lambda: HUBTEL_FIRST | {"Mobile": "mtn"},
    "a number with a line end": lambda: HUBTEL_FIRST | {"Mobile": "233200000001\n"},
    "a number that is a list": lambda: HUBTEL_FIRST | {"Mobile": ["233200000001"]},
    "a number that is true": lambda: HUBTEL_FIRST | {"Mobile": True},
    "a stage that is not known": lambda: HUBTEL_FIRST | {"Type": "AddToCart"},
    "no stage": lambda: {name: value for name, value in HUBTEL_FIRST.items() if name != "Type"},
    "a session id given twice": json.dumps(HUBTEL_FIRST)[:-1] + ', "SessionId": "other"}',
    "a DTD": '<!DOCTYPE a [<!ENTITY x "y">]><ussd/>',
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_refused_without_its_values(sent: str | Callable[[], dict[str, Any]]) -> None:
    with pytest.raises(UnreadableRequest) as caught:
        read("hubtel", "ussd", sent if isinstance(sent, str) else sent())
    assert "233200000001" not in str(caught.value) and caught.value.__cause__ is None


def test_bytes_that_are_not_text_are_refused() -> None:
    for network in NETWORK.values():
        for hook in network.hooks:
            if hook.kind is not HookKind.USSD_END:
                with pytest.raises(UnreadableRequest):
                    hook.read(InboundRequest(b"\xff\xfe", b"\xff\xfe"))


def test_half_a_surrogate_pair_is_no_text() -> None:
    sent = json.dumps(HUBTEL_FIRST | {"Type": "Response"}).replace('"*711*22#"', '"\\ud83d"')
    found = read("hubtel", "ussd", sent)
    assert isinstance(found, UssdTurn) and found.text == ""


def test_a_sender_that_is_a_name_is_no_phone() -> None:
    with pytest.raises(NoPhoneNumber):
        read("at", "sms", AT_TEXT | {"from": "MPESA"})


ODD_WORDS = 'a & b < c | d "e"\nСтоп'


def reply_of(network: str, sent: dict[str, Any] | str, text: str, is_final: bool) -> Any:
    found = read(network, "ussd", sent)
    assert isinstance(found, UssdTurn)
    return json.loads(NETWORK[network].format_ussd(UssdReply(text, is_final), found).body)


def test_hubtel_reads_its_reply() -> None:
    more = {"Label": "", "ClientState": "", "FieldType": "text", "Message": ODD_WORDS}
    assert reply_of("hubtel", HUBTEL_FIRST, ODD_WORDS, False) == {"Type": "response", "DataType": "input"} | more
    assert reply_of("hubtel", HUBTEL_FIRST, ODD_WORDS, True) == {"Type": "release", "DataType": "display"} | more


def test_beem_reads_its_reply() -> None:
    echoed = {"msisdn": "255700000001", "operator": "vodacom", "session_id": "4574"}
    assert reply_of("beem", BEEM_MORE, ODD_WORDS, False) == echoed | {
        "command": "continue", "payload": {"request_id": 2, "request": ODD_WORDS},
    }  # fmt: skip
    assert reply_of("beem", BEEM_MORE, "Bye", True) == echoed | {
        "command": "terminate", "payload": {"request_id": 0, "request": "Bye"},
    }  # fmt: skip


def test_hollatags_reads_its_reply() -> None:
    said = {"session_id": "5456657676", "session_msg": ODD_WORDS}
    assert reply_of("hollatags", HOLLATAGS_MORE, ODD_WORDS, False) == said | {
        "session_operation": "continue", "session_type": 1,
    }  # fmt: skip
    assert reply_of("hollatags", HOLLATAGS_MORE, ODD_WORDS, True) == said | {
        "session_operation": "end", "session_type": 4,
    }  # fmt: skip


def test_an_apology_needs_no_readable_request() -> None:
    apology = UssdReply("Sorry", is_final=True)
    assert NETWORK["at"].format_ussd(apology, None).body == b"END Sorry"
    ends = {"hubtel": ("Type", "release"), "beem": ("command", "terminate"), "hollatags": ("session_operation", "end")}
    for name, (field, value) in ends.items():
        reply = NETWORK[name].format_ussd(apology, None)
        assert reply.media_type == "application/json"
        assert json.loads(reply.body)[field] == value and "Sorry" in reply.body.decode()


def test_a_call_is_rejected_or_told_the_neutral_message() -> None:
    at = all_networks(voice={"neutral_message": "Wrong & closed"})["at"]
    assert b"<Response><Reject/></Response>" in at.format_call(CallAnswer.REJECT).body
    assert b"<Say>Wrong &amp; closed</Say>" in at.format_call(CallAnswer.NEUTRAL_MESSAGE).body


@pytest.mark.parametrize(
    ("dialled", "code", "inputs"),
    [
        ("*711*22#", "*711*22#", ""),
        ("*711*22*1*2#", "*711*22#", "1*2"),
        ("*711*22*1*2", "*711*22#", "1*2"),
        ("*711*220#", "*711*22#", ""),
        ("*711*2#", "*711*22#", ""),
        ("*711*22*1#", "", ""),
        ("", "*711*22#", ""),
        ("1", "*711*22#", ""),
    ],
)
def test_what_is_dialled_behind_the_code(dialled: str, code: str, inputs: str) -> None:
    assert inputs_behind_code(dialled, code) == inputs


def test_a_section_of_no_network_is_refused_by_name() -> None:
    assert ussd_network_names() == ["hubtel", "beem", "hollatags"]
    with pytest.raises(BadInput, match=r"\[ussd.hubbel\]: no such network; right is one of hubtel, beem"):
        all_networks(ussd={"hubbel": {}})


def test_a_network_without_its_section_has_no_path() -> None:
    assert set(all_networks(ussd={}, kannel=None)) == {"at"}

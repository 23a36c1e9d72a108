"""Every door is as lenient as the most lenient: odd bytes, repeated fields, other charsets, odd forms of numbers."""

import json
from collections.abc import Iterator
from urllib.parse import quote_from_bytes, urlencode

import pytest

from gateway.numbers import Number
from gateway.providers.events import DeliveryReport, InboundText, MissedCall, OptOut, UssdGone, UssdTurn
from gateway.providers.fields import decode_text
from gateway.providers.inbound import CutOffRequest, Hook, InboundRequest, NoPhoneNumber, UnreadableRequest
from tests.unit.test_inbound_networks import (
    AT_CALL,
    AT_REPORT,
    AT_TEXT,
    AT_TURN,
    BEEM_MORE,
    HOLLATAGS_MORE,
    HUBTEL_FIRST,
    HUBTEL_GONE,
    KENYA,
    NETWORK,
    read,
)

SENDER = "from=%2B254711000001"
TEXT_HOOKS = (("at", "sms"), ("kannel", "sms"))


def hook(network: str, path: str) -> Hook:
    [found] = [hook for hook in NETWORK[network].hooks if hook.path == path]
    return found


def words(network: str, query: str | bytes, charset: str = "") -> str:
    """Return the words of a text from Amina that this door reads."""
    sent = query.encode() if isinstance(query, str) else query
    is_get = hook(network, "sms").method == "GET"
    event = hook(network, "sms").read(InboundRequest(query=sent) if is_get else InboundRequest(b"", sent, charset))
    assert isinstance(event, InboundText) and event.number == KENYA
    return event.text


ODD_WORDS: dict[str, tuple[str | bytes, str]] = {
    "Latin-1 behind it": (f"{SENDER}&text=STOP%2E%A0", "STOP."),
    "an emoji as two surrogates": (f"{SENDER}&text=STOP+%ED%A0%BD%ED%BB%91", "STOP"),
    "an emoji that is cut": (f"{SENDER}&text=STOP+%F0%9F%9B", "STOP"),
    "NUL behind it": (f"{SENDER}&text=STOP%00", "STOP"),
    "NUL inside": (f"{SENDER}&text=ST%00OP", "STOP"),
    "NUL between words": (f"{SENDER}&text=REPORT+soko+mwezi+raid%00", "REPORT soko mwezi raid"),
    "a NUL that is not escaped": (f"{SENDER}&text=STOP\0".encode(), "STOP"),
    "bytes that are not escaped": (f"{SENDER}&text=STOP ".encode() + b"\xff\xfe", "STOP"),
    "a percent sign alone": (f"{SENDER}&text=STOP+100%", "STOP 100%"),
    "an escape of no digits": (f"{SENDER}&text=STOP+%ZZ%u0041", "STOP"),
    "odd bytes in an unnamed field": (f"{SENDER}&text=STOP&more=%ff%fe%00", "STOP"),
    "odd bytes in the id": (f"{SENDER}&text=STOP&id=%ff", "STOP"),
    "an unnamed field twice": (f"{SENDER}&text=STOP&to=1&to=2", "STOP"),
    "all of it twice": (f"{SENDER}&text=STOP&{SENDER}&text=STOP", "STOP"),
    "the words twice, once empty": (f"{SENDER}&text=&text=STOP", "STOP"),
    "two values of the words": (f"{SENDER}&text=STOP&text=please", "STOP\nplease"),
    "two ids": (f"{SENDER}&text=STOP&id=1&id=2", "STOP"),
    "a thousand fields": (f"{SENDER}&text=STOP" + "".join(f"&f{i}=x" for i in range(1000)), "STOP"),
    "separators without fields": (f"&&&=&{SENDER}&&text=STOP&==", "STOP"),
    "a mark of direction around the number": ("from=%E2%80%AA%2B254711000001%E2%80%AC&text=STOP", "STOP"),
    "a blank around the number": ("from=+%2B254711000001+&text=STOP", "STOP"),
    "a national number": ("from=0711000001&text=STOP", "STOP"),
    "two zeros for the plus": ("from=00254711000001&text=STOP", "STOP"),
    "no plus": ("from=254711000001&text=STOP", "STOP"),
}


@pytest.mark.parametrize("network", ["at", "kannel"])
@pytest.mark.parametrize(("query", "wanted"), ODD_WORDS.values(), ids=ODD_WORDS)
def test_the_words_of_an_odd_text_are_read(query: str | bytes, wanted: str, network: str) -> None:
    assert words(network, query).startswith(wanted)


CHARSETS = {
    "ISO-8859-1": ("déjà", "latin-1"), "windows-1252": ("“déjà”", "cp1252"), "windows-1251": ("стоп", "cp1251"),
    "KOI8-R": ("стоп", "koi8-r"), "GBK": ("退订", "gbk"), "UTF-16": ("退订", "utf-16-be"),
    "UCS-2": ("стоп", "utf-16-be"), "utf-16be": ("🛑 STOP", "utf-16-be"), "ISO-10646-UCS-2": ("STOP", "utf-16-be"),
    "UTF-8": ("стоп", "utf-8"), "latin1": ("стоп", "utf-8"), "": ("стоп", "utf-8"), "nonsense": ("стоп", "utf-8"),
    "idna": ("STOP é", "latin-1"), "undefined": ("STOP é", "latin-1"), "base64": ("STOP é", "latin-1"),
}  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_declared_charset_is_read_and_an_unknown_one_loses_no_text(charset: str) -> None:
    said, codec = CHARSETS[charset]
    escaped = quote_from_bytes(said.encode(codec))
    wanted = said if charset not in ("idna", "undefined", "base64") else "STOP"
    assert words("kannel", f"{SENDER}&text={escaped}&charset={charset}").startswith(wanted)
    if codec != "utf-16-be":  # a form that claims two bytes a character has ASCII all the same
        assert words("at", f"{SENDER}&text={escaped}", charset).startswith(wanted)
    assert words("at", f"{SENDER}&text=STOP", charset) == "STOP"


def test_half_a_character_of_two_bytes_is_replaced() -> None:
    assert decode_text(b"\x04!\x04", "UTF-16BE").startswith("\u0421")
    assert decode_text(b"\xd8=\0S\0T\0O\0P", "UTF-16BE").endswith("STOP")
    assert decode_text(b"\xfe\xff\0S\0T\0O\0P", "UTF-16") == "STOP"


@pytest.mark.parametrize("sender", ["", "+", "-1", "%2B254", "%2B254711000001%0A", "0711000001x", "%2B2547,%2B2548"])
@pytest.mark.parametrize("network", ["at", "kannel"])
def test_words_without_a_readable_sender_are_no_name(sender: str, network: str) -> None:
    for query in (f"from={sender}&text=STOP", "text=STOP", SENDER, f"{SENDER}&text=STOP&from=%2B254711000009"):
        with pytest.raises(UnreadableRequest) as caught:
            words(network, query)
        assert not isinstance(caught.value, NoPhoneNumber)


@pytest.mark.parametrize("sender", ["MPESA", "456", "20240", "Ünïcode", "M-Pesa 24"])
@pytest.mark.parametrize("network", ["at", "kannel"])
def test_a_name_or_a_short_code_is_no_phone(sender: str, network: str) -> None:
    with pytest.raises(NoPhoneNumber):
        words(network, urlencode({"from": sender, "text": "you got money"}))


@pytest.mark.parametrize(("network", "path"), TEXT_HOOKS)
def test_a_body_that_is_no_form_is_refused(network: str, path: str) -> None:
    for body in (b"", b"STOP", b'{"from": "+254711000001", "text": "STOP"}', b"<sms/>", b"\0" * 1000):
        with pytest.raises(UnreadableRequest) as caught:
            hook(network, path).read(InboundRequest(body, body))
        assert not isinstance(caught.value, NoPhoneNumber | CutOffRequest)


def odd_turns() -> Iterator[tuple[str, UssdTurn | UssdGone]]:
    """Yield turns of every network with an odd byte in what was typed."""
    for typed in ("%A0", "%ED%A0%BD", "%00", "%F0%9F"):
        body = (urlencode(AT_TURN | {"text": "5*soko"}) + typed).encode()
        yield "at", hook("at", "ussd").read(InboundRequest(body=body))  # type: ignore[misc]
        query = HOLLATAGS_MORE.replace("session_msg=1", f"session_msg=soko{typed}").encode()
        yield "hollatags", hook("hollatags", "ussd").read(InboundRequest(query=query))  # type: ignore[misc]
    more = HUBTEL_FIRST | {"Type": " Response ", "Message": "soko", "Sequence": 2}
    for odd in (b"\xff", b"\\ud83d", b"\\u0000", b"\0"):
        body = json.dumps(more).encode().replace(b"soko", b"soko" + odd)
        yield "hubtel", hook("hubtel", "ussd").read(InboundRequest(body=body))  # type: ignore[misc]
        body = json.dumps(BEEM_MORE | {"payload": {"request_id": 1, "response": "soko"}}).encode()
        yield "beem", hook("beem", "ussd").read(InboundRequest(body=body.replace(b"soko", b"soko" + odd)))  # type: ignore[misc]


def test_an_odd_byte_that_was_typed_ends_no_call() -> None:
    for network, event in odd_turns():
        assert isinstance(event, UssdTurn), network
        assert event.text.removeprefix("5*").rstrip("\ufffd\xa0") == "soko", network


@pytest.mark.parametrize(
    "sent",
    [
        json.dumps(HUBTEL_FIRST)[:-1] + ', "a": 1, "a": 2}',
        json.dumps(HUBTEL_FIRST)[:-1] + ', "Mobile": "233200000001"}',
        json.dumps(HUBTEL_FIRST | {f"f{i}": "x" for i in range(300)}),
        "\ufeff" + json.dumps(HUBTEL_FIRST),
    ],
)
def test_json_with_more_than_it_needs_is_read(sent: str) -> None:
    assert isinstance(read("hubtel", "ussd", sent), UssdTurn)


def test_the_end_of_a_session_is_never_a_turn() -> None:
    """Also where its number cannot be read, or the network posts it to the URL of turns."""
    assert read("hubtel", "ussd", HUBTEL_GONE | {"Mobile": "", "Type": "TIMEOUT "}) == UssdGone()
    assert read("beem", "ussd", BEEM_MORE | {"command": "Terminate", "msisdn": "x"}) == UssdGone()
    assert read("hollatags", "ussd", HOLLATAGS_MORE.replace("continue", "END")) == UssdGone()
    ended = {"sessionId": "s", "phoneNumber": "+254711000001", "status": "Failed", "durationInMillis": "1200"}
    for more in ({}, {"input": "5*1", "lastAppResponse": "CON x"}, {"text": "5*1"}):
        assert read("at", "ussd", ended | more) == UssdGone()


def test_reports_opt_outs_and_calls_are_read_with_odd_bytes_too() -> None:
    tail = "&errorMessage=%ff%00&networkCode=1&networkCode=2"
    assert isinstance(read("at", "delivery", urlencode(AT_REPORT) + tail), DeliveryReport)
    assert isinstance(read("kannel", "delivery", "id=ab&status=%201&answer=%ff%00"), DeliveryReport)
    assert read("at", "opt-out", "phoneNumber=%2B254711000001" + tail) == OptOut(KENYA)
    for more in ({}, {"isActive": "true"}, {"isActive": " 1"}, {"destinationNumber": " 254711000099"}):
        called = {name: value for name, value in AT_CALL.items() if name != "isActive" or more} | more
        event = read("at", "voice", urlencode(called) + tail)
        assert event == MissedCall("ATVId_1", Number.parse("+254711000001"), "+254711000099"), more
    assert read("at", "voice", AT_CALL | {"isActive": "0 "}) is None
    assert read("at", "sms", AT_TEXT | {"text": "SOS\0"}) == InboundText("x1", KENYA, "SOS")

"""What the SDK returns for each answer of the simulated network, as one table. A bad number stops no other number."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from africastalking.Service import validate_phone
from hypothesis import given, strategies as st

from gateway import settings
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.subscription import Subscription
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, SendStatus
from gateway.providers.africastalking import send
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.base import SendOutcome
from gateway.store import keys
from tests.harness.cast import NUMBERS, number
from tests.harness.network_answers import HTTP, answering, set_faults
from tests.harness.sending import LATER, to
from tests.harness.town import Town

AMINA, BAHATI, CHIKU = number("Amina"), number("Bahati"), number("Chiku")
A = NUMBERS["Amina"]


def provider_at(url: str, key: str = "simulator") -> AfricasTalking:
    return AfricasTalking(settings.load({"AT_USERNAME": "test", "AT_API_KEY": key, "AT_API_URL": url}))


@pytest.fixture
def provider(network_url: str) -> Iterator[AfricasTalking]:
    HTTP.post(f"{network_url}/api/reset")
    yield provider_at(network_url)
    set_faults(network_url)


def accepted(network_url: str) -> Any:
    return HTTP.get(f"{network_url}/api/stats").json()["accepted"]


REFUSED = {
    100: SendStatus.ACCEPTED,
    101: SendStatus.ACCEPTED,
    102: SendStatus.ACCEPTED,
    401: SendStatus.REFUSED,
    403: SendStatus.DEAD_NUMBER,
    404: SendStatus.DEAD_NUMBER,
    406: SendStatus.OPTED_OUT,
    407: SendStatus.REFUSED,
    409: SendStatus.REFUSED,
    500: SendStatus.RETRY,
    501: SendStatus.RETRY,
    502: SendStatus.RETRY,
}


@pytest.mark.parametrize(("code", "fate"), REFUSED.items())
def test_each_status_code(code: int, fate: SendStatus, provider: AfricasTalking, network_url: str) -> None:
    """A fault for one number leaves the other numbers of its call alone."""
    set_faults(network_url, refuse={A: code})
    outcomes = provider.send("Hello", to([AMINA, BAHATI]), LATER)
    assert (outcomes[AMINA].status, outcomes[AMINA].code) == (fate, code)
    assert outcomes[BAHATI].status is SendStatus.ACCEPTED
    assert outcomes[BAHATI].message_id.startswith("ATXid_")


@pytest.mark.parametrize(
    ("code", "trouble"), [(402, ProviderErrorKind.REJECTED_SENDER), (405, ProviderErrorKind.OUT_OF_CREDIT)]
)
def test_codes_that_concern_the_account(
    code: int, trouble: ProviderErrorKind, provider: AfricasTalking, network_url: str
) -> None:
    set_faults(network_url, refuse={A: code})
    with pytest.raises(ProviderError) as caught:
        provider.send("Hello", to([AMINA]), LATER)
    assert caught.value.kind is trouble
    mixed = provider.send("Hello", to([AMINA, BAHATI]), LATER)
    assert (mixed[AMINA].status, mixed[BAHATI].status) == (SendStatus.RETRY, SendStatus.ACCEPTED), (
        "a number that got the text gets it once"
    )


TROUBLES = {
    "a wrong key": ({"wrong_key": True}, ProviderErrorKind.REJECTED_SENDER),
    "an unknown sender": ({"invalid_sender": True}, ProviderErrorKind.REJECTED_SENDER),
    "no airtime": ({"balance": 0}, ProviderErrorKind.OUT_OF_CREDIT),
    "HTTP 500": ({"error_status": 500}, ProviderErrorKind.BUSY),
    "HTTP 503": ({"error_status": 503}, ProviderErrorKind.BUSY),
    "HTTP 429": ({"error_status": 429}, ProviderErrorKind.BUSY),
    "HTTP 400": ({"error_status": 400}, ProviderErrorKind.BUSY),
}


@pytest.mark.parametrize(("faults", "trouble"), TROUBLES.values(), ids=TROUBLES)
def test_calls_that_were_not_taken(
    faults: dict[str, object], trouble: ProviderErrorKind, provider: AfricasTalking, network_url: str
) -> None:
    set_faults(network_url, **faults)
    with pytest.raises(ProviderError) as caught:
        provider.send("Hello", to([AMINA, BAHATI]), LATER)
    assert caught.value.kind is trouble
    assert caught.value.__cause__ is None
    assert accepted(network_url) == 0


UNKNOWN = {
    "taken, then silence": {"timeout": True},
    "taken, then HTTP 504": {"error_status": 504, "error_taken": True},
    "a page with 200": {"html_instead": True},
    "nobody in the answer": {"missing_recipients": 2},
}


@pytest.mark.parametrize("faults", UNKNOWN.values(), ids=UNKNOWN)
def test_calls_of_which_nobody_knows(
    faults: dict[str, object], provider: AfricasTalking, network_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "TIMEOUTS_S", (1, 0.3))
    set_faults(network_url, **faults)
    outcomes = provider.send("Hello", to([AMINA, BAHATI]), LATER)
    assert {outcome.status for outcome in outcomes.values()} == {SendStatus.UNKNOWN}


def test_a_number_missing_in_the_answer_is_unknown_and_the_others_are_known(
    provider: AfricasTalking, network_url: str
) -> None:
    set_faults(network_url, missing_recipients=1)
    outcomes = provider.send("Hello", to([AMINA, BAHATI, CHIKU]), LATER)
    assert [outcomes[n].status for n in (AMINA, BAHATI, CHIKU)] == [
        SendStatus.ACCEPTED,
        SendStatus.ACCEPTED,
        SendStatus.UNKNOWN,
    ]


def test_no_airtime_for_some_numbers_says_nothing_about_missing_ones(
    provider: AfricasTalking, network_url: str
) -> None:
    """The account was empty for every listed number, but the outcome of the missing number is unknown."""
    set_faults(network_url, balance=0, missing_recipients=1)
    outcomes = provider.send("Hello", to([AMINA, BAHATI]), LATER)
    assert [outcomes[n].status for n in (AMINA, BAHATI)] == [SendStatus.RETRY, SendStatus.UNKNOWN]


def test_a_refused_connection_means_nothing_was_sent() -> None:
    with socket.socket() as bound:  # nothing listens there, so it refuses connections
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(ProviderError) as caught:
            provider_at(f"http://127.0.0.1:{bound.getsockname()[1]}").send("Hello", to([AMINA]), LATER)
    assert caught.value.kind is ProviderErrorKind.BUSY
    assert A not in str(caught.value)


def shape(*rows: object, message: str = "Sent") -> bytes:
    return json.dumps({"SMSMessageData": {"Message": message, "Recipients": list(rows)}}).encode()


ROW = {"number": A, "statusCode": 101, "messageId": "ATXid_1"}
SENT = SendOutcome(SendStatus.ACCEPTED, 101, "ATXid_1")
ODD = {
    "JSON with a charset": (shape(ROW), SENT),
    "the code in quotation marks": (shape({**ROW, "statusCode": "101"}), SENT),
    "the number without its plus": (shape({**ROW, "number": A[1:]}), SENT),
    "no message id": (
        shape({"number": A, "statusCode": 101, "messageId": None}),
        SendOutcome(SendStatus.ACCEPTED, 101),
    ),
    "a code nobody knows": (shape({**ROW, "statusCode": 999}), SendOutcome(SendStatus.UNKNOWN, 999, "ATXid_1")),
    "a code that is no number": (shape({**ROW, "statusCode": None}), SendOutcome(SendStatus.UNKNOWN, 0, "ATXid_1")),
    "somebody else's number": (shape({**ROW, "number": NUMBERS["Chiku"]}), SendOutcome(SendStatus.UNKNOWN)),
    "a number that is none": (shape({**ROW, "number": ["x"]}), SendOutcome(SendStatus.UNKNOWN)),
    "rows that are none": (shape(None, "x", 3), SendOutcome(SendStatus.UNKNOWN)),
    "an empty list and a reason nobody knows": (shape(message="Tomorrow"), SendOutcome(SendStatus.UNKNOWN)),
    "a list": (b"[]", SendOutcome(SendStatus.UNKNOWN)),
    "null": (b"null", SendOutcome(SendStatus.UNKNOWN)),
    "no recipients": (b'{"SMSMessageData": {}}', SendOutcome(SendStatus.UNKNOWN)),
    "data that is none": (b'{"SMSMessageData": "x"}', SendOutcome(SendStatus.UNKNOWN)),
    "nothing": (b"", SendOutcome(SendStatus.UNKNOWN)),
    "bytes": (b"\xff\xfe\0", SendOutcome(SendStatus.UNKNOWN)),
    "deep": (b"[" * 100_000, SendOutcome(SendStatus.UNKNOWN)),
}


@pytest.mark.parametrize(("body", "outcome"), ODD.values(), ids=ODD)
def test_odd_answers(body: bytes, outcome: SendOutcome) -> None:
    with answering(201, body, "application/json; charset=utf-8") as url:
        assert provider_at(url).send("Hello", to([AMINA]), LATER) == {AMINA: outcome}


def test_a_redirect_is_not_followed() -> None:
    """A redirect could lead a made-up account to the real network, with the numbers in the form."""
    with answering(201, shape(ROW), "application/json") as elsewhere:
        for status in (301, 302, 307, 308):
            with answering(status, b"", "text/html", elsewhere) as url, pytest.raises(ProviderError) as caught:
                provider_at(url).send("Hello", to([AMINA]), LATER)
            assert caught.value.kind is ProviderErrorKind.BUSY


@given(st.integers(10**6, 10**15 - 1))
def test_the_sdk_takes_every_number_that_can_be_made(digits: int) -> None:
    """A number that the SDK refuses would fail its whole call, with the number in clear in the error."""
    assert validate_phone(Number.from_int(digits).e164)


# One bad number among a hundred (fault row 14)


@pytest.fixture
def hundred(town: Town) -> Town:
    for i in range(100):
        turn = town.store.read_turn(Number.from_int(254_712_000_000 + i))
        area = turn.world.atlas.resolve("Soko Mwezi").id
        town.store.apply_intents(turn, (intents.Subscribe(area),), "en")
        assert town.store.commit(turn.transaction)
    return town


def warn(town: Town) -> dict[str, int]:
    """Send a warning. Return the states of its recipients."""
    turn = town.store.read_terminal_turn()
    area = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Gate", "", turn.now + 3600),), "")
    assert town.store.commit(turn.transaction)
    for _ in range(3):
        town.work()
        town.let_pass()
    [alert] = town.store.read_world().alerts.values()
    return {state.name: n for state, n in town.store.recipients.count_states(f"{alert.number}.0").items() if n}


def test_a_number_the_network_calls_malformed_stops_nobody_else(hundred: Town) -> None:
    hundred.faults(refuse={"+254712000050": 403})
    assert warn(hundred) == {"ACCEPTED": 99, "REFUSED": 1}


def test_a_token_that_is_no_number_stops_nobody_else(hundred: Town) -> None:
    """A damaged disk or a half restored backup would leave such a token."""
    store = hundred.store
    area = store.read_world().atlas.resolve("Soko Mwezi").id
    bad = b"\0" * 24
    week = Subscription("en", consent_week=1, seen_week=1, areas=(area,)).pack()
    store.connection.batch(
        [("HSET", keys.subscription_bucket(bad), bad, week), ("HSET", keys.area_subscribers(area, bad), bad, b"")]
    )
    assert warn(hundred) == {"ACCEPTED": 100, "REFUSED": 1}

"""The simulated network as the real SDK and a stand-in gateway see it, over real sockets."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import requests
import uvicorn
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.simulator import Config, create_app
from gateway.simulator.config import BadConfig
from gateway.simulator.septets import count_segments, measure
from gateway.simulator.statuses import STATUSES

AMINA, JOYCE = "+254711000001", "+254711000002"
TOKEN, KEY = "simulated-path-token", "simulated-key"
Json = dict[str, Any]


class Gateway:
    """A stand-in for our gateway: records every posted form, and gives the answer that the test set."""

    def __init__(self) -> None:
        self.forms: list[tuple[str, Json]] = []
        self.screen: Callable[[Json], str] = lambda form: "CON Hello"
        self.statuses: list[int] = []
        self.voice = "<Response><Reject/></Response>"
        self.app = Starlette(routes=[Route("/at/{token}/{what:path}", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        assert request.path_params["token"] == TOKEN
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        what = request.path_params["what"]
        self.forms.append((what, form))
        status = self.statuses.pop(0) if self.statuses and what in ("sms", "ussd") else 200
        said = {"ussd": self.screen(form) if what == "ussd" else "", "voice": self.voice}
        return PlainTextResponse(said.get(what, ""), status)

    def got(self, what: str, count: int = 1) -> list[Json]:
        """Return the forms of one webhook, once at least `count` have come."""
        wait_for(lambda: len(self.of(what)) >= count)
        return self.of(what)

    def of(self, what: str) -> list[Json]:
        return [form for name, form in self.forms if name == what]


class Sdk(SMSService):  # type: ignore[misc]
    """The real SDK, pointed at the simulator."""

    url = ""

    def _init_service(self) -> None:
        self._baseUrl = self._contentUrl = f"{self.url}/version1"


class Network:
    """The simulator as a test drives it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=f"{url}/api", trust_env=False)

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, **body: object) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    def faults(self, **given: object) -> None:
        self.http.put("/faults", json=given).raise_for_status()

    def sdk(self, key: str = KEY) -> Sdk:
        here: type[Sdk] = type("Here", (Sdk,), {"url": self.url})
        return here("sandbox", key)

    def send(self, *numbers: str, text: str = "Hello", timeout: float = 5) -> Any:
        return self.sdk().send(text, list(numbers) or [AMINA], "20240", timeout=timeout)

    def codes(self, *numbers: str) -> list[int]:
        answer = self.send(*numbers)
        return [recipient["statusCode"] for recipient in answer["SMSMessageData"]["Recipients"]]


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve an application on a free loopback port, in a thread."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    wait_for(lambda: server.started)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Network, Gateway]]:
    stand_in = Gateway()
    with served(stand_in.app) as gateway_url:
        config = Config(
            gateway=gateway_url, token=TOKEN, api_key=KEY, phones=((AMINA, "Amina"),), sms_retry_seconds=0.05
        )
        with served(create_app(config)) as url:
            yield Network(url), stand_in


@pytest.fixture
def network(running: tuple[Network, Gateway], gateway: Gateway) -> Network:
    return running[0]


@pytest.fixture
def gateway(running: tuple[Network, Gateway]) -> Gateway:
    network, stand_in = running
    network.post("/reset")
    stand_in.forms.clear()
    stand_in.statuses.clear()
    stand_in.screen = lambda form: "CON Hello"
    return stand_in


def test_the_sdk_sends_and_the_text_arrives(network: Network) -> None:
    answer = network.send(AMINA, JOYCE)["SMSMessageData"]
    assert answer["Message"] == "Sent to 2/2 Total Cost: KES 1.6000"
    first = answer["Recipients"][0]
    assert first.pop("messageId").startswith("ATXid_")
    assert first == {"statusCode": 101, "number": AMINA, "status": "Success", "cost": "KES 0.8000"}
    inbox = network.get(f"/phones/{AMINA}")["inbox"]
    assert [(text["from"], text["text"], text["segments"]) for text in inbox] == [("20240", "Hello", 1)]


def test_a_phone_met_later_finds_its_texts(network: Network) -> None:
    network.send(JOYCE)
    assert [text["text"] for text in network.get(f"/phones/{JOYCE}")["inbox"]] == ["Hello"]


@pytest.mark.parametrize("code", sorted(STATUSES))
def test_each_status_code_comes_back(network: Network, code: int) -> None:
    network.faults(refuse={AMINA: code}, reports={"mode": "off"})
    recipients = network.send(AMINA, JOYCE)["SMSMessageData"]["Recipients"]
    name = "Success" if code <= 102 else STATUSES[code]
    assert [(r["statusCode"], r["status"]) for r in recipients] == [(code, name), (101, "Success")]
    assert network.get("/stats")["accepted"] == (2 if code <= 102 else 1)


def test_shares_refuse_some(network: Network) -> None:
    network.faults(refuse_share={"407": 1.0})
    assert network.codes(AMINA, JOYCE) == [407, 407]


def test_the_balance_runs_out(network: Network) -> None:
    network.faults(balance=1)
    assert network.codes(AMINA, JOYCE) == [101, 405]
    assert network.get("/faults")["balance"] == 0


@pytest.mark.parametrize("key", ["wrong", "", "clé"])
def test_a_wrong_key_is_401_in_plain_text(network: Network, key: str) -> None:
    form = {"username": "sandbox", "to": AMINA, "message": "Hello"}
    headers = [(b"apiKey", key.encode())]
    answer = httpx.post(f"{network.url}/version1/messaging", data=form, headers=headers, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    assert network.get("/stats")["accepted"] == 0


def test_the_sdk_raises_on_a_wrong_key(network: Network) -> None:
    with pytest.raises(AfricasTalkingException, match="authentication"):
        network.sdk("wrong").send("Hello", [AMINA])


def test_a_send_that_times_out_was_taken(network: Network) -> None:
    network.faults(timeout_next=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        network.send(AMINA, timeout=0.2)
    assert network.codes(AMINA) == [101]
    stats = network.get("/stats")
    assert stats["accepted"] == 2
    assert stats["duplicates"] == {"messages": 1, "numbers": {AMINA: 1}}


def test_errors_for_the_next_calls_only(network: Network) -> None:
    network.faults(error_next=1)
    with pytest.raises(AfricasTalkingException):
        network.send(AMINA)
    assert network.codes(AMINA) == [101]
    assert network.get("/stats")["answers"] == {"500": 1, "201": 1}


@pytest.mark.parametrize("taken", [False, True])
def test_an_error_may_hide_a_message_that_was_taken(network: Network, taken: bool) -> None:
    network.faults(error_status=503, error_taken=taken)
    with pytest.raises(AfricasTalkingException):
        network.send(AMINA)
    assert network.get("/stats")["accepted"] == int(taken)


def test_odd_answers(network: Network) -> None:
    network.faults(html_instead=True)
    assert network.send(AMINA).startswith("<html>")
    network.faults(invalid_sender=True)
    assert network.send(AMINA) == {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
    network.faults(missing_recipients=1)
    assert network.codes(AMINA, JOYCE) == [101]
    assert network.get("/stats")["accepted"] == 2


def test_a_report_follows(network: Network, gateway: Gateway) -> None:
    sent = network.send(AMINA)["SMSMessageData"]["Recipients"][0]
    assert gateway.got("delivery") == [
        {
            "id": sent["messageId"],
            "status": "Success",
            "phoneNumber": AMINA,
            "networkCode": "63902",
            "failureReason": "",
            "retryCount": "0",
        }
    ]


@pytest.mark.parametrize(
    ("faults", "statuses"),
    [
        ({"reports": {"double": True}}, ["Success", "Success"]),
        ({"reports": {"reorder": True}}, ["Success", "Sent"]),
        ({"reports": {"share_failed": 1}}, ["Failed"]),
        ({"reports": {"before_send_returns": True}}, ["Success"]),
        ({"reports": {"delay_ms": 30}}, ["Success"]),
        ({"reports": {"mode": "lost"}}, []),
        ({"reports": {"mode": "off"}}, []),
        ({"absent": [AMINA]}, ["AbsentSubscriber"]),
    ],
)
def test_reports_that_go_wrong(network: Network, gateway: Gateway, faults: Json, statuses: list[str]) -> None:
    network.faults(**faults)
    network.send(AMINA)
    if faults == {"reports": {"before_send_returns": True}}:
        assert len(gateway.of("delivery")) == 1
    wait_for(lambda: network.get("/stats")["reports"]["pending"] == 0)
    assert [form["status"] for form in gateway.of("delivery")] == statuses


def test_a_dialogue_posts_everything_typed_so_far(network: Network, gateway: Gateway) -> None:
    gateway.screen = lambda form: "END Bye" if form["text"] == "1*Jane" else f"CON [{form['text']}]"
    network.post(f"/phones/{AMINA}/dial", code="*384*2024#")
    assert network.post(f"/phones/{AMINA}/key", text="1")["screen"] == "[1]"
    last = network.post(f"/phones/{AMINA}/key", text="Jane")
    assert (last["screen"], last["open"], last["error"], last["septets"]) == ("Bye", False, None, 7)
    assert [form["text"] for form in gateway.of("ussd")] == ["", "1", "1*Jane"]
    assert len({form["sessionId"] for form in gateway.of("ussd")}) == 1
    [ended] = gateway.got("ussd/ended")
    assert (ended["status"], ended["input"], ended["hopsCount"]) == ("Success", "1*Jane", "3")
    assert ended["lastAppResponse"] == "END Bye"


def test_a_code_dialled_with_answers_in_it(network: Network, gateway: Gateway) -> None:
    network.post(f"/phones/{AMINA}/dial", code="*384*2024*1*2#")
    [form] = gateway.of("ussd")
    assert (form["text"], form["serviceCode"]) == ("1*2", "*384*2024#")


def test_another_code_reaches_nobody(network: Network, gateway: Gateway) -> None:
    assert network.post(f"/phones/{AMINA}/dial", code="*100#")["error"] == "no service has this code"
    assert gateway.of("ussd") == []


def test_hanging_up_is_an_incomplete_session(network: Network, gateway: Gateway) -> None:
    network.post(f"/phones/{AMINA}/dial")
    assert network.post(f"/phones/{AMINA}/hangup")["open"] is False
    assert gateway.got("ussd/ended")[0]["status"] == "Incomplete"
    assert network.http.post(f"/phones/{AMINA}/key", json={"text": "1"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "error", "shown"),
    [
        ("CON " + "a" * 156, None, 156),
        ("CON " + "a" * 157, "screen too long: 161 of 160", 156),
        ("CON " + "{" * 79, "screen too long: 162 of 160", 78),
        ("CON " + "ж" * 66, None, 66),
        ("CON " + "ж" * 67, "screen too long: 71 of 70", 66),
    ],
)
def test_screens_are_cut_where_the_network_cuts_them(
    network: Network, gateway: Gateway, body: str, error: str | None, shown: int
) -> None:
    gateway.screen = lambda form: body
    dialogue = network.post(f"/phones/{AMINA}/dial")
    assert (dialogue["error"], len(dialogue["screen"]), dialogue["open"]) == (error, shown, True)
    assert dialogue["text"] == body[4:]


@pytest.mark.parametrize(
    ("body", "status"), [(" CON Hi", 200), ("", 200), ("con Hi", 200), ("CON", 200), ("CON Hi", 500)]
)
def test_an_answer_the_network_refuses(network: Network, gateway: Gateway, body: str, status: int) -> None:
    gateway.screen, gateway.statuses = lambda form: body, [status]
    dialogue = network.post(f"/phones/{AMINA}/dial")
    assert (dialogue["open"], bool(dialogue["error"])) == (False, True)
    assert gateway.got("ussd/ended")[0]["status"] == "Failed"


def test_requests_that_come_twice(network: Network, gateway: Gateway) -> None:
    network.faults(repeat_requests=True)
    network.post(f"/phones/{AMINA}/dial")
    first, second = gateway.of("ussd")
    assert first == second


def test_a_dropped_session(network: Network, gateway: Gateway) -> None:
    network.faults(drop_session_every=2)
    assert network.post(f"/phones/{AMINA}/dial")["open"] is True
    assert network.post(f"/phones/{AMINA}/key", text="1")["error"] == "the connection was lost"
    assert len(gateway.of("ussd")) == 2


def test_a_text_is_posted_until_it_is_taken(network: Network, gateway: Gateway) -> None:
    gateway.statuses = [503, 503]
    sent = network.post(f"/phones/{AMINA}/sms", to="20240", text="JOIN kisauni")
    assert (sent["status"], sent["acknowledged"]) == (503, False)
    wait_for(lambda: network.get("/stats")["inbound"]["acknowledged"] == 1)
    forms = gateway.of("sms")
    assert len(forms) == 3
    assert forms[0] == forms[1] == forms[2]
    assert (forms[0]["from"], forms[0]["to"], forms[0]["text"]) == (AMINA, "20240", "JOIN kisauni")
    assert set(forms[0]) == {"date", "from", "id", "linkId", "text", "to", "networkCode", "cost"}


def test_texts_that_come_twice(network: Network, gateway: Gateway) -> None:
    network.faults(repeat_sms=True)
    network.post(f"/phones/{AMINA}/sms", text="HELP")
    first, second = gateway.of("sms")
    assert first == second


def test_a_call_is_rejected_or_hears_the_message(network: Network, gateway: Gateway) -> None:
    number = "+254711000701"
    assert network.post(f"/phones/{AMINA}/call", to=number) == {"status": 200, "free": True, "heard": ""}
    rings, over = gateway.got("voice", 2)
    assert (rings["callerNumber"], rings["destinationNumber"], rings["isActive"]) == (AMINA, number, "1")
    assert (over["sessionId"], over["isActive"]) == (rings["sessionId"], "0")
    gateway.voice = "<Response><Say>Wrong &amp; closed</Say></Response>"
    assert network.post(f"/phones/{AMINA}/call", to=number) == {
        "status": 200, "free": False, "heard": "Wrong & closed"
    }  # fmt: skip
    assert network.http.post(f"/phones/{AMINA}/call", json={"to": "20240x"}).status_code == 422


def test_a_phone_that_opted_out_is_refused_from_then_on(network: Network, gateway: Gateway) -> None:
    assert network.post(f"/phones/{AMINA}/opt-out") == {"status": 200}
    assert gateway.of("opt-out") == [{"senderId": "20240", "phoneNumber": AMINA}]
    assert network.codes(AMINA, JOYCE) == [406, 101]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"latencyms": 3}, "unknown: latencyms"),
        ({"reports": {"late": True}}, "unknown: reports.late"),
        ({"latency_ms": -1}, "latency_ms: milliseconds"),
        ({"timeout": 1}, "timeout: "),
        ({"refuse": {AMINA: 999}}, "refuse: number -> statusCode"),
        ({"refuse_share": {"407": 2}}, "refuse_share: "),
        ({"refuse": {AMINA: [406]}}, "refuse: "),
        ({"reports": {"mode": ["off"]}}, "reports.mode: "),
        ({"reports": None}, "reports is a JSON object"),
    ],
)
def test_faults_that_mean_nothing_are_refused(network: Network, given: Json, said: str) -> None:
    answer = network.http.put("/faults", json=given)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(said)
    assert {"latency_ms", "reports.double"} <= set(answer.json()["known"])


def test_messages_since(network: Network) -> None:
    network.send(AMINA, JOYCE)
    later = network.get("/messages?since=1")
    assert [(message["seq"], message["number"]) for message in later["messages"]] == [(2, JOYCE)]
    assert (later["now"], later["oldest"]) == (2, 1)


def test_the_page_comes_with_a_strict_policy(network: Network) -> None:
    page = httpx.get(network.url, trust_env=False)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "style=" not in page.text
    assert httpx.get(f"{network.url}/page/page.js", trust_env=False).status_code == 200


def test_a_page_elsewhere_cannot_pose_as_this_host(network: Network) -> None:
    assert network.http.get("/phones", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "http://example.org", "http://127.0.0.1.example.org"])
def test_gateways_elsewhere_are_refused(url: str) -> None:
    with pytest.raises(BadConfig, match="this machine only"):
        Config(gateway=url, token=TOKEN)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 67, "UCS-2", 134, 3),
    ],
)
def test_what_a_text_costs(text: str, encoding: str, units: int, parts: int) -> None:
    assert (measure(text).encoding, measure(text).units, count_segments(text)) == (encoding, units, parts)


def test_numbers_and_texts_stay_out_of_the_log(
    network: Network, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    network.send(AMINA, text="secret words")
    network.post(f"/phones/{AMINA}/dial")
    network.post(f"/phones/{AMINA}/sms", text="secret words")
    gateway.got("delivery")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("gateway")]
    assert not any("secret" in line or "254711" in line for line in ours)
    assert not any(TOKEN in record.getMessage() for record in caplog.records if record.name == "httpx")

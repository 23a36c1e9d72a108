"""The deadline and the reference that a text carries to a network, and our request beside that of the stock SDK."""

import http.server
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from africastalking.SMS import SMSService

from gateway import settings
from gateway.crypto.references import make_reference, open_reference
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.message import Lane
from gateway.numbers import Number
from gateway.providers import Recipient, SendOutcome, SendStatus
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.base import SingleProvider
from gateway.providers.kannel.send import Kannel
from gateway.settings import Settings
from jobs import dispatch
from jobs.sending import send
from tests.harness.cast import number
from tests.harness.sending import to
from tests.harness.steps_alerts import subscribe
from tests.harness.town import Town

AMINA, BAHATI = number("Amina"), number("Bahati")
Heard = tuple[str, str, list[tuple[str, str]], bytes]
"""method, path, headers and body of one request"""


@contextmanager
def listening(heard: list[Heard], status: int, reply: bytes) -> Iterator[str]:
    """Run a network that records each request as it came."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.command, self.path, self.headers.items(), body))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("sender", ["20240", None])
def test_our_request_to_africas_talking_is_the_stock_sdks(sender: str | None) -> None:
    """Method, path, headers in order and body are the same, although we replace the SDK's transport."""
    heard: list[Heard] = []
    text = "Notice: Soko & Mwezi until 22:00. Район €"
    with listening(heard, 201, b'{"SMSMessageData": {"Message": "", "Recipients": []}}') as url:
        environ = {"AT_USERNAME": "test", "AT_API_KEY": "k", "AT_API_URL": url, "AT_SHORTCODE": sender or ""}
        AfricasTalking(settings.load(environ)).send(text, to([AMINA, BAHATI]), time.time() + 60)
        stock = SMSService("test", "k")
        stock._baseUrl = url + "/version1"
        stock.send(text, [AMINA.e164, BAHATI.e164], sender)
    ours, theirs = heard
    assert ours == theirs
    assert theirs[:2] == ("POST", "/version1/messaging")


def kannel_at(url: str, validity: int = 180) -> Kannel:
    values = settings.load({"MWAVULI_WEBHOOK_TOKEN": "t" * 32, "AT_SHORTCODE": "20240"})
    table = {"url": f"{url}/cgi-bin/sendsms", "username": "mwavuli", "validity": validity}
    return Kannel(values.model_copy(update={"tuning": settings.Tuning.model_validate({"kannel": table})}))


@pytest.mark.parametrize(
    ("remaining_s", "minutes"), [(20 * 60 + 30, 20), (20 * 60 - 5, 19), (10 * 3600, 180), (59, 1), (3, 1)]
)
def test_kannel_tries_a_text_no_longer_than_its_deadline(remaining_s: float, minutes: int) -> None:
    heard: list[Heard] = []
    with listening(heard, 202, b"0: Accepted for delivery") as url:
        outcomes = kannel_at(url).send("Notice", [Recipient(AMINA, "ab12")], time.time() + remaining_s)
    headers = dict(heard[0][2])
    assert headers["X-Kannel-Validity"] == str(minutes)
    assert outcomes[AMINA] == SendOutcome(SendStatus.ACCEPTED, 202, "ab12")


def test_the_url_of_kannels_report_has_our_reference_and_no_number() -> None:
    heard: list[Heard] = []
    with listening(heard, 202, b"0: Accepted for delivery") as url:
        kannel_at(url).send("Notice", [Recipient(AMINA, "ab12")], time.time() + 60)
    report_url = dict(heard[0][2])["X-Kannel-DLR-URL"]
    assert report_url.endswith("/delivery?id=ab12&status=%d")
    assert AMINA.e164[4:] not in report_url + heard[0][1]


class Recorder(SingleProvider):
    """A network that takes every text, and records each call."""

    provider_name = "africastalking"

    def __init__(self, status: SendStatus = SendStatus.ACCEPTED) -> None:
        self.status = status
        self.asked: list[tuple[str, dict[Number, str], float]] = []

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> Mapping[Number, SendOutcome]:
        self.asked.append((text, dict(recipients), until - time.time()))
        return {r.number: SendOutcome(self.status, 0, r.reference) for r in recipients}


def test_the_hour_of_a_warning_reaches_the_network(town: Town) -> None:
    subscribe(town, [AMINA, BAHATI])
    turn = town.store.read_terminal_turn()
    area = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Gate", "", turn.now + 1200),), "")
    assert town.store.commit(turn.transaction)
    recorder = Recorder()
    dispatch.run_lane(replace(town.context, provider=recorder), "alerts", 10)
    [(_text, references, remaining_s)] = [asked for asked in recorder.asked if AMINA in asked[1]]
    assert 1150 < remaining_s <= 1200
    assert set(references) == {AMINA, BAHATI} and len(set(references.values())) == 2
    assert open_reference(town.store.vault, references[AMINA]) == AMINA


def test_the_hour_of_a_single_text_reaches_the_network(town: Town, values: Settings) -> None:
    town.sms.handle_text("one", AMINA, "HELP")
    recorder = Recorder()
    dispatch.run_lane(replace(town.context, provider=recorder), "messages", 10)
    [(_text, references, remaining_s)] = recorder.asked
    assert values.times.message - 60 < remaining_s <= values.times.message
    assert open_reference(town.store.vault, references[AMINA]) == AMINA


def test_a_text_past_its_deadline_goes_to_no_network(town: Town) -> None:
    recorder = Recorder()
    context = replace(town.context, provider=recorder)
    outcomes = send.send_text(context, "Notice", [AMINA], Lane.ALERTS, town.store.now() - 1, b"w")
    assert outcomes == {AMINA: SendOutcome(SendStatus.RETRY)} and recorder.asked == []


def test_the_same_work_has_the_same_reference_and_no_other(town: Town) -> None:
    vault = town.store.vault
    first = make_reference(vault, b"alert.0", AMINA)
    assert first == make_reference(vault, b"alert.0", AMINA)
    assert len({first, make_reference(vault, b"alert.1", AMINA), make_reference(vault, b"alert.0", BAHATI)}) == 3
    assert AMINA.e164[1:] not in first and f"{AMINA.to_int():x}" not in first
    for other in ("", "ab", "zz", first[:-2], first[:-1] + ("0" if first[-1] != "0" else "1"), first + "00"):
        with pytest.raises(BadInput):
            open_reference(vault, other)

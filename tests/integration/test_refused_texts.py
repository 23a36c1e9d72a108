"""A network that refuses one text does not refuse us; one that refuses many people is left for another."""

import http.server
import threading
from collections.abc import Iterator, Sequence

import pytest

from gateway import settings
from gateway.model import intents
from gateway.model.broadcast import RecipientState as At
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, Recipient, SendOutcome, SendStatus
from gateway.providers.base import SingleProvider
from gateway.providers.kannel.send import Kannel
from gateway.providers.routing import ProviderRouter, Route
from gateway.settings import Failover, Tuning
from jobs import dispatch
from tests.harness.cast import number
from tests.harness.sending import LATER, to
from tests.harness.steps_alerts import PEOPLE, counts, send, subscribe, subscription_of
from tests.harness.town import Town

AMINA, BAHATI = number("Amina"), number("Bahati")


class FakeKannel:
    """A smsbox that cannot recode: it refuses UCS-2 with a charset, and, if told so, every UCS-2."""

    def __init__(self) -> None:
        self.refuses_ucs2 = False
        self.taken: list[str] = []
        box = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_ucs2 = self.headers.get("X-Kannel-Coding") == "2"
                if is_ucs2 and (box.refuses_ucs2 or "charset" in self.headers["Content-Type"]):
                    status, said = 400, b"Charset or body misformed, rejected"
                else:
                    status, said = 202, b"0: Accepted for delivery"
                    box.taken.append(body.decode("utf-16-be" if is_ucs2 else "utf-8"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def provider(self) -> Kannel:
        values = settings.load({"KANNEL_PASSWORD": "x", "AT_SHORTCODE": "20240"})
        table = {"url": f"http://127.0.0.1:{self.server.server_port}/cgi-bin/sendsms", "username": "mwavuli"}
        return Kannel(values.model_copy(update={"tuning": Tuning.model_validate({"kannel": table})}))


@pytest.fixture
def box() -> Iterator[FakeKannel]:
    running = FakeKannel()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.mark.parametrize("text", ["Hello {1} €", "Район Соко до 22:00", "索科 😀", "half of an emoji \ud83d"])
def test_a_kannel_that_cannot_recode_takes_every_text(text: str, box: FakeKannel) -> None:
    assert box.provider().send(text, to([AMINA]), LATER)[AMINA].status is SendStatus.ACCEPTED
    assert box.taken == [text.replace("\ud83d", "?")]


def test_a_text_that_it_refuses_is_final_and_the_warning_of_the_others_leaves(
    town: Town, box: FakeKannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.refuses_ucs2 = True
    kannel = box.provider()
    monkeypatch.setattr(town.context.provider, "send", kannel.send)
    where = town.store.read_world().atlas.resolve("Soko Mwezi").id
    for person, lang in ((AMINA, "ru"), (BAHATI, "en")):
        turn = town.store.read_turn(person)
        town.store.apply_intents(turn, (intents.Subscribe(where),), lang)
        assert town.store.commit(turn.transaction)
    alert = send(town)
    town["Chiku"].text("HELP")
    dispatch.run_lane(town.context, "alerts", 5)
    dispatch.run_lane(town.context, "messages", 5)
    assert counts(town, alert) == {At.ACCEPTED: 1, At.REFUSED: 1}
    assert town.store.recipients.read_counts(f"{alert}.0").refusals == {400: 1}
    assert len(box.taken) == 2, "the English warning, and the answer"
    assert not any(town.store.circuit_breaker.remaining_pause_s(lane) for lane in ("alerts", "messages"))
    assert not town.store.read_world().alarms


class Fake(SingleProvider):
    """A network that says the same of everybody."""

    def __init__(self, name: str, says: SendStatus, error: ProviderError | None = None):
        self.provider_name, self.says, self.error = name, says, error
        self.texted: list[Number] = []

    def fetch_balance(self) -> None:
        return None

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> dict[Number, SendOutcome]:
        if self.error:
            raise self.error
        numbers = [recipient.number for recipient in recipients]
        self.texted += numbers
        return {n: SendOutcome(self.says, 406 if self.says is SendStatus.OPTED_OUT else 100, n.e164) for n in numbers}


def routed(town: Town, monkeypatch: pytest.MonkeyPatch, first: Fake, second: Fake) -> None:
    """Let the town's texts leave by these two networks."""
    router = ProviderRouter([Route(first), Route(second)], Failover())
    for name in ("send", "group_by_provider", "provider_names", "failing_providers", "distrust"):
        monkeypatch.setattr(town.context.provider, name, getattr(router, name))


def test_the_other_network_carries_what_one_blocks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Fake("first", SendStatus.OPTED_OUT), Fake("second", SendStatus.ACCEPTED)
    routed(town, monkeypatch, first, second)
    subscribe(town, PEOPLE[:30])
    alert = send(town)
    town.work()
    town.let_pass_lane("alerts")
    town.see_through()
    assert counts(town, alert) == {At.ACCEPTED: 30}
    assert set(second.texted) >= set(PEOPLE[:30])
    assert all(subscription_of(town, person) for person in PEOPLE[:30])
    assert {"our texts are blocked", "one network is down"} <= set(town.store.read_world().alarms.values())
    assert not town.store.circuit_breaker.remaining_pause_s("alerts")


def test_one_person_who_opted_out_is_left_to_no_other_network(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Fake("first", SendStatus.OPTED_OUT), Fake("second", SendStatus.ACCEPTED)
    routed(town, monkeypatch, first, second)
    subscribe(town, [AMINA])
    send(town)
    town.work()
    assert first.texted == [AMINA] and not second.texted
    assert town.store.read_turn(AMINA).is_muted


def test_a_refused_text_is_no_failure_of_its_network() -> None:
    about_text = ProviderError(ProviderErrorKind.BUSY, is_about_text=True)
    router = ProviderRouter([Route(Fake("first", SendStatus.ACCEPTED, about_text))], Failover(after_failures=1))
    with pytest.raises(ProviderError) as caught:
        router.send("x", to([AMINA]), LATER)
    assert caught.value.is_about_text and not router.failing_providers()

"""The second network: Debian's real Kannel (bearerbox, smsbox) with its own fake carrier, and routes between two."""

import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from gateway import settings
from gateway.cli.checks import setup
from gateway.cli.checks.finding import Level
from gateway.deployment import Deployment, open_deployment
from gateway.errors import BadInput
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.numbers import Number
from gateway.providers import ProviderError, ProviderErrorKind, Recipient, SendOutcome, SendStatus, routing
from gateway.providers.africastalking.send import AfricasTalking
from gateway.providers.kannel import send as kannel_send
from gateway.providers.kannel.send import Kannel
from gateway.providers.routing import ProviderRouter, Route
from gateway.providers.senders import build_provider
from gateway.settings import Failover, Settings
from gateway.text.gsm import count_segments
from gateway.web import counters
from jobs.context import JobContext, build_context
from tests.conftest import TOKEN
from tests.harness.cast import NUMBERS, number
from tests.harness.kannel import MISSING, PASSWORD, RealKannel, is_open, toml
from tests.harness.network_answers import answering, set_faults
from tests.harness.sending import LATER, to
from tests.harness.served import Served, served
from tests.harness.steps_turns import subscribe_phone
from tests.harness.town import Town
from tests.harness.waiting import until

real = pytest.mark.skipif(
    bool(MISSING) and not os.environ.get("CI"), reason="no Kannel here: apt-get install kannel kannel-extras"
)
AMINA, BAHATI, CHIKU = number("Amina"), number("Bahati"), number("Chiku")
A = NUMBERS["Amina"]
NOWHERE = Number.parse("+999711000001")
"""the fake operator has no route to it"""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[RealKannel]:
    made = RealKannel(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def environ(environ: dict[str, str], box: RealKannel, tmp_path: Path) -> dict[str, str]:
    """Return the environment for Kannel alone."""
    (tmp_path / "settings.toml").write_text(toml(box.url))
    given = {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml"), "KANNEL_PASSWORD": PASSWORD, "AT_API_KEY": ""}
    return environ | given


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


@pytest.fixture
def kannel_up(box: RealKannel, web: Served) -> RealKannel:
    """Run all of Kannel, pointed at the web."""
    box.start(web.url)
    return box


@pytest.fixture
def values_here(environ: dict[str, str], web: Served) -> Settings:
    """Return the workers' settings, which know the web's port."""
    return settings.load(environ | {"PORT": web.url.rpartition(":")[2]})


@pytest.fixture
def context(deployment: Deployment, values_here: Settings) -> JobContext:
    made = build_context(open_deployment(values_here))
    return JobContext(**{**vars(made), "deployment": deployment})


# Out


TEXTS = {
    "GSM-7": "Notice: Soko Mwezi until 22:00. Details: dial *384*2024#",
    "GSM-7, two septets a character": "{1} [2] ~ | ^ \\ € è ñ Ω @ _ £",
    "Cyrillic": "Район Соко: до 22:00. Наберите *384*2024#",
    "Chinese and an emoji": "通知:索科区,到22:00。😀",
    "long": "Notice: " + "Soko Mwezi and Taa Mbili, " * 14,
    "long Cyrillic": "Соко Мвези и Таа Мбили, " * 8,
}


@real
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_as_it_was_written(text: str, kannel_up: RealKannel, values_here: Settings) -> None:
    text = text.strip()
    outcomes = Kannel(values_here).send(text, to([AMINA]), LATER)
    assert outcomes[AMINA].status is SendStatus.ACCEPTED
    until(lambda: kannel_up.said("carrier").count("Got message") == count_segments(text), what="all of its parts")
    assert kannel_up.words_to("Amina") == [text]


@real
def test_several_numbers_each_have_an_outcome_and_an_id(kannel_up: RealKannel, values_here: Settings) -> None:
    many = [Number.from_int(254_712_000_000 + i) for i in range(40)]
    outcomes = Kannel(values_here).send("Hello", to([AMINA, NOWHERE, *many, BAHATI]), LATER)
    assert outcomes.pop(NOWHERE) == SendOutcome(SendStatus.REFUSED, 407)
    assert {outcome.status for outcome in outcomes.values()} == {SendStatus.ACCEPTED}
    assert len({outcome.message_id for outcome in outcomes.values()}) == 42
    until(lambda: len(kannel_up.got()) == 42, what="all of them at the operator")
    assert {to for to, _ in kannel_up.got()} == {n.e164 for n in outcomes}


@real
def test_while_the_operator_is_away_kannel_keeps_a_text(kannel_up: RealKannel, values_here: Settings) -> None:
    kannel_up.end("carrier")
    until(lambda: "3:" in httpx.get(kannel_up.url, params=query("+254712000001")).text, what="the operator gone")
    assert Kannel(values_here).send("Later", to([AMINA]), LATER)[AMINA].status is SendStatus.ACCEPTED
    assert kannel_up.words_to("Amina") == []
    kannel_up.carrier()
    until(lambda: kannel_up.words_to("Amina") == ["Later"], what="the text at the operator")


def query(to: str) -> dict[str, str]:
    return {"username": "mwavuli", "password": PASSWORD, "from": "20240", "to": to, "text": "x"}


# Down, refused, hung


@real
def test_a_wrong_password_is_an_error_and_never_shown(
    kannel_up: RealKannel, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wrong = Kannel(settings.load(environ | {"KANNEL_PASSWORD": "wrong-secret-5"}))
    with pytest.raises(ProviderError) as caught:
        wrong.send("Hello", to([AMINA]), LATER)
    assert caught.value.kind is ProviderErrorKind.REJECTED_SENDER
    assert caught.value.__cause__ is None
    assert_tells_nothing(str(caught.value) + repr(wrong) + caplog.text)


def assert_tells_nothing(said: str) -> None:
    for secret in (A[4:], PASSWORD, "wrong-secret-5", TOKEN):
        assert secret not in said


@real
def test_without_its_bearerbox_it_is_busy_and_comes_back_by_itself(
    kannel_up: RealKannel, values_here: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The smsbox closes its port, waits, and starts itself again."""
    provider = Kannel(values_here)
    kannel_up.end("bearerbox")
    until(lambda: not is_open(kannel_up.sendsms), what="the smsbox shut")
    with pytest.raises(ProviderError) as caught:
        provider.send("Hello", to([AMINA]), LATER)
    assert caught.value.kind is ProviderErrorKind.BUSY
    assert_tells_nothing(str(caught.value) + caplog.text)
    kannel_up.bearerbox()
    kannel_up.carrier()
    until(lambda: is_open(kannel_up.sendsms), what="the smsbox back")
    assert provider.send("Again", to([AMINA]), LATER)[AMINA].status is SendStatus.ACCEPTED
    until(lambda: kannel_up.words_to("Amina") == ["Again"], what="the text at the operator")


@real
def test_a_hung_bearerbox_leaves_one_unknown_and_the_others_not_begun(
    kannel_up: RealKannel, values_here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kannel_send, "TIMEOUTS_S", (1, 0.5))
    kannel_up.signal("bearerbox", signal.SIGSTOP)
    outcomes = Kannel(values_here).send("Hello", to([AMINA, BAHATI, CHIKU]), LATER)
    assert [outcomes[n] for n in (AMINA, BAHATI, CHIKU)] == [
        SendOutcome(SendStatus.UNKNOWN), SendOutcome(SendStatus.RETRY), SendOutcome(SendStatus.RETRY),
    ]  # fmt: skip
    kannel_up.signal("bearerbox", signal.SIGCONT)
    until(lambda: kannel_up.words_to("Amina") == ["Hello"], what="what was unknown at the operator")
    time.sleep(0.2)
    assert [to for to, _ in kannel_up.got()] == [A], "what was not begun never left"


ANSWERS = {
    "immediate": (202, b"Sent.", SendStatus.ACCEPTED),
    "immediate, in parts": (202, b"Sent. Message splits: 3", SendStatus.ACCEPTED),
    "denied by a list": (400, b"Number(s) has/have been denied by white- and/or black-lists.", SendStatus.REFUSED),
    "no route": (403, b"Not routable. Do not try again.", SendStatus.REFUSED),
    "a coding that it cannot recode": (400, b"Charset or body misformed, rejected", SendStatus.REFUSED),
    "too long": (413, b"", SendStatus.REFUSED),
    "no sender": (400, b"Sender missing and no global set, rejected", ProviderErrorKind.REJECTED_SENDER),
    "not allowed": (403, b"Authorization failed for sendsms", ProviderErrorKind.REJECTED_SENDER),
    "a proxy's lock": (401, b"<html>", ProviderErrorKind.REJECTED_SENDER),
    "its queue is full": (503, b"Temporal failure, try again later.", ProviderErrorKind.BUSY),
    "nothing there": (404, b"", ProviderErrorKind.BUSY),
    "a page with 200": (200, b"<html>Welcome", SendStatus.UNKNOWN),
    "nothing with 202": (202, b"", SendStatus.UNKNOWN),
    "a proxy that waited": (504, b"<html>", SendStatus.UNKNOWN),
    "a proxy that was hung up on": (502, b"<html>", SendStatus.UNKNOWN),
}


def box_at(url: str, **environ: str) -> Settings:
    values = settings.load(
        {"KANNEL_PASSWORD": PASSWORD, "MWAVULI_WEBHOOK_TOKEN": TOKEN, "AT_SHORTCODE": "20240"} | environ
    )
    table = {"url": url, "username": "mwavuli"}
    return values.model_copy(update={"tuning": settings.Tuning.model_validate({"kannel": table})})


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_each_answer(status: int, body: bytes, expected: SendStatus | ProviderErrorKind) -> None:
    with answering(status, body, "text/html") as url:
        provider = Kannel(box_at(f"{url}/cgi-bin/sendsms"))
        if isinstance(expected, ProviderErrorKind):
            with pytest.raises(ProviderError) as caught:
                provider.send("Hello", to([AMINA]), LATER)
            assert caught.value.kind is expected
        else:
            outcome = provider.send("Hello", to([AMINA]), LATER)[AMINA]
            assert outcome.status is expected
            assert bool(outcome.message_id) is (expected is SendStatus.ACCEPTED)


def test_a_redirect_is_not_followed() -> None:
    with answering(202, b"0: Accepted for delivery", "text/html") as elsewhere:
        for status in (301, 302, 307, 308):
            with answering(status, b"", "text/html", elsewhere) as url, pytest.raises(ProviderError) as caught:
                Kannel(box_at(f"{url}/cgi-bin/sendsms")).send("Hello", to([AMINA]), LATER)
            assert caught.value.kind is ProviderErrorKind.BUSY


def test_a_call_ends_within_a_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow box takes what it can; all other texts were surely not sent."""
    monkeypatch.setattr(kannel_send, "MAX_SEND_DURATION_S", 0.0)
    with answering(202, b"0: Accepted for delivery", "text/html") as url:
        outcomes = Kannel(box_at(f"{url}/cgi-bin/sendsms")).send("Hello", to([AMINA, BAHATI]), LATER)
    assert [outcomes[n].status for n in (AMINA, BAHATI)] == [SendStatus.ACCEPTED, SendStatus.RETRY]
    longest = sum(kannel_send.TIMEOUTS_S) + 5.0
    assert longest < settings.Times().lease
    assert sum((3.05, 9.05)) + routing.MAX_FAILOVER_S < settings.Times().lease


# In


@real
def test_a_text_reaches_its_turn_and_the_answer_leaves_through_kannel(
    kannel_up: RealKannel, town: Town, web: Served
) -> None:
    kannel_up.texts(A, "JOIN Soko Mwezi")
    until(town["Amina"].fresh_code, what="the text that waits")
    town.work()
    until(lambda: kannel_up.words_to("Amina"), what="the question")
    kannel_up.texts(A, town["Amina"].fresh_code())
    until(lambda: list(town.store.count_subscribers().values()) == [1], what="the membership")
    town.work()
    until(lambda: len(kannel_up.words_to("Amina")) == 2, what="the welcome")
    assert kannel_up.words_to("Amina")[1].startswith("Welcome. You get notices for Soko Mwezi.")
    kannel_up.texts(A[1:], "STOP")  # some operators leave the plus out
    until(lambda: list(town.store.count_subscribers().values()) == [0], what="the end of the membership")
    town.work()
    until(lambda: len(kannel_up.words_to("Amina")) == 3, what="the goodbye")
    kannel_up.texts("0711000001", "СТОП")  # and a modem leaves the country code out
    until(lambda: counters.INBOUND_TEXTS.labels("taken")._value.get() >= 4)
    time.sleep(0.3)
    assert len(kannel_up.got()) == 3, "Kannel itself sends nothing"


@real
def test_a_warning_is_delivered_and_its_reports_arrive(kannel_up: RealKannel, town: Town, web: Served) -> None:
    for i in range(30):
        subscribe_phone(town.store, Number.parse(f"+2547120000{i:02d}"), "Soko Mwezi")
    town.work()
    turn = town.store.read_terminal_turn()
    area = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Gate", "", turn.now + 3600),), "")
    assert town.store.commit(turn.transaction)
    town.work()
    [alert] = town.store.read_world().alerts.values()

    def counts() -> dict[str, int]:
        return {state.name: n for state, n in town.store.recipients.count_states(f"{alert.number}.0").items() if n}

    until(lambda: counts() == {"DELIVERED": 30}, what=f"all delivered, but {counts()}")
    assert len([words for _, words in kannel_up.got() if words.startswith("Notice")]) == 30


@real
def test_kannels_own_logs_name_nobody(
    kannel_up: RealKannel, values_here: Settings, web: Served, tmp_path: Path
) -> None:
    """At the log level that the README requires, also where a text and a report cannot be delivered to us."""
    Kannel(values_here).send("Hello", to([AMINA, NOWHERE]), LATER)
    kannel_up.texts(A, "STOP")
    until(lambda: kannel_up.words_to("Amina"), what="the text")
    away = values_here.model_copy(update={"port": 9})
    Kannel(away).send("Hello", to([BAHATI]), LATER)
    time.sleep(1.5)
    said = "".join(path.read_text() for path in tmp_path.glob("*box.*"))
    assert not [digits for digits in ("711000", "254", "STOP", "Hello", TOKEN) if digits in said], said


# The webhooks


def get(web: Served, hook: str, query: str, token: str = TOKEN) -> httpx.Response:
    return web.http.get(f"/kannel/{token}/{hook}?{query}")


SMS = "from=%2B254711000001&to=20240&id=1&charset=UTF-8&text="


def test_a_wrong_token_is_like_any_unknown_path(web: Served) -> None:
    nowhere = web.http.get("/nothing/here")
    for hook in ("sms", "delivery", "ussd"):
        for token in ("x" * len(TOKEN), TOKEN[:-1], TOKEN.upper(), "%ff", "%20"):
            answer = get(web, hook, SMS + "STOP", token)
            assert (answer.status_code, answer.content, answer.headers) == (404, nowhere.content, nowhere.headers)
    assert web.http.post(f"/kannel/{TOKEN}/sms").content == nowhere.content
    assert get(web, "ussd", "").content == nowhere.content


def test_without_kannel_there_is_no_such_path(environ: dict[str, str], deployment: Deployment) -> None:
    with served(settings.load(environ | {"MWAVULI_SETTINGS": ""})) as web:
        assert get(web, "sms", SMS + "STOP").status_code == 404


RUBBISH = (
    "", "&" * 500, "=" * 500, SMS + "%ff%fe", SMS + "%00", SMS + "%ed%a0%80", SMS + "x&" + SMS, SMS + "x" * 20_000,
    "from=MPESA&id=1&text=STOP", "from=%2B254711000001", "text=STOP", "from=%ff&text=%ff", "from=0&text=x",
    "charset=UTF-16BE&from=%2B254711000001&text=%04", "charset=%ff&from=%2B254711000001&text=x",
    "id=1&status=1&phoneNumber=x", "id=1&status=%ff&phoneNumber=254711000001", "id=&status=&phoneNumber=",
    "id=x&status=1&phoneNumber=254711000001", "&".join(f"f{i}=1" for i in range(100)),
)  # fmt: skip


@pytest.mark.parametrize("hook", ["sms", "delivery"])
def test_rubbish_is_answered_without_words_and_what_nobody_can_read_is_refused(hook: str, web: Served) -> None:
    """A text needs a sender and words, and a report a number. Else the network is told that nothing was taken."""
    for text in RUBBISH:
        answer = get(web, hook, text)
        has_sender = "from=%2B254711000001" in text or "from=MPESA" in text
        is_readable = has_sender and "text=" in text if hook == "sms" else "phoneNumber=" in text
        assert (answer.status_code, answer.content) == (200 if is_readable else 400, b""), text[:60]


def test_the_same_text_twice_is_one(web: Served, deployment: Deployment) -> None:
    for _ in range(3):
        assert get(web, "sms", SMS + "JOIN+Soko+Mwezi").status_code == 200
    assert deployment.store.work_queue.count_items("messages") == 1


def test_while_it_cannot_be_kept_kannel_is_to_repeat(environ: dict[str, str], deployment: Deployment) -> None:
    with served(settings.load(environ | {"REDIS_URL": "unix:///nowhere/redis.sock"})) as web:
        for hook, text in (("sms", SMS + "STOP"), ("delivery", "id=1&status=1&phoneNumber=254711000001")):
            assert get(web, hook, text).status_code == 503


# Routes


class Fake:
    """A network that gives the answer that the test set."""

    def __init__(self, *says: SendStatus | ProviderErrorKind | SendOutcome):
        self.says = list(says) or [SendStatus.ACCEPTED]
        self.calls: list[list[Number]] = []

    def send(self, text: str, recipients: Sequence[Recipient], until: float) -> dict[Number, SendOutcome]:
        numbers = [recipient.number for recipient in recipients]
        self.calls.append(numbers)
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, ProviderErrorKind):
            raise ProviderError(said)
        return dict.fromkeys(numbers, said if isinstance(said, SendOutcome) else SendOutcome(said))


NO_ROUTE = SendOutcome(SendStatus.REFUSED, 407)
RWANDA = Number.parse("+250711000001")


def test_the_prefix_is_the_first_guess() -> None:
    home, operator, world = Fake(), Fake(), Fake()
    routes = ProviderRouter(
        [Route(world), Route(home, ["+254"]), Route(operator, ["+250", "+254711000002"])], Failover()
    )
    assert {o.status for o in routes.send("x", to([AMINA, RWANDA, BAHATI]), LATER).values()} == {SendStatus.ACCEPTED}
    assert routes.send("x", to([NOWHERE]), LATER)[NOWHERE].status is SendStatus.ACCEPTED
    assert (home.calls, operator.calls, world.calls) == ([[AMINA]], [[RWANDA, BAHATI]], [[NOWHERE]])


def test_where_there_is_no_route_another_is_asked_and_what_worked_is_remembered() -> None:
    first, second = Fake(NO_ROUTE), Fake()
    routes = ProviderRouter([Route(first), Route(second)], Failover())
    for _ in range(3):
        assert routes.send("x", to([AMINA, BAHATI]), LATER)[AMINA].status is SendStatus.ACCEPTED
    assert (len(first.calls), len(second.calls)) == (1, 3)
    assert not any("711000001" in key for key in routes._learned_routes), "a number is not kept"


def test_where_nobody_has_a_route_it_is_refused() -> None:
    routes = ProviderRouter([Route(Fake(NO_ROUTE)), Route(Fake(NO_ROUTE))], Failover())
    assert routes.send("x", to([]), LATER) == {}
    assert routes.send("x", to([AMINA]), LATER) == {AMINA: NO_ROUTE}


@pytest.mark.parametrize(
    "fate", [SendStatus.UNKNOWN, SendStatus.RETRY, SendStatus.REFUSED, SendStatus.DEAD_NUMBER, SendStatus.OPTED_OUT]
)
def test_no_other_outcome_is_passed_to_a_second_network(fate: SendStatus) -> None:
    """Such a text may have left, or the receiver and not the network refused it."""
    second = Fake()
    routes = ProviderRouter([Route(Fake(fate)), Route(second)], Failover(after_failures=1))
    assert routes.send("x", to([AMINA]), LATER)[AMINA].status is fate
    assert not second.calls


def test_a_failing_route_hands_over_and_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr(routing.time, "monotonic", lambda: now)
    first, second = Fake(ProviderErrorKind.BUSY), Fake()
    routes = ProviderRouter([Route(first), Route(second)], Failover(after_failures=3, retry_after=60))
    for _ in range(2):
        with pytest.raises(ProviderError):
            routes.send("x", to([AMINA]), LATER)
    for _ in range(5):
        assert routes.send("x", to([AMINA]), LATER)[AMINA].status is SendStatus.ACCEPTED
    assert (len(first.calls), len(second.calls)) == (3, 5)
    assert [record.message for record in caplog.records] == ["Fake keeps failing (busy): it is paused for 60 s"]
    now += 61
    assert routes.send("x", to([AMINA]), LATER)[AMINA].status is SendStatus.ACCEPTED
    assert (len(first.calls), len(second.calls)) == (4, 6), "tried once, and left alone again"
    now += 61
    first.says = [SendStatus.ACCEPTED]
    routes.send("x", to([AMINA]), LATER)
    assert (len(first.calls), len(second.calls)) == (5, 6), "well again"


def test_a_network_that_only_falls_silent_hands_over_too() -> None:
    first, second = Fake(SendStatus.UNKNOWN), Fake()
    routes = ProviderRouter([Route(first), Route(second)], Failover(after_failures=2))
    fates = [routes.send("x", to([AMINA]), LATER)[AMINA].status for _ in range(3)]
    assert fates == [SendStatus.UNKNOWN, SendStatus.UNKNOWN, SendStatus.ACCEPTED]


def test_trouble_for_some_leaves_the_others_outcomes() -> None:
    routes = ProviderRouter([Route(Fake(ProviderErrorKind.REJECTED_SENDER), ["+254"]), Route(Fake())], Failover())
    outcomes = routes.send("x", to([AMINA, RWANDA]), LATER)
    assert (outcomes[AMINA].status, outcomes[RWANDA].status) == (SendStatus.RETRY, SendStatus.ACCEPTED)


def test_trouble_everywhere_is_raised() -> None:
    ways = [Route(Fake(ProviderErrorKind.REJECTED_SENDER), ["+254"]), Route(Fake(ProviderErrorKind.OUT_OF_CREDIT))]
    with pytest.raises(ProviderError) as caught:
        ProviderRouter(ways, Failover()).send("x", to([AMINA, RWANDA]), LATER)
    assert caught.value.kind is ProviderErrorKind.OUT_OF_CREDIT
    with pytest.raises(ProviderError) as caught:  # both are paused, and both are tried all the same
        ProviderRouter(
            [Route(Fake(ProviderErrorKind.BUSY)), Route(Fake(ProviderErrorKind.REJECTED_SENDER))],
            Failover(after_failures=1),
        ).send("x", to([AMINA]), LATER)
    assert caught.value.kind is ProviderErrorKind.BUSY


def test_no_second_network_is_asked_when_the_lease_would_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "MAX_FAILOVER_S", 0.0)
    second = Fake()
    routes = ProviderRouter([Route(Fake(NO_ROUTE)), Route(second)], Failover())
    assert routes.send("x", to([AMINA]), LATER)[AMINA].status is SendStatus.RETRY
    assert not second.calls


def test_what_is_configured_is_built(environ: dict[str, str]) -> None:
    key = {"AT_API_KEY": "simulator"}
    assert isinstance(build_provider(settings.load(environ)), Kannel)
    assert isinstance(build_provider(settings.load(environ | key)), ProviderRouter)
    assert isinstance(build_provider(settings.load(environ | key | {"MWAVULI_SETTINGS": ""})), AfricasTalking)


@real
def test_kannel_falls_over_and_africas_talking_takes_its_texts(
    kannel_up: RealKannel, environ: dict[str, str], network_url: str, tmp_path: Path
) -> None:
    more = 'prefixes = ["+254711"]\n[failover]\nafter_failures = 2\nretry_after = 1\n'
    (tmp_path / "settings.toml").write_text(toml(kannel_up.url, more))
    routes = build_provider(settings.load(environ | {"AT_API_KEY": "simulator"}))
    network = httpx.Client(base_url=f"{network_url}/api")
    network.post("/reset")

    def at_the_other() -> int:
        return int(network.get("/stats").json()["accepted"])

    other = Number.parse("+254722000001")
    assert {o.status for o in routes.send("One", to([AMINA, other]), LATER).values()} == {SendStatus.ACCEPTED}
    until(lambda: kannel_up.got() == [(A, "One")], what="Amina's at Kannel")
    assert at_the_other() == 1
    kannel_up.end("smsbox")
    assert [o.status for o in routes.send("Two", to([AMINA, other]), LATER).values()] == [
        SendStatus.RETRY,
        SendStatus.ACCEPTED,
    ]
    assert routes.send("Three", to([AMINA]), LATER)[AMINA].message_id.startswith("ATXid_")
    assert at_the_other() == 3
    set_faults(network_url, balance=0)
    with pytest.raises(ProviderError) as caught:
        routes.send("Four", to([other]), LATER)
    assert caught.value.kind is ProviderErrorKind.OUT_OF_CREDIT
    set_faults(network_url)
    kannel_up.smsbox()
    until(lambda: routes.send("Five", to([AMINA]), LATER) and (A, "Five") in kannel_up.got(), what="Kannel tried again")


# Settings


@pytest.mark.parametrize(
    "table",
    [
        'url = "http://127.0.0.1:13013/"',
        'url = "http://u:p@127.0.0.1:13013/x"\nusername = "x"',
        'url = "http://127.0.0.1:13013/x?a=b"\nusername = "x"',
        'url = "ftp://127.0.0.1/x"\nusername = "x"',
        'url = "http://127.0.0.1/x"\nusername = "with\\nline"',
        'url = "http://127.0.0.1/x"\nusername = "x"\nprefixes = ["0711"]',
        'url = "http://127.0.0.1/x"\nusername = "x"\nreports = "http://127.0.0.1/%d"',
        'url = "http://127.0.0.1/x"\nusername = "x"\npassword = "in the wrong place"',
    ],
)
def test_a_bad_settings_table_is_reported(table: str, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(f"[kannel]\n{table}\n")
    with pytest.raises(BadInput) as caught:
        settings.load({"MWAVULI_SETTINGS": str(tmp_path / "s.toml")})
    assert "MWAVULI_SETTINGS (kannel" in str(caught.value)
    assert "wrong place" not in str(caught.value)


def test_check_says_what_is_missing(environ: dict[str, str], tmp_path: Path) -> None:
    def musts(more: str = "", **changed: str) -> str:
        url = changed.pop("url", "http://127.0.0.1:13013/cgi-bin/sendsms")
        (tmp_path / "settings.toml").write_text(toml(url, more).replace('from = "20240"', changed.pop("sender", "")))
        found = setup.check(settings.load(environ | changed))
        return "\n".join(f.text for f in found if f.level is Level.MUST)

    assert "annel" not in musts()
    assert "AT_" not in musts(), "Kannel alone needs no account"
    assert "KANNEL_PASSWORD is not set" in musts(KANNEL_PASSWORD="")
    assert "[kannel] url is neither" in musts(url="http://192.0.2.7:13013/cgi-bin/sendsms")
    assert "neither" not in musts(url="https://kannel.example/cgi-bin/sendsms")
    assert "[kannel] reports is neither" in musts('reports = "http://192.0.2.8"\n')
    assert "[kannel] from reveals" in musts(sender='from = "SexWorkers"')

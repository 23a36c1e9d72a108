"""The webhooks over HTTP: forged, repeated, crossing and malformed requests, and requests without Redis or a key.

A USSD request always gets 200 and `CON` or `END`. A text, a delivery report and an opt-out get 503 only while they
cannot be stored. A wrong token gets 404.
"""

import contextlib
import itertools
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
import redis
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from gateway import settings
from gateway.cli import redis_server
from gateway.crypto.vault import Purpose, new_key
from gateway.deployment import Deployment, open_deployment
from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.counted_event import CountedEvent
from gateway.numbers import Number
from gateway.settings import Settings
from gateway.store import Connection, access_state, keys, text_counts
from gateway.store.recipients import message_hash
from gateway.web import counters
from gateway.web.request import MAX_REQUEST_BYTES
from gateway.web.webhooks import MAX_THREADS
from tests.conftest import TOKEN, free_port
from tests.harness.cast import NUMBERS, number
from tests.harness.child import launch
from tests.harness.served import OwnRedis, Served, WebPhone, served, text_form, turn_form
from tests.harness.steps_turns import subscribe_phone
from tests.harness.town import Town

HOOKS = ("ussd", "ussd/ended", "sms", "delivery", "opt-out")
AMINA = NUMBERS["Amina"]
APOLOGY = "END Sorry, this does not work now. Please dial again later or call 0711000099."


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


def good(hook: str, msisdn: str = AMINA) -> dict[str, str]:
    """Return what the provider posts."""
    report = {"id": "ATXid_1", "status": "Success", "phoneNumber": msisdn, "networkCode": "63902", "retryCount": "0"}
    ended = turn_form(msisdn) | {"status": "Success", "input": "1*2", "lastAppResponse": "CON x", "errorMessage": ""}
    return {
        "ussd": turn_form(msisdn),
        "ussd/ended": ended,
        "sms": text_form(msisdn, "JOIN Soko Mwezi"),
        "delivery": report,
        "opt-out": {"senderId": "20240", "phoneNumber": msisdn},
    }[hook]


def dump(deployment: Deployment) -> dict[bytes, bytes]:
    """Return everything in Redis but the records that change by time alone."""
    call = deployment.store.connection.execute
    return {key: call("DUMP", key) for key in call("KEYS", "*")}


UNREADABLE = {"sms": 400, "delivery": 400, "opt-out": 400}
"""the status that refuses a request which cannot be read; every other hook answers it with 200"""


def is_right(hook: str, answer: httpx.Response, statuses: tuple[int, ...] = (200,)) -> bool:
    """Whether this is a right answer for the kind of hook."""
    if "Traceback" in answer.text or "Error" in answer.text:
        return False
    if hook == "ussd":
        plain = answer.headers["content-type"].startswith("text/plain")
        return answer.status_code == 200 and answer.text[:4] in ("CON ", "END ") and plain and len(answer.text) > 4
    return answer.status_code in statuses and answer.content == b""


# Forged (fault row 6)


WRONG = {
    "another": "x" * len(TOKEN),
    "one letter less": TOKEN[:-1],
    "one letter more": TOKEN + "x",
    "in capitals": TOKEN.upper(),
    "blank": "%20",
    "NUL behind it": TOKEN + "%00",
    "not in ASCII": quote("ключ"),
    "not in UTF-8": "%ff",
    "very long": TOKEN * 100,
}


def test_a_wrong_token_is_like_any_unknown_path(
    web: Served, deployment: Deployment, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, "mwavuli")
    before, forged = dump(deployment), counters.WRONG_TOKENS._value.get()
    nowhere = web.http.post("/nothing/here", data=good("sms"))
    for label, token in WRONG.items():
        for hook in HOOKS:
            answer = web.http.post(f"/at/{token}/{hook}", data=good(hook))
            assert (answer.status_code, answer.content) == (404, b"Not Found"), label
            assert (answer.content, answer.headers) == (nowhere.content, nowhere.headers), label
    assert counters.WRONG_TOKENS._value.get() == forged + len(HOOKS) * len(WRONG)
    assert dump(deployment) == before
    assert not [record for record in caplog.records if record.name.startswith("mwavuli")]
    assert capfd.readouterr() == ("", "")


def test_a_wrong_method_or_a_path_nearby_is_like_any_unknown_path(standing: Served, emptied: Connection) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
        nowhere = standing.http.request(method, "/nothing/here")
        for hook, token in itertools.product(HOOKS, (TOKEN, "x" * len(TOKEN))):
            answer = standing.http.request(method, f"/at/{token}/{hook}")
            assert (answer.status_code, answer.content, answer.headers) == (404, nowhere.content, nowhere.headers)
    nowhere = standing.http.post("/nothing/here")
    for path in ("/at/{}/sms/", "/at/{}", "/at/{}/", "/at//{}/sms", "/at/{}/sms/x", "/AT/{}/sms", "/at/{}/SMS"):
        answer = standing.http.post(path.format(TOKEN), data=good("sms"))
        assert (answer.status_code, answer.content, answer.headers) == (404, nowhere.content, nowhere.headers)
    assert emptied.execute("KEYS", "*") == [b"door"]


def test_two_tokens_are_valid_while_they_are_changed(environ: dict[str, str], deployment: Deployment) -> None:
    new = "new-token-" + "fedcba9876543210" * 2
    for tokens, valid in ((TOKEN, {TOKEN}), (f"{TOKEN},{new}", {TOKEN, new}), (new, {new})):
        with served(settings.load({**environ, "MWAVULI_WEBHOOK_TOKEN": tokens})) as web:
            for token in (TOKEN, new):
                answer = web.http.post(f"/at/{token}/ussd", data=good("ussd"))
                assert answer.status_code == (200 if token in valid else 404)


def test_without_a_token_there_are_no_webhooks(environ: dict[str, str], deployment: Deployment) -> None:
    with served(settings.load({**environ, "MWAVULI_WEBHOOK_TOKEN": ""})) as web:
        for token in ("", "none", TOKEN):
            assert web.http.post(f"/at/{token}/ussd", data=good("ussd")).status_code == 404


# Repeated and crossing (fault row 7)


def at_once(count: int, post: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """Send this many requests, all at the same time."""
    start = threading.Barrier(count)

    def one(i: int) -> httpx.Response:
        start.wait()
        return post(i)

    with ThreadPoolExecutor(count) as pool:
        return [f.result() for f in [pool.submit(one, i) for i in range(count)]]


def test_a_hundred_copies_of_a_turn_have_one_effect(web: Served, deployment: Deployment) -> None:
    chiku = WebPhone(web, "Chiku")
    chiku.dial()
    chiku.choose("English", "Tell us", "Something is happening")
    chiku.press("soko the gate")
    form = chiku.form | {"text": f"{chiku.form['text']}*{chiku.key_of('Police raid')}"}
    answers = at_once(100, lambda _i: web.post("ussd", form))
    [(receipt, copies)] = Counter(a.text for a in answers).items()
    assert (
        receipt.startswith("CON Thank you. We ask someone to check it. We will tell you what we find.")
        and copies == 100
    )
    [alert] = deployment.store.read_world().alerts.values()
    assert alert.report_count == 1
    assert deployment.store.work_queue.count_items("alerts") == 1


def test_a_hundred_copies_of_a_first_dial_are_one_call(web: Served) -> None:
    form = turn_form(AMINA)
    answers = at_once(100, lambda _i: web.post("ussd", form))
    assert len({a.text for a in answers}) == 1
    assert answers[0].text.startswith("CON ")


def test_a_hundred_copies_of_a_text_have_one_effect(web: Served, deployment: Deployment) -> None:
    form = text_form(AMINA, "JOIN Soko Mwezi", "ATXid_same")
    answers = at_once(100, lambda _i: web.post("sms", form))
    assert {(a.status_code, a.content) for a in answers} == {(200, b"")}
    assert asked(deployment) == 1
    assert deployment.store.work_queue.count_items("messages") == 1


def asked(deployment: Deployment, name: str = "Amina") -> int:
    """Return how many questions this phone got, of the kind that answers a text which may be forged."""
    return len(deployment.store.read_turn(number(name)).text_guard.unproven)


def test_a_hundred_copies_of_an_opt_out_have_one_effect(web: Served, deployment: Deployment) -> None:
    subscribe_phone(deployment.store, number("Amina"), "Soko Mwezi")
    answers = at_once(100, lambda _i: web.post("opt-out", good("opt-out")))
    assert {a.status_code for a in answers} == {200}
    assert list(deployment.store.count_subscribers().values()) == [0]


def test_a_hundred_people_at_once_each_read_their_own_screen(web: Served, deployment: Deployment) -> None:
    areas = ["Soko Mwezi", "Kisima Tatu", "Mawimbi", "Reli Juu"]
    for i in range(40):
        subscribe_phone(deployment.store, Number.parse(f"+2547120000{i:02d}"), areas[i % 4])
    answers = at_once(40, lambda i: web.post("ussd", turn_form(f"+2547120000{i:02d}", "1*1*5")))
    for i, answer in enumerate(answers):
        assert areas[i % 4] in answer.text, answer.text
        assert not [a for a in areas if a != areas[i % 4] and a in answer.text]


def test_a_late_copy_of_an_earlier_turn_changes_nothing(web: Served) -> None:
    amina = WebPhone(web, "Amina")
    amina.dial("1")
    amina.choose("My rights")
    shown = web.post("ussd", amina.form).text
    for text in ("", amina.form["text"][:1]):
        assert web.post("ussd", amina.form | {"text": text}).text == shown
    assert web.post("ussd", amina.form).text == shown


# Known and unknown (fault row 5)

SAME: dict[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "STOP": ("sms", lambda n: text_form(n, "STOP")),
    "DELETE": ("sms", lambda n: text_form(n, "delete")),
    "JOIN": ("sms", lambda n: text_form(n, "JOIN Kisima Tatu")),
    "words nobody understands": ("sms", lambda n: text_form(n, "hello there")),
    "HELP": ("sms", lambda n: text_form(n, "HELP")),
    "a delivery report": ("delivery", lambda n: good("delivery", n)),
    "an unknown status": ("delivery", lambda n: good("delivery", n) | {"status": "Lost"}),
    "an opt-out": ("opt-out", lambda n: good("opt-out", n)),
    "a dial": ("ussd", turn_form),
    "an ended call": ("ussd/ended", lambda n: good("ussd/ended", n)),
}


GREETING = ("HELLO", "SELECT", "CLIENT")
"""what a thread's first word to Redis is preceded by"""


@contextlib.contextmanager
def commands_of(socket_path: Path, seen: list[str]) -> Iterator[None]:
    """Return the commands that clients send to Redis, in order. The commands inside a script are not seen."""
    end = "end-of-" + str(len(seen))
    monitor = redis.Redis.from_url(redis_server.unix_url(socket_path)).monitor()
    with monitor:
        yield
        time.sleep(0.15)  # the lane is notified after the answer
        with redis.Redis.from_url(redis_server.unix_url(socket_path)) as other:
            other.execute_command("ECHO", end)
        while True:
            said = monitor.next_command()
            if said["command"] == f"ECHO {end}":
                return
            if said["command"] == "GET door":  # the periodic check of the web, for any caller
                continue
            if said["client_type"] != "lua" and (name := said["command"].split(" ")[0]) not in GREETING:
                seen.append(name)


def test_nobody_can_tell_whose_number_is_known(
    web: Served, town: Town, redis_socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer and the commands to Redis are the same for a subscriber and for a stranger.

    The commands inside a script differ (a member has memberships to remove). Only somebody inside Redis sees them.
    """
    monkeypatch.setattr(text_counts, "MIN_WRITTEN", 10_000)  # counts of texts are written for many at once
    known = [f"+25471200010{i}" for i in range(len(SAME))]
    for msisdn in known:
        web.post("sms", text_form(msisdn, "JOIN Soko Mwezi"))
        web.post("sms", text_form(msisdn, "JOIN Mawimbi"))
    turn = town.store.read_terminal_turn()
    area = turn.world.atlas.resolve("Soko Mwezi").id
    town.store.apply_intents(turn, (intents.SendAlert(AlertKind.RAID, area, "Gate", "", turn.now + 3600),), "")
    assert town.store.commit(turn.transaction)
    town.work()
    for lane in ("alerts", "messages", "bulk"):
        town.store.connection.execute("SET", f"bell:{lane}", 1)
    for _ in range(MAX_THREADS):  # so that no thread has anything left to read for the first time
        web.text("Chiku", "HELP")
    for (what, (hook, form)), msisdn in zip(SAME.items(), known, strict=True):
        seen: dict[str, list[str]] = {msisdn: [], msisdn.replace("+254712", "+254713"): []}
        answers = []
        for name, commands in seen.items():
            with commands_of(redis_socket, commands):
                answers.append(web.post(hook, form(name)))
        assert len({(a.status_code, a.content, str(a.headers)) for a in answers}) == 1, what
        one, other = seen.values()
        assert one == other, what
        assert len(one) <= 4, what


# Malformed (fault row 27)

STARS = "*" * 10_000


def without(hook: str, field: str) -> bytes:
    return urlencode({name: value for name, value in good(hook).items() if name != field}).encode()


def with_(hook: str, field: str, value: str) -> bytes:
    return urlencode({**good(hook), field: value}).encode()


def bad_bodies(hook: str) -> Iterator[tuple[str, bytes]]:
    """Yield bodies that cannot be read, or whose sender is no phone."""
    whole, sender = urlencode(good(hook)), "from" if hook == "sms" else "phoneNumber"
    yield "nothing", b""
    yield "ampersands", b"&" * 1000
    yield "equals signs", b"=" * 1000
    yield "JSON", b'{"phoneNumber": "+254711000001", "text": ""}'
    yield "no number", without(hook, sender)
    yield "the number twice", f"{whole}&{sender}=%2B254711000009".encode()
    yield "1 MB of NUL", b"\0" * 1_000_000
    yield "1 MB of percent signs", b"%" * 1_000_000
    for value in (
        "", " ", "+", "0", "-1", "MPESA", "Safaricom", "+254", "+0711000001", "0711000001x", "+254711000001\n",
        "+25471100000\u0661", "254 711 000 001", "+" + "9" * 16, "+" + "9" * 5000, "anonymous", "*384#", "'; DROP",
        "+254711000001,+254711000002",
    ):  # fmt: skip
        yield f"the number {value[:16]!r}", with_(hook, sender, value)


NAMES = {repr(name) for name in ("MPESA", "Safaricom", "anonymous", "'; DROP")}
"""of names and short codes nobody waits for an answer: a text from one is not refused"""
TABLE = [(hook, label, body) for hook in HOOKS for label, body in bad_bodies(hook)]


def odd_but_whole(hook: str) -> Iterator[tuple[str, bytes]]:
    """Yield bodies with more, or other bytes, than they need."""
    whole = urlencode(good(hook)).encode()
    yield "all of it twice", whole + b"&" + whole
    yield "a thousand fields", whole + b"".join(b"&f%d=x" % i for i in range(1000))
    yield "1 MB more", whole + b"&more=" + b"x" * 1_000_000
    for more in (b"\xff\xfe", b"%ff%fe", b"%f0%9f%98", b"%ed%a0%80", b"%00"):
        yield f"{more!r} in another field", whole + b"&more=" + more


ODD_TABLE = [(hook, label, body) for hook in HOOKS for label, body in odd_but_whole(hook)]


@pytest.fixture(scope="module")
def standing_values(redis_socket: Path, network_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    environ = {
        "REDIS_URL": redis_server.unix_url(redis_socket), "MWAVULI_DATA_DIR": str(tmp_path_factory.mktemp("standing")),
        "MWAVULI_KEY": new_key(), "MWAVULI_WEBHOOK_TOKEN": TOKEN, "MWAVULI_HOTLINE": "0711000099",
        "AT_USERNAME": "test", "AT_API_URL": network_url,
    }  # fmt: skip
    return settings.load(environ)


@pytest.fixture(scope="module")
def standing(standing_values: Settings) -> Iterator[Served]:
    """Serve one web application for tables and fuzzing, with an empty country."""
    with served(standing_values) as running:
        yield running


@pytest.fixture
def emptied(standing_values: Settings) -> Connection:
    """Return a connection to a Redis with nothing but the access state of `standing`."""
    connection = open_deployment(standing_values).store.connection
    connection.batch([("MULTI",), ("FLUSHALL",), ("SET", access_state.KEY, connection.key_id), ("EXEC",)])
    return connection


def test_bad_bodies_change_nothing(
    standing: Served, emptied: Connection, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for hook, label, body in TABLE:
        answer = standing.raw(hook, body)
        is_name = hook == "sms" and label.removeprefix("the number ") in NAMES
        if not is_right(hook, answer, (200 if is_name else UNREADABLE.get(hook, 200),)):
            wrong.append((hook, label, answer.status_code, answer.text))
        if hook == "ussd" and answer.text != APOLOGY:
            wrong.append((hook, label, answer.status_code, answer.text))
        left = [key for key in emptied.execute("KEYS", "*") if key not in (b"door", b"schema")]
        if left and not (answer.status_code == 400 and all(key.startswith(b"counted:unreadable:") for key in left)):
            wrong.append((hook, label, 0, str(left)))
        if left:
            emptied.execute("DEL", *left)
    assert wrong == []
    assert "Traceback" not in caplog.text + str(capfd.readouterr())


@pytest.mark.parametrize(("hook", "label", "body"), ODD_TABLE)
def test_an_odd_request_does_what_a_plain_one_does(
    hook: str, label: str, body: bytes, web: Served, deployment: Deployment
) -> None:
    if hook == "opt-out":
        subscribe_phone(deployment.store, number("Amina"), "Soko Mwezi")
    answer = web.raw(hook, body)
    assert is_right(hook, answer) and answer.text != APOLOGY, label
    assert asked(deployment) == (hook == "sms")
    assert sum(deployment.store.count_subscribers().values()) == 0


@pytest.mark.parametrize("words", [b"STOP%2E%A0", b"STOP+%ED%A0%BD%ED%BB%91", b"STOP+%F0%9F%9B", b"STOP%00"])
def test_stop_counts_whatever_stands_beside_it(words: bytes, web: Served, deployment: Deployment) -> None:
    subscribe_phone(deployment.store, number("Amina"), "Soko Mwezi")
    assert web.raw("sms", b"from=%2B254711000001&id=1&text=" + words).status_code == 200
    assert sum(deployment.store.count_subscribers().values()) == 0


def test_what_cannot_be_read_is_refused_and_counted_for_an_alarm(web: Served, deployment: Deployment) -> None:
    count = deployment.store.read_event_counts
    for body in (b"text=STOP", b"from=&text=SOS", b"STOP", b'{"from": "+254711000001", "text": "STOP"}'):
        before = count()[CountedEvent.UNREADABLE_TEXT]
        assert web.raw("sms", body).status_code == 400
        assert count()[CountedEvent.UNREADABLE_TEXT] == before + 1
    assert web.raw("opt-out", b"senderId=20240").status_code == 400
    assert count()[CountedEvent.UNREADABLE_TEXT] == 5
    assert web.raw("sms", b"from=MPESA&text=You+got+money").status_code == 200
    assert web.http.get(web.path("sms"), params={"from": AMINA, "text": "STOP"}).status_code == 404
    assert count()[CountedEvent.UNREADABLE_TEXT] == 5


def test_half_a_number_at_the_limit_is_nobodys(web: Served, deployment: Deployment) -> None:
    """A body is read to its limit. A number that ends there is cut, and would be another person's."""
    subscribe_phone(deployment.store, number("Amina"), "Soko Mwezi")
    head, sender = b"text=STOP&more=", b"&from=%2B254711000001"
    filled = head + b"x" * (MAX_REQUEST_BYTES - len(head) - len(sender)) + sender
    assert web.raw("sms", filled + b"234").status_code == 400
    assert sum(deployment.store.count_subscribers().values()) == 1
    assert web.raw("sms", filled).status_code == 200
    assert sum(deployment.store.count_subscribers().values()) == 0


ODD_BUT_GOOD = {
    "its plus lost on the way": b"sessionId=s&phoneNumber=+254711000001&text=",
    "its plus left out": b"sessionId=s&phoneNumber=254711000001&text=",
    "no text at all": b"sessionId=s&phoneNumber=%2B254711000001",
    "an empty session id": b"sessionId=&phoneNumber=%2B254711000001&text=",
    "a very long session id": b"phoneNumber=%2B254711000001&text=&sessionId=" + b"s" * 9000,
    "10,000 stars": b"sessionId=s&phoneNumber=%2B254711000001&text=" + STARS.encode(),
    "1*2*... 500 times": b"sessionId=s&phoneNumber=%2B254711000001&text=" + b"*".join([b"1*2"] * 500),
    "an unknown session in mid-dialogue": b"sessionId=s&phoneNumber=%2B254711000001&text=1*5*2",
    "emoji": b"sessionId=s&phoneNumber=%2B254711000001&text=" + quote("😀*🏳️‍🌈").encode(),
    "digits of other scripts": b"sessionId=s&phoneNumber=%2B254711000001&text=" + quote("١*²").encode(),
    "digits": b"sessionId=s&phoneNumber=%2B254711000001&text=" + b"9" * 5000,
}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain", "x", ""])
@pytest.mark.parametrize("body", ODD_BUT_GOOD.values(), ids=ODD_BUT_GOOD)
def test_odd_requests_are_answered_with_a_screen(body: bytes, kind: str, standing: Served, emptied: Connection) -> None:
    answer = standing.raw("ussd", body, kind)
    assert is_right("ussd", answer)
    assert answer.text.startswith("CON ")
    assert len(answer.text) <= 160


def test_odd_keys_in_the_middle_of_a_call_repeat_the_question(web: Served) -> None:
    amina = WebPhone(web, "Amina")
    home = amina.dial("1").split("\n")[1:]
    for typed in (STARS[:3000], "😀" * 100, "9" * 300, "²", "١", "-1", "+1", "1.0", "NaN", "0x1", " ", "\u202e"):
        amina.press(typed)
        for line in home[:2]:
            assert line in amina.screen, (typed[:5], amina.screen)


def test_a_body_in_chunks_is_read(standing: Served, emptied: Connection) -> None:
    whole = urlencode(good("ussd")).encode()
    answer = standing.http.post(standing.path("ussd"), content=(whole[i : i + 3] for i in range(0, len(whole), 3)))
    assert answer.text.startswith("CON ")


@pytest.mark.parametrize("hook", HOOKS)
def test_an_endless_body_is_not_waited_for(hook: str, standing: Served, emptied: Connection) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 65536
            yield b"x" * 65536

    with contextlib.suppress(httpx.TransportError):  # the server may close before we sent everything
        answer = standing.http.post(standing.path(hook), content=endless())
        assert is_right(hook, answer, (UNREADABLE.get(hook, 200),))
    assert is_right(hook, standing.post(hook, good(hook)))


@pytest.mark.parametrize("hook", HOOKS)
def test_a_client_that_hangs_up_in_the_middle_leaves_no_trace(
    hook: str,
    standing: Served,
    emptied: Connection,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    host, port = standing.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"POST {standing.path(hook)} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nphone".encode())
        time.sleep(0.05)
    assert is_right(hook, standing.post(hook, good(hook)))
    time.sleep(0.05)
    records = [record for record in caplog.records if record.name != "mwavuli.store"]  # of webs of earlier tests
    assert (records, "".join(capfd.readouterr())) == ([], "")


def test_a_text_without_an_id_is_taken_once(web: Served, deployment: Deployment) -> None:
    """A text without an id is taken. The same text again counts as a repeat."""
    for words in ("JOIN Soko Mwezi", "JOIN Soko Mwezi", "HELP"):
        form = text_form(AMINA, words)
        del form["id"]
        assert web.post("sms", form).status_code == 200
        assert web.post("sms", form | {"id": ""}).status_code == 200
    assert deployment.store.work_queue.count_items("messages") == 2


ODD_TEXTS = (
    "", " ", "\n", ".", "²", "RIGHTS ²", "RIGHTS ١", "JOIN taa ²", "CLINIC", "CLINIC ²", "LANG ²", "REPORT", "STOP²",
    "1 ²²²²²", "x" * 9000, "😀" * 1000, STARS, "JOIN " * 1500, "{0}", "{area}", "%s", "%(area)s", "\u202e\u200b",
)  # fmt: skip


def test_odd_texts_are_taken(web: Served, deployment: Deployment) -> None:
    for words in ODD_TEXTS:
        for name in ("Amina", "Vera", "Nurse"):
            assert is_right("sms", web.text(name, words)), (name, words[:20])
            deployment.store.connection.batch(
                [("DEL", key) for key in deployment.store.connection.execute("KEYS", "loop:*")]
            )


def test_a_report_of_an_unknown_status_is_taken_and_counted(web: Served) -> None:
    for status in ("Success", "", "Lost", "x" * 5000, "😀", "\u0130"):
        assert is_right("delivery", web.post("delivery", good("delivery") | {"status": status}))
    shown = web.status.get("/metrics").text
    assert 'mwavuli_delivery_reports_total{result="unknown status"}' in shown


@pytest.mark.parametrize(("reason", "struck"), [("UserDoesNotExist", True), ("DeliveryFailure", False)])
def test_the_reason_of_a_report_counts(reason: str, struck: bool, web: Served, deployment: Deployment) -> None:
    subscribe_phone(deployment.store, number("Amina"), "Soko Mwezi")
    store, report = deployment.store, good("delivery") | {"status": "Failed", "failureReason": reason}
    store.recipients.mark_single_text(message_hash(store.vault, report["id"]))
    assert is_right("delivery", web.post("delivery", report))
    token = store.vault.token(number("Amina"), Purpose.SUBSCRIBER)
    assert bool(store.connection.execute("EXISTS", keys.dead_days(token))) is struck


FIELDS = ("sessionId", "phoneNumber", "from", "id", "text", "status", "networkCode", "serviceCode", "linkId", "date")
anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from([AMINA, AMINA[1:], "STOP", "JOIN", "1*1", "0", "98", "Success", STARS[:3000], "\0", "²", "s1"]),
)
forms = st.lists(st.tuples(st.sampled_from(FIELDS), anything), max_size=12)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hook=st.sampled_from(HOOKS),
    body=st.one_of(st.binary(max_size=300), forms.map(lambda form: urlencode(form, errors="replace").encode())),
)
def test_any_request_is_answered(hook: str, body: bytes, standing: Served, emptied: Connection) -> None:
    assert is_right(hook, standing.raw(hook, body), (200, UNREADABLE.get(hook, 200))), body


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(msisdn=st.sampled_from([AMINA, NUMBERS["Vera"], "+1000000"]), call=st.sampled_from("ab"), text=anything)
def test_any_input_is_answered_with_a_screen(msisdn: str, call: str, text: str, standing: Served) -> None:
    text = text.replace("\0", "")
    answer = standing.post("ussd", turn_form(msisdn, text, call))
    assert is_right("ussd", answer)
    assert answer.text != APOLOGY, text


def test_large_bodies_are_not_kept_in_memory(
    standing: Served, environ: dict[str, str], emptied: Connection, tmp_path: Path
) -> None:
    """The service runs in a process of its own, so that the client's memory is not counted."""
    port = free_port()
    command = [sys.executable, "-m", "gateway.cli", "web"]
    process = launch(command, env=os.environ | environ | {"PORT": str(port)})
    web = Served(f"http://127.0.0.1:{port}", TOKEN)

    def resident() -> int:
        return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def burst(count: int) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: web.raw(HOOKS[i % 5], b"x" * 1_000_000), range(count)))
        hooks = [HOOKS[i % 5] for i in range(count)]
        assert all(map(is_right, hooks, answers, ((UNREADABLE.get(hook, 200),) for hook in hooks)))

    try:
        for _ in range(400):
            with contextlib.suppress(httpx.TransportError):
                web.http.get("/health")
                break
            time.sleep(0.05)
        burst(20)
        before = resident()
        burst(200)
        assert resident() - before < 20 * 2**20
    finally:
        web.http.close()
        process.terminate()
        process.wait()


# With Redis away (fault row 17)


def test_redis_hangs(own_redis: OwnRedis, web: Served, deployment: Deployment) -> None:
    """Redis is paused, not killed: it accepts connections and does not answer. Answers take three seconds at most."""
    assert web.post("ussd", good("ussd")).text.startswith("CON ")
    text = text_form(AMINA, "JOIN Soko Mwezi", "ATXid_hung")
    own_redis.process.send_signal(signal.SIGSTOP)

    def timed(form: dict[str, str]) -> tuple[str, int, float]:
        started = time.monotonic()
        answer = web.post("ussd", form)
        return answer.text, answer.status_code, time.monotonic() - started

    for _ in range(2):
        with ThreadPoolExecutor(20) as pool:
            turns = list(pool.map(timed, [turn_form(f"+2547120000{i:02d}") for i in range(20)]))
        assert {(text, status) for text, status, _seconds in turns} == {(APOLOGY, 200)}
        assert max(seconds for _text, _status, seconds in turns) < 3
    for hook, form in (("sms", text), ("delivery", good("delivery")), ("opt-out", good("opt-out"))):
        assert web.post(hook, form).status_code == 503, hook
    assert web.post("ussd/ended", good("ussd/ended")).status_code == 200
    assert web.http.get("/health").status_code == 200
    assert web.status.get("/ready").status_code == 503
    own_redis.process.send_signal(signal.SIGCONT)

    assert web.post("ussd", good("ussd")).text.startswith("CON ")
    assert [web.post("sms", text).status_code for _ in range(3)] == [200] * 3
    assert asked(deployment) == 1, "kept once, though it may have arrived while Redis hung"
    assert deployment.store.work_queue.count_items("messages") == 1


def test_redis_dies(own_redis: OwnRedis, web: Served, deployment: Deployment) -> None:
    amina = WebPhone(web, "Amina")
    amina.dial("1")
    amina.choose("My rights")
    assert web.text("Bahati", "JOIN Soko Mwezi").status_code == 200
    own_redis.stop()

    form = amina.form | {"text": amina.form["text"] + "*0"}
    text = text_form(AMINA, "JOIN Soko Mwezi", "ATXid_dead")
    assert web.post("ussd", form).text == APOLOGY
    for hook, post in (("sms", text), ("delivery", good("delivery")), ("opt-out", good("opt-out"))):
        assert web.post(hook, post).status_code == 503, hook
    own_redis.start()

    assert asked(deployment, "Bahati") == 1, "what was acknowledged is there"
    assert web.post("ussd", form).text.startswith("CON Info line"), "the call goes on where it was"
    assert web.post("sms", text).status_code == 200
    assert asked(deployment) == 1


# Without the key (fault row 28)


@pytest.mark.parametrize("key", ["", "of another deployment"])
def test_without_the_key_access_is_closed_and_nothing_is_lost(
    key: str, environ: dict[str, str], deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    before = dump(deployment)
    with served(settings.load({**environ, "MWAVULI_KEY": key and new_key()})) as web:
        for _ in range(3):
            assert web.post("ussd", good("ussd")).text == APOLOGY
            for hook in ("sms", "delivery", "opt-out"):
                assert web.post(hook, good(hook)).status_code == 503, hook
        assert web.status.get("/ready").status_code == 503
        assert web.http.get("/health").status_code == 200
    assert {name: stored for name, stored in dump(deployment).items() if name != b"clock:watched"} == before
    assert "the service is locked" in caplog.text
    with served(settings.load(environ)) as web:
        assert web.post("ussd", good("ussd")).text.startswith("CON ")
        assert web.text("Amina", "JOIN Soko Mwezi").status_code == 200
    assert asked(deployment) == 1


def test_a_number_is_nowhere_in_an_answer(web: Served) -> None:
    for hook in HOOKS:
        assert number("Amina").e164[1:] not in web.post(hook, good(hook)).text

"""The processes of the Procfile leave nothing in Redis, files, logs and metrics that names a person."""

import itertools
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.harness.cast import NUMBERS
from tests.harness.leaks import Haystack
from tests.harness.stack import Stack
from tests.harness.story import NEW_SENDER, ODD_PLACE, PEOPLE, TEXTED, found_in_clear, play
from tests.harness.waiting import until


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="mwp") as folder:
        made = Stack(Path(folder))
        made.environ["MWAVULI_STAFF_SMS"] = "true"
        try:
            made.start()
            yield made
        finally:
            made.stop()


def test_the_whole_story_over_processes(stack: Stack) -> None:
    codes = play(lambda name: stack[name])
    codes += _new_sender(stack)
    _undeliverable(stack)
    _send_nonsense(stack)
    store = stack.deployment().store
    with redis.Redis.from_url(stack.environ["REDIS_URL"]) as client:
        _refuse_in_rq(client)
        hay = Haystack()
        hay.put_redis(client)
    for lane in ("alerts", "messages", "bulk"):
        until(lambda lane=lane: not store.work_queue.has_due_items(lane), what="quiet")
    for path in ("metrics", "ready"):
        hay.put(path, stack.read_status(path).content)
    folder = Path(stack.environ["MWAVULI_DATA_DIR"])
    (folder / "network.out").unlink()  # the network knows its numbers
    hay.put_aof(folder)
    hay.put_files(folder)
    assert any(b"unknown task refused" in piece for _, piece in hay.pieces), "the refusal is logged"
    assert found_in_clear(hay, stack.deployment(), codes) == []


def _new_sender(stack: Stack) -> list[str]:
    """Activate a phone by its code and send a warning by a one-use code. Return PIN and codes."""
    said = stack.command("staff", "add", "--name", "Tatu", "--role", "sender", typed=NEW_SENDER)
    pin, activation = re.findall(r"\d{4,6}", said)[:2]
    tatu = stack[NEW_SENDER]
    tatu.text("000000")
    tatu.text(activation)
    tatu.gets(r"active now")
    codes = stack.command("staff", "codes", typed=NEW_SENDER).split()
    tatu.text_and_confirm(f"ALERT 999999 Soko Mwezi {TEXTED}")
    tatu.gets("Not accepted")
    tatu.text_and_confirm(f"ALERT {codes[0]} Soko Mwezi raid {TEXTED}")
    tatu.gets("Sending now")
    return [pin, activation, *codes]


def _undeliverable(stack: Stack) -> None:
    stack.faults(refuse={NUMBERS["Dafina"]: 403}, error_status=500, error_next=2)
    stack["Dafina"].text("JOIN Soko Mwezi")
    stack["Dafina"].text("HELP")
    stack.network.post(f"/phones/{NUMBERS['Amina']}/opt-out")
    stack["Chiku"].text("HELP")
    stack["Chiku"].gets("Please dial")
    stack.faults()


def _send_nonsense(stack: Stack) -> None:
    """Send requests that cannot be read, with a number and words in them."""
    number, token = PEOPLE["malformed"], stack.environ["MWAVULI_WEBHOOK_TOKEN"]
    bodies = (f"phoneNumber={number}&phoneNumber={number}&text={ODD_PLACE}", f"from={number}x&text={ODD_PLACE}&id=%ff")
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.port}") as web:
        for hook, body in itertools.product(("ussd", "sms", "delivery", "opt-out", "ussd/ended"), bodies):
            web.post(f"/at/{token}/{hook}", content=body)
            web.post(f"/at/{number}/{hook}", content=body)
        web.get(f"/{number}/{ODD_PLACE}")
    with socket.create_connection(("127.0.0.1", stack.port)) as line:
        line.sendall(f"{ODD_PLACE} {number}\r\n\r\n".encode())
        line.recv(1000)


def _refuse_in_rq(client: Any) -> None:
    """Make a worker drop an entry of another program."""
    Queue("bulk", connection=client, serializer=JSONSerializer).enqueue("builtins.int", description="bulk")
    until(lambda: client.hget("foreign", "bulk"), what="a refusal")

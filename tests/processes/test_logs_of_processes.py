"""The log of every process is lines of JSON without numbers and without texts."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.harness.cast import NUMBERS
from tests.harness.leaks import Haystack, needles
from tests.harness.served import turn_form
from tests.harness.stack import Stack
from tests.harness.waiting import until

WORDS = "Kibokosalon"
SECRET = f"{WORDS} {NUMBERS['Amina']}"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="mwl") as folder:
        made = Stack(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.stop()


def lines(stack: Stack, name: str) -> list[dict[str, str]]:
    text = (Path(stack.environ["MWAVULI_DATA_DIR"]) / f"{name}.out").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_every_process_writes_lines_of_json(stack: Stack) -> None:
    """A turn without Redis, a foreign entry in a queue, a clock and workers that lost Redis: all log readable lines."""
    with Redis.from_url(stack.environ["REDIS_URL"]) as client:
        Queue("bulk", connection=client, serializer=JSONSerializer).enqueue("builtins.int", SECRET, description=SECRET)
        until(lambda: client.hget("foreign", "bulk"), what="the refusal of an entry that is not ours")
    number = NUMBERS["Amina"]
    hook = f"http://127.0.0.1:{stack.port}/at/{stack.environ['MWAVULI_WEBHOOK_TOKEN']}/ussd"
    httpx.post(hook, data=turn_form(number))  # every port accepts connections
    stack.kill("redis")
    for _ in range(2):
        httpx.post(hook, data=turn_form(number, WORDS))
    until(lambda: lines(stack, "clock"), what="the clock's words")
    web = [line for line in lines(stack, "web") if "turn" in line]
    assert len({line["turn"] for line in web}) == 2, "each turn its own"
    assert all(
        line["process"] == "web" and line["message"].startswith("a USSD turn failed: StoreUnavailable") for line in web
    )
    assert {line["process"] for line in lines(stack, "clock")} == {"clock"}
    bulk = lines(stack, "bulk")
    assert {(line["process"], line["lane"]) for line in bulk} == {("worker", "bulk")}
    assert any(line["message"] == "ALARM: unknown task refused" for line in bulk)
    assert any(line["logger"] == "rq.worker" and "could not connect" in line["message"] for line in bulk)
    hay = Haystack()
    for name in ("web", "clock", "alerts", "messages", "bulk"):
        hay.put(name, json.dumps(lines(stack, name)))
    assert hay.find(needles(NUMBERS, [WORDS])) == []

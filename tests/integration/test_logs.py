"""Logs: one line of JSON a record, with what it is about, and never a number or a caller's words."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.errors import BadInput
from gateway.logs import ContextThreadPool, alert_context, begin_request, describe_error
from gateway.logs.formatter import NOT_SHOWN, REDACTED_NUMBER, RedactingFormatter
from gateway.model.alert import AlertTask
from gateway.model.referral import ReferralTask
from gateway.model.sos_task import SosTask
from jobs import dispatch
from jobs.handler import HANDLERS
from tests.harness.cast import NUMBERS
from tests.harness.stack import ROOT
from tests.harness.town import Town

WORDS = "Kibokosalon"
SECRET = f"{WORDS} {NUMBERS['Amina']}"


class LogRecorder(logging.Handler):
    """A log handler that records the lines that a process would write."""

    def __init__(self, **how: Any):
        super().__init__()
        self.setFormatter(RedactingFormatter("worker", "alerts", **how))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def read(self) -> dict[str, str]:
        line: dict[str, str] = json.loads(self.lines[-1])
        return line


@pytest.fixture
def recorder() -> Iterator[LogRecorder]:
    handler = LogRecorder()
    logging.root.addHandler(handler)
    yield handler
    logging.root.removeHandler(handler)


ours = logging.getLogger("mwavuli.test")
theirs = logging.getLogger("somebody.else")


def fail() -> None:
    raise ValueError(SECRET)


def caught() -> ValueError:
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


# One record


def test_a_record_is_one_line_with_its_hour_and_its_process(recorder: LogRecorder) -> None:
    ours.error("two\nlines of %s", "words")
    assert "\n" not in recorder.lines[-1]
    line = recorder.read()
    hour = datetime.fromisoformat(line.pop("time"))
    assert hour.utcoffset() == timedelta(0)
    assert line == {
        "level": "ERROR", "logger": "mwavuli.test", "process": "worker", "lane": "alerts",
        "message": "two lines of words"
    }  # fmt: skip


def test_on_a_terminal_it_is_in_plain_words() -> None:
    record = logging.LogRecord("mwavuli.test", logging.ERROR, __file__, 1, "Redis is away", (), None)
    said = RedactingFormatter("command", plain=True).format(record)
    assert said.endswith("ERROR mwavuli.test command Redis is away")


def test_a_record_names_its_turn_and_its_alert(recorder: LogRecorder) -> None:
    async def turn() -> str:
        begin_request()
        with ContextThreadPool(1) as threads:
            await asyncio.get_running_loop().run_in_executor(threads, ours.error, "x")
        return recorder.read()["turn"]

    first, second = asyncio.run(turn()), asyncio.run(turn())
    assert len(first) == 8 and first != second
    with alert_context("1234.1"), ContextThreadPool(1) as threads:
        threads.submit(ours.error, "x").result()
    assert recorder.read()["alert"] == "1234.1"
    ours.error("x")
    assert not {"alert", "turn"} & set(recorder.read())


@pytest.mark.parametrize(
    "written", ["+254711000001", "254711000001", "0711000001", "0711 000 001", "+254-711-000-001", "(0711) 000.001"]
)
def test_whatever_looks_like_a_number_is_blanked(recorder: LogRecorder, written: str) -> None:
    ours.error("sent to %s at once", written)
    assert (
        recorder.read()["message"].replace("(" + REDACTED_NUMBER, REDACTED_NUMBER)
        == f"sent to {REDACTED_NUMBER} at once"
    )


def test_small_figures_stay(recorder: LogRecorder) -> None:
    ours.error("broadcast 1234.0 taken up again, 987654 people, port 8000")
    assert recorder.read()["message"] == "broadcast 1234.0 taken up again, 987654 people, port 8000"


# Errors


def reveals_nothing(recorder: LogRecorder) -> None:
    for line in recorder.lines:
        assert WORDS not in line and NUMBERS["Amina"][4:] not in line, line


def test_an_error_is_logged_as_its_type_and_its_frames(recorder: LogRecorder) -> None:
    ours.error("it failed", exc_info=caught())
    line = recorder.read()
    assert line["error"] == "ValueError"
    assert line["where"].startswith("integration/test_logs.py:") and " fail < " in line["where"]
    ours.error("it failed: %s", caught())
    assert recorder.read()["message"] == "it failed: ValueError"
    ours.error("it failed: %s", describe_error(caught()))
    assert " fail < " in recorder.read()["message"]
    ours.error(caught())
    assert recorder.read()["message"] == "ValueError"
    reveals_nothing(recorder)


def test_our_own_errors_log_their_text(recorder: LogRecorder) -> None:
    ours.error("access stays closed: %s", BadInput("MWAVULI_KEY is not 32 random bytes"))
    assert recorder.read()["message"] == "access stays closed: BadInput: MWAVULI_KEY is not 32 random bytes"


def test_system_errors_log_their_code(recorder: LogRecorder) -> None:
    try:
        os.stat(f"/nowhere/{WORDS}")
    except OSError as error:
        theirs.error(error)
    assert recorder.read()["message"] == "FileNotFoundError ENOENT"
    reveals_nothing(recorder)


def test_errors_of_libraries_log_only_their_source(recorder: LogRecorder) -> None:
    theirs.error("job %s failed\n%s", 17, SECRET)
    assert recorder.read()["message"] == "job %s failed"
    assert recorder.read()["at"].startswith("integration/test_logs.py:")
    theirs.error(f"job of {SECRET}")
    assert recorder.read()["message"] == NOT_SHOWN
    theirs.error(SECRET)
    assert recorder.read()["message"] == NOT_SHOWN
    reveals_nothing(recorder)


def test_arguments_that_do_not_fit_the_template_reveal_nothing(recorder: LogRecorder) -> None:
    recorder.handle(logging.LogRecord("mwavuli.test", logging.ERROR, __file__, 1, "%d people", (SECRET,), None))
    assert recorder.read()["message"] == "%d people"
    reveals_nothing(recorder)


# Jobs


def test_a_job_that_fails_names_its_alert(town: Town, recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, AlertTask.SEND_BROADCAST, lambda *_: fail())
    monkeypatch.setitem(HANDLERS, ReferralTask.SEND_REFERRAL, lambda *_: fail())
    monkeypatch.setitem(HANDLERS, SosTask.NOTIFY_RESPONDER_COMING, lambda *_: fail())
    redis = town.store.connection
    for name, alert in (
        (b"bc:4321.2", "4321.2"),
        (ReferralTask.SEND_REFERRAL.item("62042a"), None),
        (SosTask.NOTIFY_RESPONDER_COMING.item(6204, 1), None),
        (b"bc:4321:00ff", "4321"),
    ):
        redis.execute("ZADD", "due:alerts", 0, town.store.seal_item(name))
        dispatch.run_lane(town.context, "alerts", 1)
        redis.execute("DEL", "due:alerts")
        assert recorder.read()["message"].startswith(
            f"{name.decode().split(':')[0]} failed: ValueError at integration/test_logs"
        )
        assert recorder.read().get("alert") == alert
    reveals_nothing(recorder)
    assert not any("62042" in line or "00ff" in line for line in recorder.lines)


# Whole processes


def run(code: str) -> list[dict[str, str]]:
    """Run such a process. Return what it writes: every line is JSON."""
    done = subprocess.run(
        [sys.executable, "-c", f"from gateway import logs\nlogs.set_up('web')\nSECRET = {SECRET!r}\n{code}"],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout == ""
    assert WORDS not in done.stderr and NUMBERS["Amina"][4:] not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


FAILING = "def fail():\n    raise ValueError(SECRET)\n"
LOOP = """
import asyncio
async def go():
    fail()
async def main():
    {}
    await asyncio.sleep(0.05)
    t = None
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "code",
    [
        FAILING + "fail()",
        FAILING + "import threading\nthreading.Thread(target=fail).start()",
        "class Left:\n    def __del__(self):\n        raise ValueError(SECRET)\nx = Left()\ndel x",
        FAILING + LOOP.format("t = asyncio.create_task(go())"),
        FAILING + LOOP.format("asyncio.get_running_loop().call_soon(lambda words: fail(), SECRET)"),
    ],
    ids=["ended by it", "a thread", "a finalizer", "a task", "a callback"],
)  # fmt: skip
def test_an_error_that_nobody_caught(code: str) -> None:
    [line] = run(code)
    assert line["error"] == "ValueError"
    assert " fail" in line["where"] or " __del__" in line["where"]


def test_what_others_set_up_before_us_is_undone() -> None:
    lines = run(
        "import logging, sys, uvicorn.config\n"
        "uvicorn.Config('x')\n"
        "logs.set_up('web')\n"
        "logging.getLogger('uvicorn.error').error('bad %s', SECRET)\n"
        "logging.getLogger('uvicorn.access').warning('POST /at/%s', SECRET)\n"
        "import warnings\nwarnings.warn(SECRET)\n"
    )
    assert [line["logger"] for line in lines] == ["uvicorn.error", "py.warnings"]


BROKEN = """
import asyncio, uvicorn
async def app(scope, receive, send):
    if scope["type"] == "http":
        raise ValueError(SECRET)
server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
async def main():
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" + SECRET.encode() + b"\\r\\n\\r\\n")
    await reader.read(100)
    server.should_exit = True
    await task
asyncio.run(main())
"""


def test_an_application_that_fails_under_uvicorn() -> None:
    lines = run(BROKEN)
    assert ("Exception in ASGI application", "ValueError") in [(x["message"], x.get("error")) for x in lines]


FLOOD = """
import logging
import secrets
import time
from gateway import logs
from gateway.logs import repeats
logs.set_up("web")
repeats.WINDOW_S = 1
ours, theirs = logging.getLogger("mwavuli.x"), logging.getLogger("asyncio")

def flood(count):
    for i in range(count):
        theirs.error("out of files")
        try:
            raise OSError(24, "x")
        except OSError:
            ours.exception("a failure of case %d", i)
        for event in ("a turn", "a report") if i == 1000 else ("a turn",):
            ours.error("%s: failed", event)

flood(20_000)
time.sleep(1.1)
flood(1)
for _ in range(20_000):
    ours.error("%s failed", secrets.token_hex(4))
"""


def test_a_stranger_who_causes_errors_without_end_fills_no_disk() -> None:
    """Row 53: asyncio alone wrote 96 MB in a minute where files ran out. What is not written is counted."""
    done = subprocess.run([sys.executable, "-c", FLOOD], capture_output=True, text=True, cwd=ROOT, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(done.stderr) < 500_000
    assert [line["message"] for line in lines].count("a report: failed") == 1, "a flood hides no other failure"
    counted = [int(line["suppressed"].split()[0]) for line in lines if "suppressed" in line]
    assert len(counted) >= 3 and sum(counted) > 10_000

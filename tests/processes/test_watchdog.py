"""Fault row 55: something makes a process stand still, so that no caller is answered and no signal ends it."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from gateway.cli.supervisor import Supervisor
from gateway.watchdog import EXIT_STATUS
from tests.harness.child import launch
from tests.harness.stack import ROOT
from tests.harness.stalling import LIMIT_S
from tests.harness.waiting import until
from tests.harness.web_process import WebProcess, running_web

STALLING = (sys.executable, "-m", "tests.harness.stalling")


def ask(web: WebProcess, page: str) -> None:
    """Send a request whose answer does not come."""
    with suppress(httpx.HTTPError):
        httpx.get(f"{web.url}/{page}", timeout=0.3)


@pytest.mark.parametrize(
    ("page", "status"), [("spin", EXIT_STATUS), ("block", EXIT_STATUS), ("backtrack", -signal.SIGPROF)]
)
def test_a_caller_whose_turn_never_ends_silences_nobody_for_long(page: str, status: int, tmp_path: Path) -> None:
    """A regular expression without end keeps even the watchdog's thread from running: the kernel's timer ends it."""
    with running_web({}, tmp_path / "out", *STALLING, "1") as web:
        ask(web, page)
        began = time.monotonic()
        assert web.process.wait(30) == status
        assert time.monotonic() - began < 10 * LIMIT_S
        assert page != "spin" or "no progress" in web.said()
        assert len(web.said().splitlines()) <= 1


def test_a_process_that_was_ended_is_replaced(tmp_path: Path) -> None:
    """With several processes their parent starts another; the demo and systemd do the same for one."""
    with running_web({}, tmp_path / "out", *STALLING, "2") as web:
        for _ in range(2):  # one stands still; the other may get the second request
            ask(web, "spin")
        until(web.is_healthy, 30, "an answer")
        until(lambda: all(web.is_healthy(2) for _ in range(20)), 30, "answers of both")


def test_the_supervisor_starts_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    supervisor = Supervisor()
    child = supervisor.start("worker", [*STALLING, "work"], {"PYTHONPATH": str(ROOT)})
    first = child.process.pid
    thread = threading.Thread(target=supervisor.supervise)
    thread.start()
    until(lambda: child.process.pid != first, what="another process")
    supervisor._stop.set()  # as a signal does
    thread.join()
    supervisor.stop()


def test_a_slow_process_lives(tmp_path: Path) -> None:
    """A machine under load answers late, and is not made worse by a restart."""
    with running_web({}, tmp_path / "out", *STALLING, "1") as web:
        for _ in range(6):
            assert httpx.get(f"{web.url}/be_slow", timeout=20).text == "slow"
        assert web.process.poll() is None


def test_a_machine_that_sleeps_kills_no_process(tmp_path: Path) -> None:
    """Stopped for longer than the limit, again and again, as by a laptop's lid."""
    with running_web({}, tmp_path / "out", *STALLING, "1") as web:
        for _ in range(4):
            web.process.send_signal(signal.SIGSTOP)
            time.sleep(2 * LIMIT_S)
            web.process.send_signal(signal.SIGCONT)
            time.sleep(0.05)
        time.sleep(LIMIT_S)
        assert web.is_healthy()
        assert web.process.poll() is None


def test_a_job_that_never_ends_ends_its_worker(tmp_path: Path) -> None:
    with open(tmp_path / "out", "wb") as out:
        process = launch([*STALLING, "work"], env=os.environ, cwd=ROOT, stdout=out, stderr=out)
    assert process.wait(30) == EXIT_STATUS
    assert "no progress for 2 s" in (tmp_path / "out").read_text()


def test_a_log_that_nobody_reads_does_not_save_it() -> None:
    """The pipe of the log is full, so that whatever writes to it stands still."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    process = launch([*STALLING, "work"], env=os.environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=writing)
    os.close(writing)
    assert process.wait(30) == EXIT_STATUS
    os.close(reading)

"""Ends the demo's children when the demo itself was killed and could not.

A process of its own, started by the supervisor: it reads the children's ids from a pipe whose other end only the
demo holds, a line each time they change. When the pipe closes, the last line says whom to end: nobody, if the demo
stopped them itself. It also holds the folder's lock, so that the next start waits until they are gone.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO

STOP_TIMEOUT_S = 3
"""seconds that orphans have to stop by themselves"""


class OrphanReaper:
    """The supervisor's side of the pipe."""

    def __init__(self, lock: int):
        self._lock = lock
        self._process: subprocess.Popen[str] | None = None

    def set_children(self, pids: Sequence[int]) -> None:
        """Whom to end from now on. Starts the guard, or a new one where it died."""
        line = " ".join(map(str, pids)) + "\n"
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        with contextlib.suppress(BrokenPipeError):  # it died this moment: `alive` says so
            _stdin_of(self._process).write(line)
            _stdin_of(self._process).flush()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Nobody is left to end."""
        if self._process is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate("\n")

    def _start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-I", __file__]
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, text=True, pass_fds=[self._lock], start_new_session=True
        )


def _stdin_of(process: "subprocess.Popen[str]") -> IO[str]:
    if process.stdin is None:
        raise BrokenPipeError
    return process.stdin


def main() -> None:
    lines = sys.stdin.readlines()  # until the pipe closes
    terminate([int(pid) for pid in lines[-1].split()] if lines else [])


def terminate(pids: Sequence[int]) -> None:
    """Ask, wait a little, then insist."""
    _send_signal(pids, signal.SIGTERM)
    until = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < until and any(_is_running(pid) for pid in pids):
        time.sleep(0.05)
    _send_signal(pids, signal.SIGKILL)


def _send_signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()

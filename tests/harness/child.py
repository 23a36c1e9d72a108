"""Child processes that end with the test run, also when the test run is killed."""

import ctypes
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_LAUNCHER = ThreadPoolExecutor(1, "launch")
"""Linux ends a child when the thread that started it ends, so one thread starts all children and lasts as long as the
run."""


def launch(command: Sequence[str], **options: Any) -> "subprocess.Popen[Any]":
    """Start a child process that Linux kills when this process ends. `options` are those of `Popen`."""
    return _LAUNCHER.submit(subprocess.Popen, command, preexec_fn=die_with_parent, **options).result()


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends. For `preexec_fn` of `subprocess.run`."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def child_process(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command while the block runs."""
    process = launch(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def interrupt_on_sigterm() -> None:
    """Make SIGTERM end the run as Ctrl-C does, so that fixtures stop their servers. A second SIGTERM is ignored."""

    def interrupt(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, interrupt)


def processes_below(folder: Path) -> dict[int, str]:
    """Return the command lines, by process id, of processes that name this folder on it or in their environment."""
    needle, found = str(folder).encode(), {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # the process has ended meanwhile, or belongs to another user
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            if line and needle in line + (process / "environ").read_bytes():
                found[int(process.name)] = line.decode(errors="replace")
    return found

"""Child processes that end with the test run, also when the test run is killed."""

import ctypes
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends. For `preexec_fn`."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def child_process(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command while the block runs."""
    process = subprocess.Popen(command, preexec_fn=die_with_parent, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()

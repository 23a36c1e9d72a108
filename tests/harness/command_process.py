"""A command as a process of its own; one that is killed, as by `kill -9`, just before the nth call of one function."""

import importlib
import os
import signal
import subprocess
import sys
from functools import reduce
from typing import Any

from tests.harness.stack import ROOT


def run_command(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run `mwavuli` to its end, whatever its exit status is."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], env=os.environ | environ, capture_output=True, text=True,
        cwd=ROOT,
    )  # fmt: skip


def run_killed(environ: dict[str, str], at: str, nth: int, *arguments: str) -> None:
    """Run `mwavuli` until the nth call of `at` (`package.module:Class.function`). Assert that it died there."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.harness.command_process", at, str(nth), *arguments],
        env=os.environ | environ, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, (at, nth, done.returncode, done.stdout, done.stderr)


def kill_before_call(at: str, nth: int) -> None:
    module, _colon, path = at.partition(":")
    *owners, name = path.split(".")
    owner: Any = reduce(getattr, owners, importlib.import_module(module))
    real, left = getattr(owner, name), nth

    def dies(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    setattr(owner, name, dies)


if __name__ == "__main__":
    from gateway.cli import run

    _program, point, call, *sys.argv[1:] = sys.argv
    kill_before_call(point, int(call))
    run()

"""Keep child processes running: a child that dies is started again within a second; Ctrl-C stops all of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import FrameType

import click

from gateway.settings.environment import SECRETS
from gateway.store.wipe_monitor import WIPED_EXIT_STATUS

STOP_TIMEOUT_S = 8
"""seconds that children have to stop after SIGTERM"""
POLL_INTERVAL_S = 0.2
"""seconds between two checks of the children"""
MIN_LIFETIME_S = 5
"""seconds; a child that keeps dying before this age is restarted after ever longer pauses"""
MAX_RESTART_DELAY_S = 30
PRIVATE_UMASK = 0o077
"""what children write is for their account alone"""
WIPE_TIMEOUT_S = 60
"""seconds that `mwavuli wipe` has to empty Redis"""


@dataclass
class Child:
    command: Sequence[str]
    environ: Mapping[str, str]
    process: "subprocess.Popen[bytes]"
    started_at: float
    early_exits: int = 0
    restart_at: float = 0

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


class Supervisor:
    """Starts, watches and stops children. On Linux the kernel ends them when this process is killed."""

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}
        self._stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name is not signal.SIGHUP or signal.getsignal(name) is not signal.SIG_IGN:  # nohup stays what it is
                signal.signal(name, self._handle_signal)

    def _handle_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> Child:
        """Start a child in a process group of its own: Ctrl-C reaches it through `stop`, in order."""
        child = Child(command, environ, _spawn(command, environ), time.monotonic())
        self._children[name] = child
        return child

    def supervise(self) -> None:
        """Restart children that died, until a signal asks to stop, or a wipe ended one of them."""
        while not self._stop.wait(POLL_INTERVAL_S):
            if any(child.process.poll() == WIPED_EXIT_STATUS for child in self._children.values()):
                self._end_after_wipe()
                return
            for name, child in self._children.items():
                if not child.is_alive:
                    self._restart(name, child)

    def _end_after_wipe(self) -> None:
        """Kill all children but the first at once. `mwavuli wipe` empties the first, which is Redis, and ends it."""
        redis, *others = (child.process for child in self._children.values())
        for process in others:
            process.kill()
        until = time.monotonic() + WIPE_TIMEOUT_S
        while redis.poll() is None and time.monotonic() < until and not self._stop.wait(POLL_INTERVAL_S):
            pass

    def _restart(self, name: str, child: Child) -> None:
        now = time.monotonic()
        if not child.restart_at:
            child.early_exits = child.early_exits + 1 if now - child.started_at < MIN_LIFETIME_S else 0
            pause = min(MAX_RESTART_DELAY_S, 2 ** (child.early_exits - 3)) if child.early_exits > 2 else 0
            child.restart_at = now + pause
            again = f"started again in {pause:.0f} s" if pause >= 1 else "started again"
            click.echo(f"{name} died ({child.process.returncode}); {again}", err=True)
        if now >= child.restart_at:
            child.process, child.started_at, child.restart_at = _spawn(child.command, child.environ), now, 0

    def stop(self) -> None:
        """Stop all children but the first, then the first, which is Redis."""
        children = list(self._children.values())
        _terminate(children[1:])
        _terminate(children[:1])


def _spawn(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    launcher = [sys.executable, "-I", "-S", str(files("gateway.cli") / "child_launcher.py"), str(os.getpid())]
    environ = {**without_secrets(os.environ), **environ}
    return subprocess.Popen([*launcher, *command], env=environ, start_new_session=True, umask=PRIVATE_UMASK)  # noqa: S603


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without our secrets: a child gets those that it is given, and inherits none."""
    return {name: value for name, value in environ.items() if not name.startswith(SECRETS)}


def _terminate(children: Sequence[Child]) -> None:
    for child in children:
        if child.is_alive:
            child.process.terminate()
    until = time.monotonic() + STOP_TIMEOUT_S
    while any(child.is_alive for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    for child in children:
        if child.is_alive:
            child.process.kill()
        child.process.wait()

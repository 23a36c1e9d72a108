"""Keeps child processes running: one that dies is started again within a second; Ctrl-C stops them all."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import click

from gateway.cli.orphan_reaper import OrphanReaper

STOP_TIMEOUT_S = 8
"""seconds that children have to stop by themselves"""
POLL_INTERVAL_S = 0.2
"""seconds between two looks at the children"""
MIN_LIFETIME_S = 5
"""seconds; a child that keeps dying younger than this is restarted ever more slowly"""
MAX_RESTART_DELAY_S = 30


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
    """Starts, watches and stops children; whatever becomes of us, the guard leaves none behind."""

    def __init__(self, lock: int):
        self._children: dict[str, Child] = {}
        self._reaper = OrphanReaper(lock)
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
        """Start a child in a group of its own, so that Ctrl-C reaches it through us, in order."""
        child = Child(command, environ, _spawn(command, environ), time.monotonic())
        self._children[name] = child
        self._update_reaper()
        return child

    def _update_reaper(self) -> None:
        self._reaper.set_children([c.process.pid for c in self._children.values() if c.is_alive])

    def supervise(self) -> None:
        """Until asked to stop."""
        while not self._stop.wait(POLL_INTERVAL_S):
            for name, child in self._children.items():
                if not child.is_alive:
                    self._restart(name, child)
            if not self._reaper.is_alive:
                self._update_reaper()

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
            self._update_reaper()

    def stop(self) -> None:
        """All but the first started, then that one: Redis goes last."""
        children = list(self._children.values())
        _terminate(children[1:])
        _terminate(children[:1])
        self._reaper.stop()


def _spawn(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env={**os.environ, **environ}, start_new_session=True)  # noqa: S603


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

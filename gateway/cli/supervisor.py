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

from gateway.cli.guard import Guard

PATIENCE = 8
"""seconds that children have to stop by themselves"""
LOOK = 0.2
"""seconds between two looks at the children"""
SHORT_LIFE = 5
"""seconds; a child that keeps dying younger than this is restarted ever more slowly"""
LONGEST_PAUSE = 30


@dataclass
class Child:
    command: Sequence[str]
    environ: Mapping[str, str]
    process: "subprocess.Popen[bytes]"
    started: float
    early_deaths: int = 0
    start_at: float = 0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


class Supervisor:
    """Starts, watches and stops children; whatever becomes of us, the guard leaves none behind."""

    def __init__(self, lock: int):
        self._children: dict[str, Child] = {}
        self._guard = Guard(lock)
        self._stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name is not signal.SIGHUP or signal.getsignal(name) is not signal.SIG_IGN:  # nohup stays what it is
                signal.signal(name, self._asked)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    @property
    def asked_to_stop(self) -> bool:
        return self._stop.is_set()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> Child:
        """Start a child in a group of its own, so that Ctrl-C reaches it through us, in order."""
        child = Child(command, environ, _spawn(command, environ), time.monotonic())
        self._children[name] = child
        self._tell_guard()
        return child

    def _tell_guard(self) -> None:
        self._guard.tell([c.process.pid for c in self._children.values() if c.alive])

    def watch(self) -> None:
        """Until asked to stop."""
        while not self._stop.wait(LOOK):
            for name, child in self._children.items():
                if not child.alive:
                    self._restart(name, child)
            if not self._guard.alive:
                self._tell_guard()

    def _restart(self, name: str, child: Child) -> None:
        now = time.monotonic()
        if not child.start_at:
            child.early_deaths = child.early_deaths + 1 if now - child.started < SHORT_LIFE else 0
            pause = min(LONGEST_PAUSE, 2 ** (child.early_deaths - 3)) if child.early_deaths > 2 else 0
            child.start_at = now + pause
            again = f"started again in {pause:.0f} s" if pause >= 1 else "started again"
            click.echo(f"{name} died ({child.process.returncode}); {again}", err=True)
        if now >= child.start_at:
            child.process, child.started, child.start_at = _spawn(child.command, child.environ), now, 0
            self._tell_guard()

    def stop(self) -> None:
        """All but the first started, then that one: Redis goes last."""
        children = list(self._children.values())
        _end(children[1:])
        _end(children[:1])
        self._guard.dismiss()


def _spawn(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env={**os.environ, **environ}, start_new_session=True)  # noqa: S603


def _end(children: Sequence[Child]) -> None:
    for child in children:
        if child.alive:
            child.process.terminate()
    until = time.monotonic() + PATIENCE
    while any(child.alive for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    for child in children:
        if child.alive:
            child.process.kill()
        child.process.wait()

"""Keeps child processes running: one that dies is started again within a second; Ctrl-C stops them all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import click

PATIENCE = 8
"""seconds that a child has to stop by itself"""


class Supervisor:
    def __init__(self) -> None:
        self._commands: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._asked)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Start a child in a group of its own, so that Ctrl-C reaches it through us, in order."""
        self._commands[name] = (command, environ)
        child = subprocess.Popen(command, env={**os.environ, **environ}, start_new_session=True)  # noqa: S603
        self._children[name] = child
        return child

    def watch(self) -> None:
        """Until asked to stop."""
        while not self._stop.wait(0.25):
            for name, child in list(self._children.items()):
                if child.poll() is not None:
                    click.echo(f"{name} died ({child.returncode}); started again", err=True)
                    self.start(name, *self._commands[name])

    def stop(self) -> None:
        """Last started, first stopped: Redis goes last."""
        for child in reversed(self._children.values()):
            if child.poll() is None:
                child.terminate()
                self._wait(child)
        sys.stdout.flush()

    def _wait(self, child: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + PATIENCE
        while child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        if child.poll() is None:
            child.kill()
            child.wait()

"""Turns that leave on schedule, whatever became of those before: an open loop.

`python -m tests.bench.schedule` reads one `Plan` as JSON from standard input and answers with one `Heard`. A turn is
the next of a call that was answered or, where none is ready, the first of a new call; an apology ends a call. Its time
runs from when it was due, so one that had to wait for a connection is not made to look quick. Imports nothing of ours.
"""

import json
import select
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

from tests.bench.caller import HEAD_END, LENGTH, request

CONNECTIONS = 1500
"""most at once: below what a server lets wait to be accepted"""
PATIENCE = 10.0
"""seconds until a turn counts as hung: a phone has given up by then"""


@dataclass(frozen=True)
class Plan:
    """`scripts`: for each caller what is keyed, turn by turn; `expected`: what must be read."""

    port: int
    path: str
    scripts: list[list[str]]
    expected: list[list[str]]
    apology: str
    rate: float
    """turns a second"""
    seconds: float
    first: int
    """the first conversation's number"""


@dataclass
class Heard:
    answered: list[float] = field(default_factory=list)
    """seconds from when a turn was due to its answer"""
    sorry: list[float] = field(default_factory=list)
    """the same of those that were an apology"""
    wrong: int = 0
    """another screen than this caller's and this turn's"""
    calls: int = 0
    failed: int = 0
    """anything but 200, or the server hung up"""
    hung: int = 0
    late: float = 0.0
    """seconds by which the generator itself was behind, at worst"""
    cpu: float = 0.0
    """share of a core the generator used"""


@dataclass
class Call:
    number: int
    turn: int = 0


@dataclass
class Asked:
    due: float
    call: Call
    buffer: bytes = b""


class Lines:
    """Connections that stay open; a new one is opened only where none is free."""

    def __init__(self, port: int):
        self._port = port
        self._free: list[socket.socket] = []
        self.poll = select.epoll()
        self.busy: dict[int, tuple[socket.socket, Asked]] = {}

    def send(self, words: bytes, asked: Asked) -> None:
        line = self._free.pop() if self._free else self._open()
        self.busy[line.fileno()] = (line, asked)
        line.sendall(words)

    def _open(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(line.fileno(), select.EPOLLIN)
        return line

    def release(self, number: int) -> None:
        self._free.append(self.busy.pop(number)[0])

    def drop(self, number: int) -> None:
        """Close a free connection that the server closed, or on which it sent something unexpected."""
        for line in [line for line in self._free if line.fileno() == number]:
            self._free.remove(line)
            self.poll.unregister(number)
            line.close()

    def close(self, number: int) -> None:
        self.poll.unregister(number)
        self.busy.pop(number)[0].close()


class Callers:
    """All phones of a plan."""

    def __init__(self, plan: Plan):
        self._plan = plan
        self._ready: deque[Call] = deque()
        self._lines = Lines(plan.port)
        self.heard = Heard()

    def run(self) -> Heard:
        due, turns, heard = 0, round(self._plan.rate * self._plan.seconds), self.heard
        self._started, cpu = time.perf_counter(), time.process_time()
        while due < turns or self._lines.busy:
            while due < turns and due / self._plan.rate <= self._now() and len(self._lines.busy) < CONNECTIONS:
                self._ask(due / self._plan.rate)
                due += 1
            pause = due / self._plan.rate - self._now() if due < turns else 0.5
            for number, _ in self._lines.poll.poll(max(pause, 0.001)):
                self._hear(number)
            self._give_up()
        heard.cpu = (time.process_time() - cpu) / self._now()
        return heard

    def _now(self) -> float:
        return time.perf_counter() - self._started

    def _ask(self, due: float) -> None:
        if self._ready:
            call = self._ready.popleft()
        else:
            call = Call(self.heard.calls)
            self.heard.calls += 1
        text = self._of(self._plan.scripts, call)[call.turn]
        if len(self._lines.busy) < CONNECTIONS - 1:
            self.heard.late = max(self.heard.late, self._now() - due)
        self._lines.send(request(self._plan.path, self._plan.first + call.number, text), Asked(due, call))

    def _of(self, callers: list[list[str]], call: Call) -> list[str]:
        return callers[call.number % len(callers)]

    def _hear(self, number: int) -> None:
        if number not in self._lines.busy:
            self._lines.drop(number)
            return
        line, asked = self._lines.busy[number]
        data = line.recv(65536)
        if not data:
            self.heard.failed += 1
            self._lines.close(number)
            return
        asked.buffer += data
        head = asked.buffer.find(HEAD_END)
        if head < 0:
            return
        at = asked.buffer.lower().find(LENGTH) + len(LENGTH)
        end = head + len(HEAD_END) + int(asked.buffer[at : asked.buffer.index(b"\r", at)])
        if len(asked.buffer) >= end:
            self._judge(asked, asked.buffer[head + len(HEAD_END) : end].decode())
            self._lines.release(number)

    def _judge(self, asked: Asked, body: str) -> None:
        heard, call, took = self.heard, asked.call, self._now() - asked.due
        if not asked.buffer.startswith(b"HTTP/1.1 200"):
            heard.failed += 1
        elif body == self._plan.apology:
            heard.sorry.append(took)
        elif body != self._of(self._plan.expected, call)[call.turn]:
            heard.wrong += 1
        else:
            heard.answered.append(took)
            call.turn += 1
            if call.turn < len(self._of(self._plan.scripts, call)):
                self._ready.append(call)

    def _give_up(self) -> None:
        """Give up the oldest turns first, because they were sent in order."""
        busy = self._lines.busy
        while busy and (oldest := next(iter(busy.items())))[1][1].due < self._now() - PATIENCE:
            self.heard.hung += 1
            self._lines.close(oldest[0])


if __name__ == "__main__":
    json.dump(asdict(Callers(Plan(**json.load(sys.stdin))).run()), sys.stdout)

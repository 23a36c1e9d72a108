"""The load generator: callers with phones, each in a session of its own. A process that imports nothing of ours.

`python -m tests.bench.caller` reads one `Task` as JSON from standard input and answers with one `Seen`. Requests are
built before the clock starts; one epoll loop over plain sockets then sends and compares bytes.
"""

import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

NUMBERS_FROM = 254_720_000_000
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(frozen=True)
class Task:
    """`scripts`: for each caller what the network sends as `text`, turn by turn. `expected`: the replies, if known."""

    port: int
    path: str
    scripts: list[list[str]]
    conversations: int
    first: int
    """the first conversation's number; each has a phone and a session of its own"""
    expected: list[list[str]] = field(default_factory=list)
    keep: bool = False
    """give the replies back (of each caller's last conversation)"""


@dataclass(frozen=True)
class Seen:
    seconds: float
    cpu: float
    """of this process, while the clock ran"""
    latencies: list[float]
    crossed: int
    """replies that belong to another caller or turn"""
    failed: int
    """anything but 200"""
    replies: list[list[str]]


class Talk:
    """One caller's connection: its requests, in order, and its progress."""

    def __init__(self, task: Task, caller: int):
        script = task.scripts[caller]
        self.turns = len(script)
        first = task.first + caller * task.conversations
        self.requests = [request(task.path, first + i, text) for i in range(task.conversations) for text in script]
        self.expected = [text.encode() for text in task.expected[caller]] if task.expected else []
        self.keep = task.keep
        self.at = 0
        self.buffer = b""
        self.sent = 0.0
        self.latencies: list[float] = []
        self.crossed = self.failed = 0
        self.replies: list[str] = []
        self.socket = socket.create_connection(("127.0.0.1", task.port), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(self.requests[self.at])

    def hear(self) -> bool:
        """Read what came. Return False once everything was sent and answered."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.buffer += data
        head = self.buffer.find(HEAD_END)
        if head < 0:
            return True
        length = self.buffer.lower().find(LENGTH) + len(LENGTH)
        end = head + len(HEAD_END) + int(self.buffer[length : self.buffer.index(b"\r", length)])
        if len(self.buffer) < end:
            return True
        self.latencies.append(time.perf_counter() - self.sent)
        self.judge(self.buffer[head + len(HEAD_END) : end])
        self.buffer = self.buffer[end:]
        self.at += 1
        if self.at == len(self.requests):
            return False
        self.send()
        return True

    def judge(self, body: bytes) -> None:
        self.failed += not self.buffer.startswith(b"HTTP/1.1 200")
        if self.expected and body != self.expected[self.at % self.turns]:
            self.crossed += 1
        if self.keep:
            self.replies.append(body.decode())


def request(path: str, conversation: int, text: str) -> bytes:
    """Return a request as Africa's Talking posts it."""
    body = (
        f"sessionId=ATUid_{conversation:032x}&phoneNumber=%2B{NUMBERS_FROM + conversation}&networkCode=63902"
        f"&serviceCode=%2A384%2A2024%23&text={quote(text, safe='')}"
    )
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n{body}"
    ).encode()


def drive(task: Task) -> Seen:
    """Run all callers at once. Each sends its next request as soon as it was answered."""
    talks = {talk.socket.fileno(): talk for talk in (Talk(task, i) for i in range(len(task.scripts)))}
    poll = select.epoll()
    for number in talks:
        poll.register(number, select.EPOLLIN)
    cpu, started = time.process_time(), time.perf_counter()
    for talk in talks.values():
        talk.send()
    busy = len(talks)
    while busy:
        for number, _ in poll.poll(20):
            if not talks[number].hear():
                poll.unregister(number)
                busy -= 1
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    all_ = list(talks.values())
    return Seen(
        seconds, cpu, [second for talk in all_ for second in talk.latencies],
        sum(talk.crossed for talk in all_), sum(talk.failed for talk in all_),
        [talk.replies[-talk.turns :] for talk in all_],
    )  # fmt: skip


if __name__ == "__main__":
    json.dump(asdict(drive(Task(**json.load(sys.stdin)))), sys.stdout)

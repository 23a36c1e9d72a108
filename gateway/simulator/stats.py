"""Exact counts of all requests, and the last messages that the network accepted."""

import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gateway.simulator.statuses import LAST_ACCEPTED


@dataclass(frozen=True)
class SendRequest:
    """One send call: a text to any count of numbers."""

    numbers: list[str]
    text: str
    sender: str


class Message(NamedTuple):
    """One accepted message. Seconds: `time` since 1970, `monotonic` by the clock of this machine."""

    seq: int
    time: float
    monotonic: float
    sender: str
    number: str
    text: str
    status: int
    id: str


class Stats:
    """Counters since the start or the last reset. Only counts reach a log."""

    def __init__(self, max_messages: int) -> None:
        self.recent: deque[Message] = deque(maxlen=max_messages)
        self.reset()

    def reset(self) -> None:
        self.requests = 0
        self.accepted = 0
        self.largest_request = 0
        self.answers: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.first_accept: tuple[float, float] | None = None
        self.last_accept: tuple[float, float] | None = None
        self.numbers_by_text: dict[int, set[str]] = {}
        self.duplicates: Counter[str] = Counter()
        self.reports: Counter[str] = Counter(pending=0, posted=0, failed=0, lost=0, dropped=0)
        self.inbound: Counter[str] = Counter(taken=0, posted=0, acknowledged=0, pending=0, given_up=0)
        self.ussd: Counter[str] = Counter(sessions=0, turns=0, errors=0, overlong=0, repeats_differed=0)
        self.recent.clear()

    def record(self, request: SendRequest, codes: list[int], ids: list[str]) -> list[Message]:
        """Record the recipients of one call, each with its code and id. Return the accepted messages."""
        self.statuses.update(codes)
        self.largest_request = max(self.largest_request, len(codes))
        now = (time.time(), time.monotonic())
        rows = zip(request.numbers, codes, ids, strict=True)
        taken = [
            Message(seq, *now, request.sender, number, request.text, code, message_id)
            for seq, (number, code, message_id) in enumerate(
                (row for row in rows if row[1] <= LAST_ACCEPTED), self.accepted + 1
            )
        ]
        if taken:
            self.first_accept, self.last_accept = self.first_accept or now, now
            self.accepted += len(taken)
            self.recent.extend(taken)
            self.count_repeats(request.text, [message.number for message in taken])
        return taken

    def count_repeats(self, text: str, numbers: list[str]) -> None:
        """Count each message whose number and text were both accepted before."""
        before = self.numbers_by_text.setdefault(hash(text), set())
        fresh = set(numbers)
        self.duplicates.update(before & fresh)
        if len(fresh) < len(numbers):
            self.duplicates.update({number: n - 1 for number, n in Counter(numbers).items() if n > 1})
        before |= fresh

    def since(self, seq: int) -> Iterable[Message]:
        """Return the kept messages after number `seq`, oldest first."""
        return (message for message in self.recent if message.seq > seq)

    def as_json(self) -> dict[str, object]:
        return {
            "calls": self.requests,
            "answers": dict(self.answers),
            "accepted": self.accepted,
            "distinct": sum(map(len, self.numbers_by_text.values())),
            "largest_call": self.largest_request,
            "statuses": {str(code): count for code, count in sorted(self.statuses.items())},
            "first_accept": moment_json(self.first_accept),
            "last_accept": moment_json(self.last_accept),
            "duplicates": {"messages": self.duplicates.total(), "numbers": dict(self.duplicates)},
            "reports": dict(self.reports),
            "inbound": dict(self.inbound),
            "ussd": dict(self.ussd),
        }


def moment_json(at: tuple[float, float] | None) -> dict[str, float] | None:
    return None if at is None else {"wall": at[0], "monotonic": at[1]}

"""Exact counts of what the network has seen, and the last messages it took."""

import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gateway.simulator.statuses import LAST_ACCEPTED


@dataclass(frozen=True)
class Call:
    """One send: a text to any number of people."""

    numbers: list[str]
    text: str
    sender: str


class Message(NamedTuple):
    """One message the network took. Seconds: `time` since 1970, `monotonic` by this machine's clock."""

    seq: int
    time: float
    monotonic: float
    sender: str
    number: str
    text: str
    status: int
    id: str


class Stats:
    """Counters since the start or the last reset. Only counts ever reach a log."""

    def __init__(self, keep: int) -> None:
        self.ring: deque[Message] = deque(maxlen=keep)
        self.reset()

    def reset(self) -> None:
        self.calls = 0
        self.accepted = 0
        self.largest_call = 0
        self.answers: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.first: tuple[float, float] | None = None
        self.last: tuple[float, float] | None = None
        self.reached: dict[int, set[str]] = {}
        self.duplicates: Counter[str] = Counter()
        self.reports: Counter[str] = Counter(pending=0, posted=0, failed=0, lost=0, dropped=0)
        self.inbound: Counter[str] = Counter(taken=0, posted=0, acknowledged=0, pending=0, given_up=0)
        self.ussd: Counter[str] = Counter(sessions=0, turns=0, errors=0, overlong=0, repeats_differed=0)
        self.ring.clear()

    def take(self, call: Call, codes: list[int], ids: list[str]) -> list[Message]:
        """Record one call's recipients, each with its code and id; returns the messages accepted."""
        self.statuses.update(codes)
        self.largest_call = max(self.largest_call, len(codes))
        now = (time.time(), time.monotonic())
        rows = zip(call.numbers, codes, ids, strict=True)
        taken = [
            Message(seq, *now, call.sender, number, call.text, code, message_id)
            for seq, (number, code, message_id) in enumerate(
                (row for row in rows if row[1] <= LAST_ACCEPTED), self.accepted + 1
            )
        ]
        if taken:
            self.first, self.last = self.first or now, now
            self.accepted += len(taken)
            self.ring.extend(taken)
            self.count_repeats(call.text, [message.number for message in taken])
        return taken

    def count_repeats(self, text: str, numbers: list[str]) -> None:
        """Count each message whose number and text have both been taken before."""
        before = self.reached.setdefault(hash(text), set())
        fresh = set(numbers)
        self.duplicates.update(before & fresh)
        if len(fresh) < len(numbers):
            self.duplicates.update({number: n - 1 for number, n in Counter(numbers).items() if n > 1})
        before |= fresh

    def since(self, seq: int) -> Iterable[Message]:
        """Messages after number `seq`, oldest first, as far back as they are kept."""
        return (message for message in self.ring if message.seq > seq)

    def as_json(self) -> dict[str, object]:
        return {
            "calls": self.calls,
            "answers": dict(self.answers),
            "accepted": self.accepted,
            "distinct": sum(map(len, self.reached.values())),
            "largest_call": self.largest_call,
            "statuses": {str(code): count for code, count in sorted(self.statuses.items())},
            "first_accept": moment(self.first),
            "last_accept": moment(self.last),
            "duplicates": {"messages": self.duplicates.total(), "numbers": dict(self.duplicates)},
            "reports": dict(self.reports),
            "inbound": dict(self.inbound),
            "ussd": dict(self.ussd),
        }


def moment(at: tuple[float, float] | None) -> dict[str, float] | None:
    return None if at is None else {"wall": at[0], "monotonic": at[1]}
